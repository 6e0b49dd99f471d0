"""What a letter looks like: its draft, its subject, its sheet as HTML, and the same as PDF."""

from __future__ import annotations

import ctypes
import mimetypes
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format

from complaints.granting import DATE, may_turn_to_ombudsman, promises_quoted
from complaints.models import Complaint, Letter

STYLE: Final = "duban-letter.css"
OURS: Final = "duban-static:"
# Debian's packages by the library that each of them brings; WeasyPrint opens them by name.
LIBRARIES: Final = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
_STYLES: Final = {"en": "j F Y", "zh-hans": "Y年n月j日"}
_SUBJECTS: Final = {
    "acknowledgement": {"en": "We have received your complaint", "zh-hans": "投诉受理告知"},
    "holding": {"en": "Your complaint takes us longer", "zh-hans": "投诉处理延期告知"},
    "final": {"en": "Our answer to your complaint", "zh-hans": "投诉处理结果告知"},
}


class PaperError(Exception):
    """The PDF cannot be made on this machine; the message says what is missing."""


def subject_of(case: Complaint, kind: str, language: str) -> str:
    """Such as "Our answer to your complaint C-2026-00412"."""
    return f"{_SUBJECTS[kind][language]} {case.reference}"


def draft_of(case: Complaint, kind: str, language: str) -> str:
    """The template's words, with what is known of the case; to be read before it is sent."""
    with translation.override(language):
        context = {
            "case": case,
            "customer": case.customer,
            "date": DATE if kind == Letter.Kind.HOLDING else "",
            "promises": promises_quoted(case),
            "ombudsman": may_turn_to_ombudsman(case.preset),
        }
        return render_to_string(f"letters/{kind}.{language}.txt", context).strip()


def sheet_of(letter: Letter, *, for_print: bool = False) -> str:
    """The letter as a page of its own, A4, in its language."""
    with translation.override(letter.language):
        at = letter.sent_at or letter.written_at
        day = letter.posted_on or timezone.localtime(at).date()
        context = {
            "letter": letter,
            "case": letter.complaint,
            "customer": letter.complaint.customer,
            "house": letter.department,
            "site": settings.SITE_URL,
            "day": date_format(day, _STYLES[letter.language]),
            "style": OURS + STYLE if for_print else static(STYLE),
        }
        return render_to_string("letters/sheet.html", context)


def missing_libraries() -> list[str]:
    """Debian's packages that have to be installed before a PDF can be made."""
    return [package for package, library in LIBRARIES.items() if not _opens(library)]


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def pdf_of(letter: Letter) -> bytes:
    """The sheet as PDF. Raises PaperError where libraries are missing."""
    return pdf_from(sheet_of(letter, for_print=True))


def pdf_from(html: str) -> bytes:
    """HTML as PDF; whatever it names beyond our own static files is not fetched."""
    if missing := missing_libraries():
        raise PaperError(f"apt-get install {' '.join(missing)}")
    # Here and not above: the import opens libraries that a trial machine may lack.
    import weasyprint  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        """Gives out our own static files, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = finders.find(url.removeprefix(OURS)) if url.startswith(OURS) else None
            if not isinstance(path, str):
                raise ValueError("Not fetched: not one of our own files.")  # noqa: TRY004
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(path).read_bytes(), headers={"Content-Type": kind})

    sheet = weasyprint.HTML(string=html, url_fetcher=OnlyOurs())
    return bytes(sheet.write_pdf())

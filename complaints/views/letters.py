"""A letter to the customer: its page, its sheet to print, and the PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.acts import Acts, act_for
from complaints.kinds import kind_named
from complaints.models import Letter
from complaints.papers import PaperError, missing_libraries, pdf_of, sheet_of
from complaints.permissions import allowed_moves
from complaints.services.reading import note_reading
from departments.models import User


def _read(request: HttpRequest, reference: str) -> Letter:
    letter = get_object_or_404(kind_named("letter").visible_to(request.user), reference=reference)
    assert isinstance(letter, Letter)
    note_reading(complaint=letter.complaint, reader=request.user, now=timezone.now())
    return letter


def _acts(user: User, letter: Letter, back: str) -> Acts:
    """All of them are seen: the page is about nothing else."""
    verbs = allowed_moves(user, letter)
    return Acts([act_for(letter, verb, primary=verb == "send", back=back) for verb in verbs])


@require_safe
@never_cache
def show(request: HttpRequest, reference: str, status: int = 200) -> HttpResponse:
    """What it says, where it stands, and what can be done with it."""
    letter = _read(request, reference)
    context = {
        "letter": letter,
        "case": letter.complaint,
        "acts": _acts(request.user, letter, back=letter_path(letter)),
        "posting": letter.postings.order_by("-pk").first(),
        "missing": [] if letter.pdf else missing_libraries(),
        "now": timezone.now(),
    }
    return render(request, "complaints/letter.html", context, status=status)


def letter_path(letter: Letter) -> str:
    """The address of its page."""
    return f"/letters/{letter.reference}/"


@require_safe
@never_cache
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet alone, to be printed."""
    return HttpResponse(sheet_of(_read(request, reference)))


@require_safe
@never_cache
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The very file that went out, else one of the letter as it stands now."""
    letter = _read(request, reference)
    try:
        content = _content(letter)
    except PaperError:
        return show(request, reference, status=503)
    headers = {
        "Content-Disposition": f'attachment; filename="{letter.reference}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _content(letter: Letter) -> bytes:
    if letter.is_out and letter.pdf:
        with letter.pdf.open("rb") as file:
            return bytes(file.read())
    return pdf_of(letter)

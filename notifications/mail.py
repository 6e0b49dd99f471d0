"""A notice or a digest as an e-mail: text and HTML; the mails of one case are a thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from departments.models import User
from notifications.digests import chapters_of, contents_of
from notifications.models import Delivery, Notice
from notifications.texts import Text, as_read_by, link_of, text_of


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: its frame is templates/notifications/<frame>.txt and .html."""

    subject: str
    frame: str
    context: dict[str, object]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The text part."""
        # Plain text: nothing in it is markup, so that nothing is escaped.
        frame = get_template(f"notifications/{self.frame}.txt").template  # type: ignore[attr-defined]
        return str(frame.render(Context(self.context, autoescape=False))).strip() + "\n"

    @property
    def html(self) -> str:
        """The HTML part."""
        return render_to_string(f"notifications/{self.frame}.html", self.context)


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """Write a delivery's mail in its reader's language and zone; a digest's contents are read."""
    reader = delivery.reader
    with as_read_by(reader):
        letter = _letter(delivery)
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.plain,
            to=[formataddr((" ".join(reader.name.split()), reader.email))],
            headers={
                "Message-ID": delivery.message_id,
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
                **letter.headers,
            },
        )
        message.attach_alternative(letter.html, "text/html")
    return message


def plain_text(delivery: Delivery) -> Text:
    """The subject and the text part of a delivery's mail, as its reader gets them."""
    with as_read_by(delivery.reader):
        letter = _letter(delivery)
        return Text(letter.subject, letter.plain)


def message_id(name: str, token: str) -> str:
    """The one Message-ID under which something goes out, however often it is attempted."""
    return f"<{name}.{token}@{host()}>"


def thread_id(stream: str) -> str:
    """The id that all mails of one case refer to, so that mail programs keep them together."""
    return f"<{stream}@{host()}>"


def host() -> str:
    """The site's name, to the right of the @ in message ids."""
    name = urlsplit(settings.SITE_URL).hostname or ""
    return name if name and ":" not in name else "duban.invalid"


def _letter(delivery: Delivery) -> Letter:
    if delivery.notice is None:
        return _digest(delivery.reader, contents_of(delivery))
    return _single(delivery.reader, delivery.notice)


def _single(reader: User, notice: Notice) -> Letter:
    text, thread = text_of(notice), thread_id(notice.stream)
    context = {"text": text, "reader": reader, "link": link_of(notice), "stream": notice.stream}
    return Letter(
        text.subject,
        "mail",
        context,
        {"In-Reply-To": thread, "References": thread, "X-Duban-Case": notice.stream},
    )


def _digest(reader: User, notices: Iterable[Notice]) -> Letter:
    chapters = chapters_of(notices)
    count = sum(len(chapter.lines) for chapter in chapters)
    subject = ngettext("Digest: %(n)d notice", "Digest: %(n)d notices", count) % {"n": count}
    site = settings.SITE_URL.rstrip("/")
    context = {"subject": subject, "reader": reader, "chapters": chapters, "site": site}
    return Letter(subject, "digest", context)

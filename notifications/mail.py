"""A notice as an e-mail: text and HTML, threaded by case."""

from __future__ import annotations

from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation

from notifications.models import Delivery
from notifications.texts import Text, as_read_by, link_of, text_of


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """Write a delivery's mail in its reader's language and zone."""
    notice, reader = delivery.notice, delivery.reader
    thread = thread_id(notice.stream)
    with as_read_by(reader):
        text = text_of(notice)
        message = EmailMultiAlternatives(
            subject=text.subject,
            body=_framed(delivery, text),
            to=[formataddr((" ".join(reader.name.split()), reader.email))],
            headers={
                "Message-ID": delivery.message_id,
                "In-Reply-To": thread,
                "References": thread,
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "X-Duban-Case": notice.stream,
                "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
            },
        )
        message.attach_alternative(
            render_to_string("notifications/mail.html", _context(delivery, text)), "text/html"
        )
    return message


def plain_text(delivery: Delivery) -> Text:
    """The subject and the text part of a delivery's mail, as its reader gets them."""
    with as_read_by(delivery.reader):
        text = text_of(delivery.notice)
        return Text(text.subject, _framed(delivery, text))


def message_id(notice_id: int, token: str) -> str:
    """The one Message-ID under which a notice goes out, however often it is attempted."""
    return f"<notice-{notice_id}.{token}@{host()}>"


def thread_id(stream: str) -> str:
    """The id that all mails of one case refer to, so that mail programs keep them together."""
    return f"<{stream}@{host()}>"


def host() -> str:
    """The site's name, to the right of the @ in message ids."""
    name = urlsplit(settings.SITE_URL).hostname or ""
    return name if name and ":" not in name else "duban.invalid"


def _framed(delivery: Delivery, text: Text) -> str:
    frame = get_template("notifications/mail.txt").template  # type: ignore[attr-defined]
    return str(frame.render(Context(_context(delivery, text), autoescape=False))).strip() + "\n"


def _context(delivery: Delivery, text: Text) -> dict[str, object]:
    return {
        "text": text,
        "reader": delivery.reader,
        "link": link_of(delivery.notice),
        "stream": delivery.notice.stream,
        "site": settings.SITE_URL,
    }

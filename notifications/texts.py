"""What a notice says, to one reader: their language, their zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template import Context
from django.template.loader import select_template
from django.urls import reverse
from django.utils import timezone, translation

from departments.models import User
from notifications.models import Notice

SYSTEM = "SYSTEM"
ALARM = "alarm_"
# Asked of the reader in person, who may be the only one to answer: never in a digest.
QUESTIONS = frozenset({"escalation", "extension_asked", "nudged"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in words: one line, and what follows."""

    subject: str
    body: str


@contextmanager
def as_read_by(reader: User) -> Iterator[None]:
    """Write in a person's language and zone; the installation's where they have none."""
    known = {code for code, _name in settings.LANGUAGES}
    language = reader.language if reader.language in known else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone_of(reader)):
        yield


def zone_of(reader: User) -> ZoneInfo:
    """A person's time zone; the installation's where this machine does not know theirs."""
    try:
        return ZoneInfo(reader.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def can_be_gathered(kind: str) -> bool:
    """Whether a notice of this kind may wait for a digest: news and reminders, no questions."""
    return kind not in QUESTIONS


def text_of(notice: Notice) -> Text:
    """Write a notice in the active language and zone, from templates/notices/<kind>.txt.

    The first line is the subject. In `data`, instants come as times rather than text.
    Raises TemplateSyntaxError if the kind's template is wrong.
    """
    template = select_template([f"notices/{name}.txt" for name in _names(notice.kind)])
    # Plain text: the mail's HTML part and the pages escape it when they show it.
    written = template.template.render(
        Context(
            {
                "notice": notice,
                "data": revived(notice.data),
                "label": _one_line(notice.label),
                "stream": notice.stream,
                "subject": notice.subject,
                "link": link_of(notice),
                "LANGUAGE_CODE": translation.get_language(),
            },
            autoescape=False,
        )
    )
    subject, _break, body = written.strip().partition("\n")
    return Text(_one_line(subject), re.sub(r"\n{3,}", "\n\n", body.strip()))


def link_of(notice: Notice) -> str:
    """The absolute address of what a notice is about."""
    return settings.SITE_URL.rstrip("/") + path_of(notice)


def path_of(notice: Notice) -> str:
    """The path of what a notice is about; alarms have no page of their own but the mail log."""
    if notice.stream == SYSTEM:
        return reverse("notifications:mail_log")
    return f"/go/{notice.subject}/"


def revived(value: Any) -> Any:
    """Turn instants written as ISO 8601 back into times, so that templates can format them."""
    match value:
        case str() if INSTANT.fullmatch(value):
            return _instant(value)
        case dict():
            return {key: revived(inner) for key, inner in value.items()}
        case list():
            return [revived(inner) for inner in value]
    return value


def _instant(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _names(kind: str) -> list[str]:
    # An alarm, or a kind whose text is gone from this version, is still told.
    return [kind, "alarm" if kind.startswith(ALARM) else "other"]


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""A digest in words: what happened to each case and what is due there, soonest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from notifications.models import Delivery, Notice
from notifications.texts import SYSTEM, link_of, revived, text_of

# Where notices say by when something is due; the first that a notice has counts.
DUE = ("due_at", "needed_by", "promised_at", "by_when")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One notice, in the active language."""

    title: str
    subject: str
    link: str
    due_at: datetime | None
    told_at: datetime

    @property
    def order(self) -> tuple[datetime, datetime]:
        """What is due soonest comes first, then what is due at no time, as it was told."""
        return self.due_at or NEVER, self.told_at


@dataclass(frozen=True, slots=True)
class Chapter:
    """A case and its notices."""

    stream: str
    link: str
    lines: list[Line]


def contents_of(digest: Delivery) -> list[Notice]:
    """The notices that a digest carries, whatever became of it."""
    return [row.notice for row in digest.contents.all() if row.notice is not None]


def chapters_of(notices: Iterable[Notice]) -> list[Chapter]:
    """Notices by case, in the active language and zone; the case with the soonest date first."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for notice in notices:
        lines[notice.stream].append(_line(notice))
    chapters = [
        Chapter(stream, _link(stream), sorted(found, key=lambda line: line.order))
        for stream, found in lines.items()
    ]
    return sorted(chapters, key=lambda chapter: chapter.lines[0].order)


def _line(notice: Notice) -> Line:
    try:
        title = text_of(notice).subject
    except (TemplateDoesNotExist, TemplateSyntaxError):
        # One kind whose text is broken must not keep the others from being told.
        title = notice.label
    return Line(title, notice.subject, link_of(notice), _due_at(notice), notice.created_at)


def _due_at(notice: Notice) -> datetime | None:
    found = (revived(notice.data.get(name)) for name in DUE)
    return next((at for at in found if isinstance(at, datetime)), None)


def _link(stream: str) -> str:
    return "" if stream == SYSTEM else f"{settings.SITE_URL.rstrip('/')}/go/{stream}/"

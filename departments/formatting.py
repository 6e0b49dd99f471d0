"""How instants, spans of time, clocks and people are written: pure, in the active language."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

MINUTE, HOUR = 60, 3600
WORKDAY = 8 * HOUR
"""A day in a span of working time, in seconds."""
DAY = 24 * HOUR
"""A day in a span that runs day and night, in seconds."""
CAP = 99

Between = Callable[[datetime, datetime], float]


class Level(StrEnum):
    """How a clock stands; the values are the chips' classes."""

    OK = "ok"
    WARN = "warn"
    LATE = "late"
    PAUSED = "muted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Clock:
    """What is left until an instant, ready to be shown; `left` in seconds, negative when late.

    `assumed` are the years whose holidays are not published yet, if the instant rests on them;
    `about` is the number of the deadline that it stands for, whose page answers "why then?".
    """

    due_at: datetime
    left: float
    level: Level
    day_seconds: int = WORKDAY
    assumed: tuple[int, ...] = ()
    about: int | None = None

    @property
    def text(self) -> str:
        """Such as "3 h left", "6 h late"."""
        if self.level is Level.PAUSED:
            return gettext("paused, %(span)s left") % {"span": self.span}
        if self.level is Level.LATE and -self.left < MINUTE:
            return gettext("late")
        if self.level is Level.LATE:
            return gettext("%(span)s late") % {"span": self.span}
        if self.left < MINUTE:
            return gettext("due now")
        return gettext("%(span)s left") % {"span": self.span}

    def without_page(self) -> Clock:
        """The same for those who may not open the page of its deadline."""
        return replace(self, about=None)

    @property
    def span(self) -> str:
        """The time left or passed, without saying which."""
        return span_text(abs(self.left), day_seconds=self.day_seconds)


def elapsed(start: datetime, end: datetime) -> float:
    """Seconds on the wall, for clocks that run day and night."""
    return (end - start).total_seconds()


def clock_of(
    *,
    due_at: datetime,
    now: datetime,
    between: Between = elapsed,
    started_at: datetime | None = None,
    left_when_paused: float | None = None,
    assumed: tuple[int, ...] = (),
    about: int | None = None,
) -> Clock:
    """A clock as it stands at `now`; `between` counts working seconds unless it runs always.

    Amber in the last quarter of its time, or within half a working day where the start is unknown.
    """
    day_seconds = DAY if between is elapsed else WORKDAY
    if left_when_paused is not None:
        return Clock(due_at, left_when_paused, Level.PAUSED, day_seconds, assumed, about)
    if now >= due_at:
        return Clock(due_at, -between(due_at, now), Level.LATE, day_seconds, about=about)
    left = between(now, due_at)
    whole = between(started_at, due_at) if started_at and started_at < due_at else 2 * WORKDAY
    level = Level.WARN if left * 4 <= whole else Level.OK
    return Clock(due_at, left, level, day_seconds, assumed, about)


def span_text(seconds: float, *, day_seconds: int = WORKDAY) -> str:
    """The two largest units, rounded down: "1 d 3 h", "45 min". A working day has 8 hours."""
    days, rest = divmod(int(seconds), day_seconds)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    parts = {"days": days, "hours": hours, "minutes": minutes}
    if days and hours:
        return gettext("%(days)d d %(hours)d h") % parts
    if days:
        return gettext("%(days)d d") % parts
    if hours:
        return gettext("%(hours)d h") % parts
    return gettext("%(minutes)d min") % parts


def instant_text(at: datetime, *, now: datetime) -> str:
    """Date and time in the active zone, with the year where it is not this one."""
    local = timezone.localtime(at)
    if local.year == timezone.localtime(now).year:
        return date_format(local, pgettext("date and time, this year", "j M H:i"))
    return date_format(local, pgettext("date and time, another year", "j M Y H:i"))


def day_text(at: datetime, *, now: datetime) -> str:
    """The date in the active zone, with the year where it is not this one."""
    local = timezone.localtime(at)
    if local.year == timezone.localtime(now).year:
        return date_format(local, pgettext("date, this year", "j M"))
    return date_format(local, pgettext("date, another year", "j M Y"))


def full_instant_text(at: datetime) -> str:
    """The instant in full, with weekday and zone, for those who ask "when exactly?"."""
    local = timezone.localtime(at)
    written = date_format(local, pgettext("date and time in full", "l j F Y, H:i"))
    return f"{written} ({timezone.get_current_timezone_name()}, UTC{local:%z})"


def initials(name: str) -> str:
    """Two characters for an avatar: 业务1 → 业1, Mary Ann Lee → AL, admin → AD."""
    first = name.strip()[:1]
    if not first:
        return "?"
    if is_wide(first):
        digits = "".join(char for char in name if char.isdigit())
        return first + digits[:1]
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    if len(words) < 2:
        return name.strip()[:2].upper()
    return "".join(word[0] for word in words)[-2:].upper()


def is_wide(char: str) -> bool:
    """Whether the character takes two columns, as Chinese ones do."""
    return unicodedata.east_asian_width(char) in "WF"


def capped(count: int, cap: int = CAP) -> str:
    """A counter that never grows wide: 7, 99, 99+; empty for none."""
    if count <= 0:
        return ""
    return f"{cap}+" if count > cap else str(count)

"""When a person may be written to: pure, on the clock of the wall where they are.

Quiet hours are read off that clock: where it is put forward or back, an instant is quiet if the
clock shows a quiet time then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from departments.worktime import WorkTime

EVERY_DAY = frozenset(range(7))
MIDNIGHT = 24 * 60

Minutes = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody wants to be told: quiet hours, days off, and the times of digests.

    `quiet` begins on each of `quiet_days` (Monday is 0), and ends on the next day unless its end
    is later on the clock than its beginning. `days_off` are quiet from midnight to midnight.
    """

    zone: str
    quiet: tuple[time, time] | None = None
    quiet_days: frozenset[int] = EVERY_DAY
    days_off: frozenset[int] = frozenset()
    digest_at: tuple[time, ...] = ()

    def leaves_at(self, at: datetime) -> datetime:
        """This instant, or the end of the quiet hours that it falls into."""
        if not self.quiet and not self.days_off:
            return at
        loud = _loud_time(self)
        return at if loud.is_open(at) else loud.next_open(at)

    def digest_after(self, at: datetime) -> datetime | None:
        """When the next digest leaves after this instant; None without digests."""
        if not self.digest_at:
            return None
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        moments = (
            # A time that the clock skips is the same distance from midnight, thus a bit later.
            datetime.combine(today + timedelta(days=days), on_the_wall, tzinfo=zone).astimezone(UTC)
            for days in range(3)
            for on_the_wall in self.digest_at
        )
        return self.leaves_at(min(moment for moment in moments if moment > at))


def loud_hours(habits: Habits, day: int) -> list[Minutes]:
    """The part of a weekday that is not quiet, in minutes after midnight."""
    if day in habits.days_off:
        return []
    loud, since = [], 0
    for start, end in [*_quiet_hours(habits, day), (MIDNIGHT, MIDNIGHT)]:
        if since < start:
            loud.append((since, start))
        since = end
    return loud


def _quiet_hours(habits: Habits, day: int) -> list[Minutes]:
    """In order: what reaches in from the day before, then what begins on this day."""
    if not habits.quiet:
        return []
    start, end = (at.hour * 60 + at.minute for at in habits.quiet)
    begins, reaches_in = day in habits.quiet_days, (day - 1) % 7 in habits.quiet_days
    if start < end:
        return [(start, end)] if begins else []
    return [(0, end)] * reaches_in + [(start, MIDNIGHT)] * begins


# Compiling a year of somebody's hours takes milliseconds, and many people keep the same ones.
@lru_cache(maxsize=512)
def _loud_time(habits: Habits) -> WorkTime:
    return WorkTime(habits.zone, {day: loud_hours(habits, day) for day in range(7)})

"""The clock of one deadline: in working time, or day and night where the calendar counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from departments.worktime import Unit, WorkTime
from escalations.policy.rules import Span

DAY = timedelta(days=1)
# Longer than any holiday: a calendar without a working day in it is broken, not slow.
LONGEST_CLOSURE = 400


class Clock(Protocol):
    """Adds and counts seconds; both ways, exact inverses of each other."""

    def add(self, start: datetime, seconds: int) -> datetime:
        """The instant so many seconds later, or earlier if they are negative."""

    def between(self, start: datetime, end: datetime) -> int:
        """Seconds from start to end; negative if end is before start."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """Runs day and night."""

    def add(self, start: datetime, seconds: int) -> datetime:
        """Plain time."""
        return start + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> int:
        """Plain time, without fractions of a second."""
        return int((end - start).total_seconds())


def clock_for(unit: str, work: WorkTime) -> Clock:
    """What a target in this unit runs by."""
    if Unit(unit) in {Unit.WORKING_HOUR, Unit.BUSINESS_DAY}:
        return work
    return WallClock()


def shifted(at: datetime, span: Span, work: WorkTime) -> datetime:
    """The instant so many units later or earlier; days keep the time of day."""
    if span.unit is Unit.WORKING_HOUR:
        return work.add(at, round(span.amount * 3600))
    if span.unit is Unit.HOUR:
        return at + timedelta(hours=span.amount)
    local = at.astimezone(work.zone)
    if span.unit is Unit.CALENDAR_DAY:
        return _on(local.date() + int(span.amount) * DAY, local.time(), work)
    return _on_a_working_day(local, int(span.amount), work)


def _on_a_working_day(local: datetime, days: int, work: WorkTime) -> datetime:
    if not days:
        return local
    day = _nth_working_day(local.date(), days, work)
    same_time = _on(day, local.time(), work)
    if work.is_open(same_time):
        return same_time
    if days > 0:
        return work.next_open(same_time)
    # The last moment of work until then, so that "a day before closing" is that day's closing.
    return work.subtract(same_time, 1) + timedelta(seconds=1)


def _nth_working_day(day: date, days: int, work: WorkTime) -> date:
    step, left = (DAY, days) if days > 0 else (-DAY, -days)
    for _ in range(LONGEST_CLOSURE + 7 * left):
        day += step
        left -= _works_on(day, work)
        if not left:
            return day
    return day


def _works_on(day: date, work: WorkTime) -> bool:
    return work.between(_on(day, time(), work), _on(day + DAY, time(), work)) > 0


def _on(day: date, at: time, work: WorkTime) -> datetime:
    return datetime.combine(day, at, work.zone)

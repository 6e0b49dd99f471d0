"""What other hours do to running clocks: idempotent, since it asks only what is now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from departments.models import Department
from departments.worktime import Unit, WorkTime
from escalations.models import Deadline

SHOWN = 50
SEEN = 20_000
"""So many clocks are tried before a change; behind them the effect says "at least"."""

TRIED = (
    "subject",
    "stream",
    "kind",
    "department_id",
    "due_at",
    "counted_from",
    "counted_amount",
    "counted_unit",
)


class Dates:
    """The dates of clocks by one department's hours. Days are counted once for each day."""

    def __init__(self, work: WorkTime, now: datetime) -> None:
        self.work = work
        self.now = now
        self._ends: dict[tuple[date | datetime, float, str], datetime] = {}

    def of(self, deadline: Deadline) -> datetime:
        """The date of a running clock.

        It is the one it has where a person gave it, and where it would have passed already:
        nobody is made late by a change of hours, and who is late already is not late anew.
        """
        due_at = self.counted(deadline)
        return due_at if due_at is not None and due_at > self.now else deadline.due_at

    def counted(self, deadline: Deadline) -> datetime | None:
        """Where the count of its units ends; None where a person gave the date."""
        start, amount, unit = (
            deadline.counted_from,
            deadline.counted_amount,
            deadline.counted_unit,
        )
        if start is None or amount is None:
            return None
        by_day = Unit(unit) in {Unit.BUSINESS_DAY, Unit.CALENDAR_DAY}
        key = (start.astimezone(self.work.zone).date() if by_day else start, amount, unit)
        if key not in self._ends:
            self._ends[key] = self.work.due(start, amount, unit)
        return self._ends[key]


@dataclass(frozen=True, slots=True)
class Shift:
    """A clock whose date would move, and where to."""

    deadline: Deadline
    department: Department
    to: datetime

    @property
    def is_later(self) -> bool:
        """Whether there is more time than before."""
        return self.to > self.deadline.due_at


@dataclass(slots=True)
class Effect:
    """What a change would do: how many clocks run by these hours, and which would move."""

    clocks: int = 0
    moved: int = 0
    kept: int = 0
    complete: bool = True
    first: list[Shift] = field(default_factory=list)

    @property
    def stay(self) -> int:
        """How many keep their date."""
        return self.clocks - self.moved


def effect_on(departments: Collection[Department], work: WorkTime, now: datetime) -> Effect:
    """What these hours would do to the clocks of these departments, soonest first. Two queries."""
    places = {department.pk: department for department in departments}
    running = Deadline.objects.running().filter(department__in=places)
    effect = Effect(clocks=running.count())
    asked = running.filter(counted_from__isnull=False).order_by("due_at", "pk")
    rows = list(asked.only(*TRIED)[: SEEN + 1])
    effect.complete = len(rows) <= SEEN
    dates = Dates(work, now)
    for row in rows[:SEEN]:
        _try(row, places[row.department_id], effect, dates)
    return effect


def _try(row: Deadline, department: Department, effect: Effect, dates: Dates) -> None:
    due_at = dates.of(row)
    if due_at != row.due_at:
        effect.moved += 1
        if len(effect.first) < SHOWN:
            effect.first.append(Shift(row, department, due_at))
    elif row.due_at > dates.now and dates.counted(row) != row.due_at:
        effect.kept += 1

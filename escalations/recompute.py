"""What other hours do to running clocks: pure, and idempotent, since it asks only what is now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from departments.models import Department
from departments.worktime import WorkTime
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


def recomputed(deadline: Deadline, work: WorkTime, now: datetime) -> datetime:
    """The date of a running clock by these hours.

    It is the one it has where a person gave it, and where it would have passed already: nobody is
    made late by a change of hours, and whoever is late already is not late a second time.
    """
    due_at = counted(deadline, work)
    return due_at if due_at is not None and due_at > now else deadline.due_at


def counted(deadline: Deadline, work: WorkTime) -> datetime | None:
    """Where the count of its units ends by these hours; None where a person gave the date."""
    if deadline.counted_from is None or deadline.counted_amount is None:
        return None
    return work.due(deadline.counted_from, deadline.counted_amount, deadline.counted_unit)


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
    running = Deadline.objects.filter(department__in=places, state=Deadline.State.RUNNING)
    effect = Effect(clocks=running.count())
    asked = running.filter(counted_from__isnull=False).order_by("due_at", "pk")
    rows = list(asked.only(*TRIED)[: SEEN + 1])
    effect.complete = len(rows) <= SEEN
    for row in rows[:SEEN]:
        _try(row, places[row.department_id], effect, work=work, now=now)
    return effect


def _try(
    row: Deadline, department: Department, effect: Effect, *, work: WorkTime, now: datetime
) -> None:
    due_at = recomputed(row, work, now)
    if due_at != row.due_at:
        effect.moved += 1
        if len(effect.first) < SHOWN:
            effect.first.append(Shift(row, department, due_at))
    elif row.due_at > now and counted(row, work) != row.due_at:
        effect.kept += 1

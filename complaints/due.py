"""The next clock of each case on a page: all of them in two queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from complaints.models import Complaint
from departments.calendars import work_time_of, work_times_of
from departments.formatting import Clock, clock_of, elapsed
from departments.models import Department
from departments.worktime import Unit, WorkTime
from escalations.models import Deadline
from escalations.policy import ANSWER
from escalations.queries import assumed_years
from escalations.services import rules_for

_WORKING = (Unit.WORKING_HOUR, Unit.BUSINESS_DAY)


@dataclass(frozen=True, slots=True)
class NextClock:
    """What is due next on a case, of whom, and how it stands."""

    deadline: Deadline
    clock: Clock

    @property
    def what(self) -> str:
        """Such as "acknowledge the customer"."""
        return str(self.deadline.get_kind_display())


def next_clocks(references: Collection[str], *, now: datetime) -> dict[str, NextClock]:
    """By case reference: the clock that runs out first, else one that is paused."""
    live = Deadline.objects.live().filter(stream__in=references)
    first: dict[str, Deadline] = {}
    # "running" after "paused": read backwards, running clocks come first.
    for deadline in live.order_by("stream", "-state", "due_at", "pk"):
        first.setdefault(deadline.stream, deadline)
    hours = work_times_of({deadline.department_id for deadline in first.values()})
    return {
        reference: NextClock(deadline, clock_on(deadline, hours[deadline.department_id], now=now))
        for reference, deadline in first.items()
    }


def clock_on(deadline: Deadline, work: WorkTime, *, now: datetime) -> Clock:
    """How a clock stands, in working time or day and night as its target counts."""
    return clock_of(
        due_at=deadline.due_at,
        now=now,
        started_at=deadline.started_at,
        between=work.between if deadline.unit in _WORKING else elapsed,
        left_when_paused=deadline.left_seconds if deadline.state == "paused" else None,
        assumed=assumed_years(deadline, work, now),
        about=deadline.pk,
    )


def answer_wanted_by(case: Complaint, asked: Department, *, now: datetime) -> datetime:
    """By when the case's policy wants an answer of a department asked now: a date to propose."""
    rules = rules_for(case.reference, severity=case.severity)[1]
    target = rules.target(ANSWER, case.severity)
    # `parse` lets no rules pass that say nothing about answers.
    assert target is not None
    return work_time_of(asked).due(now, target.amount, target.unit)

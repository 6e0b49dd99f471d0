"""What every new date of a clock brings with it: its rungs, what they skip, its entry."""

from __future__ import annotations

from datetime import datetime

from departments.models import User
from departments.worktime import WorkTime
from escalations.clock import clock_for
from escalations.models import Deadline, Firing
from escalations.policy import Span
from escalations.timetable import timetable_of
from journal.services import record


def count_from(deadline: Deadline, start: datetime, span: Span, work: WorkTime) -> None:
    """Let its date be so many units after an instant, in the clock of that unit."""
    deadline.due_at, deadline.unit = work.due(start, span.amount, span.unit), span.unit.value
    deadline.count(start, span.amount, span.unit)
    between = clock_for(deadline.unit, work).between(start, deadline.due_at)
    deadline.total_seconds = max(0, between)


def arm(deadline: Deadline, work: WorkTime, now: datetime) -> list[tuple[int, datetime]]:
    """Set the next rung and its instant; returns the rungs it is too late for.

    A date that is past already skips nothing: the sweep fires the highest rung passed, once.
    """
    table = timetable_of(deadline, work)
    passed = table.passed(0, now) if deadline.due_at > now else []
    deadline.rung = len(passed)
    running = deadline.state == Deadline.State.RUNNING
    deadline.wake_at = table.at(deadline.rung) if running else None
    return passed


def skip(
    deadline: Deadline, rungs: list[tuple[int, datetime]], *, reason: str, now: datetime
) -> None:
    """Record why these rungs did nothing."""
    Firing.objects.bulk_create(skipped(deadline, rungs, reason=reason, now=now))


def skipped(
    deadline: Deadline, rungs: list[tuple[int, datetime]], *, reason: str, now: datetime
) -> list[Firing]:
    """The same, not saved yet."""
    return [
        Firing(
            deadline=deadline,
            version=deadline.version,
            rung=index,
            state=Firing.State.SKIPPED,
            reason=reason,
            planned_at=at,
            fired_at=now,
        )
        for index, at in rungs
    ]


def journal(
    deadline: Deadline, tag: str, now: datetime, *, actor: User | None = None, **data: object
) -> None:
    """What happened to a clock, in the history of its case."""
    record(
        stream=deadline.stream,
        subject=deadline.subject,
        tag=tag,
        actor=actor,
        department=deadline.department,
        now=now,
        data={"kind": deadline.kind, "due_at": deadline.due_at, **data},
    )

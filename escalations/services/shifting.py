"""Many clocks get the dates of other hours at once: a handful of queries for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from departments.worktime import WorkTime
from escalations.clock import clock_for
from escalations.models import Deadline, Firing
from escalations.services.arming import arm, skipped
from escalations.services.causes import withdraw_in_time
from escalations.services.redating import journal_dates
from journal.errors import MoveError
from journal.models import Entry, Stream

log = structlog.get_logger(__name__)

# Why a rung did nothing, in `Firing.reason`.
PAST_WHEN_RECOMPUTED = "past_when_recomputed"
# What a clock that should not exist can raise: it keeps its date, and nobody else theirs.
POISON = (MoveError, ArithmeticError, LookupError, TypeError, ValueError)
CHANGED = ("due_at", "total_seconds", "version", "rung", "wake_at")


@dataclass(frozen=True, slots=True)
class _Moved:
    deadline: Deadline
    before: datetime
    skipped: list[Firing]


def move_to(
    dates: Sequence[tuple[Deadline, datetime]],
    *,
    heads: Mapping[str, Stream],
    work: WorkTime,
    because: Entry | None,
    now: datetime,
) -> int:
    """Give locked clocks of locked cases these dates; how many it were. It is nobody's move.

    Their rungs stand anew around the new date; those already past are recorded as skipped.
    """
    moved = [found for each in dates if (found := _moved(*each, work=work, now=now))]
    Deadline.objects.bulk_update([each.deadline for each in moved], CHANGED)
    Firing.objects.bulk_create([firing for each in moved for firing in each.skipped])
    journal_dates(
        [(each.deadline, each.before) for each in moved],
        tag="deadline:recomputed",
        heads=heads,
        because=because,
        now=now,
    )
    for each in moved:
        if each.before <= now:
            withdraw_in_time(deadline=each.deadline, now=now)
    return len(moved)


def _moved(deadline: Deadline, due_at: datetime, *, work: WorkTime, now: datetime) -> _Moved | None:
    before, deadline.due_at = deadline.due_at, due_at
    try:
        if deadline.counted_from == deadline.started_at:
            span = clock_for(deadline.unit, work).between(deadline.started_at, due_at)
            deadline.total_seconds = max(0, span)
        deadline.version += 1
        passed = arm(deadline, work, now)
    except POISON:
        # The sweep meets the same row, and tells the administrators.
        log.exception("deadline_not_recomputed", deadline=deadline.pk)
        return None
    if deadline.decided:
        deadline.wake_at = None
    rows = skipped(deadline, passed, reason=PAST_WHEN_RECOMPUTED, now=now)
    return _Moved(deadline, before, rows)

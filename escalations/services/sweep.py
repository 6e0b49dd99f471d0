"""Fire what is due: claimed in small batches, any number of sweepers at once.

Locks. Moves lock the stream of their case first, then its deadlines, and may wait for either. A
sweeper takes both with SKIP LOCKED and so never waits for a move or for another sweeper: there is
no circle to be caught in. What it cannot have now is due still, and the next tick finds it. Each
batch commits on its own, so that no case is held for longer than a few firings take.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction

from departments.calendars import work_times_of
from departments.models import Department
from departments.worktime import WorkTime
from escalations.chart import load_chart
from escalations.models import Deadline, Firing, SweepTick
from escalations.routing import OrgChart
from escalations.services.firing import fire
from escalations.services.noticing import alarms_of
from journal.errors import MoveError
from journal.models import Stream
from notifications.services import alarm

log = structlog.get_logger(__name__)

# What data that should not exist can raise: one bad row must not keep the others from their time.
# Not among them: the end of a task's time, which must end the sweep.
POISON = (
    MoveError,
    DatabaseError,
    ObjectDoesNotExist,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep did; `busy` rows were being moved and wait for the next."""

    fired: int = 0
    failed: int = 0
    busy: int = 0


@dataclass
class _Context:
    """What every firing of one sweep needs, read once, and only if anything is due."""

    now: datetime
    departments: dict[int, Department] = field(default_factory=dict)
    times: dict[int, WorkTime] = field(default_factory=dict)
    alarms: dict[str, dict[str, object]] = field(default_factory=dict)

    @cached_property
    def chart(self) -> OrgChart:
        return load_chart(self.now)

    def give_departments(self, rows: Sequence[Deadline]) -> None:
        wanted = {row.department_id for row in rows} - self.departments.keys()
        if wanted:
            self.departments |= Department.objects.in_bulk(wanted)
        for row in rows:
            row.department = self.departments[row.department_id]

    def work_of(self, department: int) -> WorkTime:
        # One at a time: a department whose calendar is broken must not take the others along.
        if department not in self.times:
            self.times |= work_times_of([department])
        return self.times[department]


def sweep(*, now: datetime, batch: int = 20, seconds: float = 10.0) -> SweepResult:
    """Fire every rung that is due at `now`, each once; stops after so many seconds of work."""
    until = time.monotonic() + seconds
    context, total = _Context(now), SweepResult()
    after: tuple[datetime, int] | None = None
    while True:
        done, after = _batch(context, after, batch)
        total = SweepResult(
            total.fired + done.fired, total.failed + done.failed, total.busy + done.busy
        )
        _raise_alarms(context)
        if after is None or time.monotonic() > until:
            break
    _tick(total, now)
    return total


def _batch(
    context: _Context, after: tuple[datetime, int] | None, size: int
) -> tuple[SweepResult, tuple[datetime, int] | None]:
    """One transaction. Returns where the next one continues, None when nothing is left.

    Continuing behind the last row, rather than from the start, passes over rows of cases that are
    busy, and reads no index entries that this sweep has just made obsolete.
    """
    with transaction.atomic():
        rows = _claim(context.now, after, size)
        free = _free_streams(rows)
        context.give_departments(rows)
        result = SweepResult(busy=sum(row.stream not in free for row in rows))
        for row in rows:
            if row.stream in free:
                result = _fire_one(row, context, result)
    # The key is the wake_at that was claimed; firing has put a later one into the row.
    return result, rows[-1].claimed if len(rows) == size else None


def _claim(now: datetime, after: tuple[datetime, int] | None, size: int) -> list[Deadline]:
    due = Deadline.objects.filter(state=Deadline.State.RUNNING, wake_at__lte=now)
    if after is not None:
        wake_at, pk = after
        due = due.filter(wake_at__gte=wake_at).exclude(wake_at=wake_at, pk__lte=pk)
    rows = list(
        # No joins: one range of the index `deadline_to_wake`, and the rows it points at.
        due.select_for_update(skip_locked=True).order_by("wake_at", "pk")[:size]
    )
    for row in rows:
        if row.wake_at is not None:
            row.claimed = (row.wake_at, row.pk)
    return rows


def _free_streams(rows: Sequence[Deadline]) -> set[str]:
    """Lock the cases that nobody is moving; a case without history is free, too."""
    wanted = {row.stream for row in rows}
    streams = Stream.objects.filter(pk__in=wanted)
    free = set(
        streams.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
    )
    if wanted - free:
        free |= wanted - set(streams.values_list("pk", flat=True))
    return free


def _fire_one(deadline: Deadline, context: _Context, result: SweepResult) -> SweepResult:
    try:
        with transaction.atomic():
            work = context.work_of(deadline.department_id)
            audience = fire(deadline, work=work, chart=context.chart, now=context.now)
    except POISON as error:
        _push_ahead(deadline, error, context)
        return replace(result, failed=result.failed + 1)
    if audience is None:
        return result
    context.alarms |= alarms_of(deadline, audience, context.chart)
    return replace(result, fired=result.fired + 1)


def _push_ahead(deadline: Deadline, error: Exception, context: _Context) -> None:
    """A row that cannot fire is tried again later, ever less often, and administrators know."""
    # Of foreign errors only the name: their text may quote personal data.
    reason = type(error).__name__
    if isinstance(error, MoveError):
        reason = f"{reason}: {error.message}"[:200]
    fresh = Deadline.objects.get(pk=deadline.pk)
    fresh.failures += 1
    fresh.wake_at = context.now + _pause(fresh.failures)
    fresh.save(update_fields=["failures", "wake_at"])
    _note_failure(fresh, reason, context.now)
    log.error("deadline_failed", deadline=fresh.pk, failures=fresh.failures, error=reason)
    context.alarms["deadline_failed"] = {"subject": fresh.subject, "reason": reason}


def _pause(failures: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(failures - 1, 16)), LONGEST_PAUSE)


def _note_failure(deadline: Deadline, reason: str, now: datetime) -> None:
    """The proof of a rung that did fire is never overwritten."""
    same = {"deadline": deadline, "version": deadline.version, "rung": deadline.rung}
    failed = Firing(
        **same,
        state=Firing.State.FAILED,
        reason=reason,
        planned_at=deadline.due_at,
        fired_at=now,
    )
    Firing.objects.bulk_create([failed], ignore_conflicts=True)
    repeated = Firing.objects.filter(**same, state=Firing.State.FAILED)
    repeated.update(reason=reason, fired_at=now)


def _raise_alarms(context: _Context) -> None:
    """After the batch's transaction: an alarm must be told even where firing failed."""
    for kind, data in context.alarms.items():
        alarm(kind=kind, now=context.now, data=data)
    context.alarms.clear()


def _tick(total: SweepResult, now: datetime) -> None:
    SweepTick.objects.bulk_create(
        [SweepTick(pk=1, ticked_at=now, fired=total.fired, failed=total.failed)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["ticked_at", "fired", "failed"],
    )

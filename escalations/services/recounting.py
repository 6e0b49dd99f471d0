"""Count running clocks again where the hours of their department have changed.

However they changed: on the page of a calendar, by another parent in the tree, or by a newer
library that knows the official plan of a year. A tick compares the hours of each department with
those its clocks were last counted by, and counts in batches, each committed on its own. As the
sweep, it waits for no lock: what is being moved is met again by the next pass.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from departments.calendars import work_times_of
from departments.models import Department
from departments.worktime import WorkTime, WorkTimeError
from escalations.models import Deadline, Recount
from escalations.recompute import Dates
from escalations.services.heads import free_heads
from escalations.services.shifting import POISON, move_to
from escalations.timetable import timetable_of
from journal.models import Entry

log = structlog.get_logger(__name__)

# A move that was under way may have read the old hours: the last pass begins when it is over.
SETTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Batch:
    moved: int = 0
    over: bool = True


def recount(*, now: datetime, batch: int = 200, seconds: float = 10.0) -> int:
    """Bring clocks up to their departments' hours; how many dates moved. Goes on where it stopped.

    Stops after so many seconds of work; the next call continues behind the last batch.
    """
    until = time.monotonic() + seconds
    notice(now=now)
    moved = 0
    for department in Recount.objects.filter(since__isnull=False).values_list("pk", flat=True):
        done = _Batch(over=False)
        while not done.over and time.monotonic() < until:
            done = _batch(department, now, batch)
            moved += done.moved
    return moved


def ask(*, departments: Collection[Department], entry: Entry, now: datetime) -> None:
    """These departments work by other hours from now on, because of this entry."""
    rows = [Recount(department=each, since=now, entry=entry) for each in departments]
    Recount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["department"],
        update_fields=["since", "entry", "target", "after_id", "again", "moved"],
    )


def notice(*, now: datetime) -> None:
    """Find the departments whose hours are not those that their clocks were counted by."""
    times = _times(Department.objects.values_list("pk", flat=True))
    known = Recount.objects.in_bulk(list(times))
    new = [Recount(pk=pk, fingerprint=times[pk].fingerprint) for pk in times if pk not in known]
    Recount.objects.bulk_create(new, ignore_conflicts=True)
    for pk, row in known.items():
        if times[pk].fingerprint != (row.target or row.fingerprint) and row.since is None:
            # Of two ticks at once one finds nothing to do.
            idle = Recount.objects.filter(pk=pk, since__isnull=True)
            idle.update(since=now, entry=None, target="", after_id=0, again=False, moved=0)


def _times(departments: Collection[int]) -> dict[int, WorkTime]:
    try:
        return work_times_of(departments)
    except WorkTimeError:
        return {pk: work for each in departments for pk, work in _own_time(each).items()}


def _own_time(department: int) -> dict[int, WorkTime]:
    """Hours that cannot be read keep nobody else from theirs."""
    try:
        return work_times_of([department])
    except WorkTimeError:
        log.exception("hours_unreadable", department=department)
        return {}


def _batch(department: int, now: datetime, size: int) -> _Batch:
    """One transaction: the next clocks of one department."""
    with transaction.atomic():
        rows = Recount.objects.select_for_update(of=("self",), skip_locked=True)
        row = rows.select_related("entry").filter(pk=department, since__isnull=False).first()
        work = _own_time(department).get(department)
        if row is None or row.since is None or work is None:
            return _Batch()
        if row.target != work.fingerprint:
            row.target, row.after_id = work.fingerprint, 0
        if not row.after_id:
            row.again = now < row.since + SETTLED
        ids = _next_ids(row, size)
        moved = _count_again(row, ids, work, now)
        row.moved += moved
        over = len(ids) < size
        if over:
            _end_pass(row)
        row.save()
    return _Batch(moved, over)


def _next_ids(row: Recount, size: int) -> list[int]:
    running = Deadline.objects.running().filter(department=row.department_id, pk__gt=row.after_id)
    return list(running.order_by("pk").values_list("pk", flat=True)[:size])


def _end_pass(row: Recount) -> None:
    row.after_id = 0
    if not row.again:
        row.fingerprint, row.target, row.since, row.entry = row.target, "", None, None


def _count_again(row: Recount, ids: Sequence[int], work: WorkTime, now: datetime) -> int:
    if not ids:
        return 0
    row.after_id = ids[-1]
    clocks = Deadline.objects.filter(pk__in=ids, state=Deadline.State.RUNNING)
    locked = clocks.select_for_update(of=("self",), skip_locked=True)
    deadlines = list(locked.select_related("department").order_by("pk"))
    row.again |= len(deadlines) < len(ids)
    dates = Dates(work, now)
    dated = [(deadline, _date(deadline, dates)) for deadline in deadlines]
    moving = [(deadline, due_at) for deadline, due_at in dated if due_at != deadline.due_at]
    _wake_again([deadline for deadline, due_at in dated if due_at == deadline.due_at], work)
    heads = free_heads({deadline.stream for deadline, _ in moving})
    row.again |= any(deadline.stream not in heads for deadline, _ in moving)
    ours = [(deadline, due_at) for deadline, due_at in moving if deadline.stream in heads]
    return move_to(ours, heads=heads, work=work, because=row.entry, now=now)


def _date(deadline: Deadline, dates: Dates) -> datetime:
    try:
        return dates.of(deadline)
    except POISON:
        log.exception("deadline_not_recomputed", deadline=deadline.pk)
        return deadline.due_at


def _wake_again(deadlines: Sequence[Deadline], work: WorkTime) -> None:
    """Dates that stay have rungs that count hours: they may speak at another instant."""
    changed = []
    for deadline in deadlines:
        if deadline.wake_at is None or deadline.failures:
            continue
        try:
            wake_at = timetable_of(deadline, work).at(deadline.rung)
        except POISON:
            # The sweep meets the same row, and tells the administrators.
            continue
        if wake_at != deadline.wake_at:
            deadline.wake_at = wake_at
            changed.append(deadline)
    Deadline.objects.bulk_update(changed, ["wake_at"])

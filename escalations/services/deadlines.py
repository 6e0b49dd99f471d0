"""Clocks: start, pause, resume, move, hand over, meet, cancel.

The caller is within a transaction and holds the lock of the case's stream
(`journal.services.lock_stream`): that orders its move against other moves. The sweep never waits
for a lock, so that no move can meet it in a deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.calendars import work_time_of, work_times_of
from departments.models import Department, User
from departments.worktime import Unit, WorkTime
from escalations.clock import clock_for
from escalations.models import Deadline
from escalations.policy import as_json
from escalations.services.arming import arm, journal, skip
from escalations.services.causes import withdraw_without_cause
from escalations.services.policies import rules_for, rules_of
from escalations.timetable import timetable_of
from journal.errors import Invalid
from journal.services import lock_stream

# Why a rung did nothing, in `Firing.reason`.
PAST_AT_START = "past_at_start"
PAST_WHEN_MOVED = "past_when_moved"
HOUR = 60 * 60


def start_deadline(
    *,
    subject: str,
    stream: str,
    kind: str,
    label: str,
    department: Department,
    owner: User | None,
    severity: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Deadline | None:
    """Start a clock; None if the policy has no target for this kind and no date is promised."""
    # Also sees to it that the case has a stream, for which a sweep would else have to wait.
    lock_stream(stream)
    version, rules = rules_for(stream, severity=severity)
    target = rules.target(kind, severity)
    work = work_time_of(department)
    given = due_at is not None
    if due_at is not None:
        unit = Unit.WORKING_HOUR
    elif target is not None:
        due_at, unit = work.due(now, target.amount, target.unit), target.unit
    else:
        return None
    deadline = Deadline(
        subject=subject,
        stream=stream,
        kind=kind,
        label=label[: Deadline._meta.get_field("label").max_length],
        severity=severity,
        department=department,
        owner=owner,
        unit=unit.value,
        started_at=now,
        first_due_at=due_at,
        due_at=due_at,
        total_seconds=max(0, clock_for(unit, work).between(now, due_at)),
        ladder=as_json(rules.ladder(kind, severity)),
        policy_version=version,
    )
    if target is not None and not given:
        deadline.count(now, target.amount, target.unit)
    passed = arm(deadline, work, now)
    deadline.save(force_insert=True)
    skip(deadline, passed, reason=PAST_AT_START, now=now)
    return deadline


def meet_deadline(*, subject: str, kind: str, now: datetime) -> Deadline | None:
    """What was due is done: the clock ends as met, or met late. None if none was live."""
    deadline = _live(subject, kind).first()
    if deadline is None:
        return None
    late = now > deadline.due_at
    if deadline.left_seconds is not None:
        late = deadline.left_seconds < 0
    _end([deadline], Deadline.State.MET_LATE if late else Deadline.State.MET, now)
    return deadline


def cancel_deadline(*, subject: str, kind: str | None = None, now: datetime) -> list[Deadline]:
    """End the subject's live clocks (of one kind, or all) because their cause is gone."""
    deadlines = list(_live(subject, kind))
    _end(deadlines, Deadline.State.CANCELLED, now)
    return deadlines


def move_deadline(
    *,
    subject: str,
    kind: str,
    due_at: datetime,
    reason: str,
    actor: User | None,
    now: datetime,
    severity: str | None = None,
) -> Deadline | None:
    """Give a live clock a new due date; with `severity` also that severity's ladder.

    Raises `journal.errors.Invalid` if the date is not in the future or the reason is empty.
    """
    if not reason.strip():
        raise Invalid(_("Say why the date moves."), field="reason")
    if due_at <= now:
        raise Invalid(_("The new date must lie in the future."), field="due_at")
    deadline = _live(subject, kind).first()
    if deadline is None:
        return None
    before, work = deadline.due_at, work_time_of(deadline.department)
    if severity is not None:
        deadline.severity = severity
        deadline.ladder = as_json(rules_of(deadline.policy_version).ladder(kind, severity))
    _stretch(deadline, due_at, work, now)
    deadline.version += 1
    deadline.moves += 1
    deadline.decided = False
    deadline.give()
    passed = arm(deadline, work, now)
    deadline.save()
    skip(deadline, passed, reason=PAST_WHEN_MOVED, now=now)
    # The words stay with the move that gives them, where they can be redacted.
    digest = sha256(reason.strip().encode()).hexdigest()
    data = {"from": before, "to": due_at, "moves": deadline.moves, "text_sha256": digest}
    journal(deadline, "deadline:moved", now, actor=actor, **data)
    return deadline


def pause_deadline(*, subject: str, kind: str, reason: str, now: datetime) -> Deadline | None:
    """Stop a running clock, keeping what was left.

    None if none runs, or if the policy does not list the reason: then it runs on.
    """
    deadline = _live(subject, kind).filter(state=Deadline.State.RUNNING).first()
    if deadline is None or not rules_of(deadline.policy_version).may_pause(kind, reason):
        return None
    clock = clock_for(deadline.unit, work_time_of(deadline.department))
    deadline.left_seconds = clock.between(now, deadline.due_at)
    deadline.state = Deadline.State.PAUSED
    deadline.pause_reason, deadline.paused_at, deadline.wake_at = reason, now, None
    deadline.save()
    journal(deadline, "deadline:paused", now, reason=reason, left=deadline.left_seconds)
    return deadline


def resume_deadline(*, subject: str, kind: str, reason: str, now: datetime) -> Deadline | None:
    """Let a clock run on that was paused for this reason; None if it was not.

    What it said before the pause it does not say again: its next rung stays its next.
    """
    paused = _live(subject, kind).filter(state=Deadline.State.PAUSED, pause_reason=reason)
    deadline = paused.first()
    if deadline is None:
        return None
    work, left = work_time_of(deadline.department), deadline.left_seconds or 0
    deadline.due_at = clock_for(deadline.unit, work).add(now, left)
    _count_on(deadline, left, now)
    deadline.state = Deadline.State.RUNNING
    deadline.left_seconds, deadline.pause_reason, deadline.paused_at = None, "", None
    if not deadline.decided:
        deadline.wake_at = timetable_of(deadline, work).at(deadline.rung)
    deadline.save()
    journal(deadline, "deadline:resumed", now, reason=reason)
    return deadline


def hand_deadline(
    *,
    subject: str,
    kind: str,
    owner: User | None,
    department: Department,
    now: datetime,  # noqa: ARG001 - every move is told the time
) -> Deadline | None:
    """Another owner, perhaps in another department; the due date stays. None if none was live.

    The move that hands it over is journalled by its caller.
    """
    deadline = _live(subject, kind).first()
    if deadline is None:
        return None
    before = deadline.department_id
    deadline.owner, deadline.department = owner, department
    if before != department.pk:
        _move_house(deadline, before)
    deadline.save()
    return deadline


def _move_house(deadline: Deadline, before: int) -> None:
    """Where others work other hours, these did not set its date, and will not move it."""
    if deadline.kind == Deadline.Kind.STALL:
        return  # it counts anew from the last movement whenever it wakes
    times = work_times_of({before, deadline.department_id})
    work = times[deadline.department_id]
    if work == times[before]:
        return
    deadline.give()
    if deadline.wake_at is not None:
        deadline.wake_at = timetable_of(deadline, work).at(deadline.rung)


def _count_on(deadline: Deadline, left: int, now: datetime) -> None:
    """After a pause a date follows from what was left, not from the beginning."""
    if deadline.counted_from is None:
        return
    if left < 0:
        deadline.give()
    elif deadline.unit in {Unit.WORKING_HOUR, Unit.BUSINESS_DAY}:
        deadline.count(now, left / HOUR, Unit.WORKING_HOUR)
    else:
        deadline.count(now, left / HOUR, Unit.HOUR)


def live_deadline(subject: str, kind: str) -> Deadline | None:
    """The subject's clock of this kind, locked."""
    return _live(subject, kind).first()


def _live(subject: str, kind: str | None) -> QuerySet[Deadline]:
    live = Deadline.objects.filter(subject=subject, state__in=Deadline.LIVE)
    if kind is not None:
        live = live.filter(kind=kind)
    return (
        live.select_for_update(of=("self",))
        .select_related("department", "policy_version")
        .order_by("pk")
    )


def _end(deadlines: Iterable[Deadline], state: Deadline.State, now: datetime) -> None:
    ended = list(deadlines)
    for deadline in ended:
        deadline.state, deadline.ended_at, deadline.wake_at = state, now, None
    Deadline.objects.bulk_update(ended, ["state", "ended_at", "wake_at"])
    withdraw_without_cause(deadlines=ended, now=now)


def _stretch(deadline: Deadline, due_at: datetime, work: WorkTime, now: datetime) -> None:
    """Set the new date; the span grows or shrinks by as much as what is left."""
    clock = clock_for(deadline.unit, work)
    left = clock.between(now, due_at)
    was_left = deadline.left_seconds
    if was_left is None:
        was_left = clock.between(now, deadline.due_at)
    deadline.total_seconds = max(left, deadline.total_seconds - was_left + left)
    deadline.due_at = due_at
    if deadline.state == Deadline.State.PAUSED:
        deadline.left_seconds = left

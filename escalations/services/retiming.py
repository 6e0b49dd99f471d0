"""A case goes by other rules from now on: its clock keeps when it began, and gets their date."""

from __future__ import annotations

from datetime import datetime

from departments.calendars import work_time_of
from departments.models import User
from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.policy import Rules, as_json
from escalations.services.arming import arm, count_from, journal, skip
from escalations.services.causes import withdraw_in_time
from escalations.services.deadlines import live_deadline
from escalations.services.policies import rules_for, rules_of
from escalations.services.rollouts import PAST_BY_POLICY


def retime_deadline(
    *, subject: str, kind: str, severity: str, actor: User | None, now: datetime
) -> Deadline | None:
    """Let a live clock follow the policy that its case goes by now; None if none was live.

    What a person promised or granted stays, and so does what was left of a clock that stands
    still. The caller is within a transaction and holds the lock of the case's stream.
    """
    deadline = live_deadline(subject, kind)
    if deadline is None:
        return None
    version, rules = rules_for(deadline.stream, severity=severity)
    work, before = work_time_of(deadline.department), deadline.due_at
    _date_by(deadline, rules, severity, work)
    deadline.severity, deadline.policy_version = severity, version
    deadline.ladder = as_json(rules.ladder(kind, severity)) or deadline.ladder
    if deadline.kind == Deadline.Kind.STALL:
        # It looks for the last movement now, and counts from there.
        deadline.wake_at = now
        deadline.save()
        return deadline
    deadline.version += 1
    passed = arm(deadline, work, now)
    if deadline.decided:
        deadline.wake_at = None if deadline.due_at == before else deadline.wake_at
        deadline.decided = deadline.due_at == before
    deadline.save()
    skip(deadline, passed, reason=PAST_BY_POLICY, now=now)
    _tell_of(deadline, before, actor, now)
    return deadline


def _tell_of(deadline: Deadline, before: datetime, actor: User | None, now: datetime) -> None:
    if deadline.due_at == before:
        return
    data = {"from": before, "to": deadline.due_at}
    journal(deadline, "deadline:policy_changed", now, actor=actor, **data)
    if before <= now < deadline.due_at:
        withdraw_in_time(deadline=deadline, now=now)


def _date_by(deadline: Deadline, rules: Rules, severity: str, work: WorkTime) -> None:
    new = rules.target(deadline.kind, severity)
    old = rules_of(deadline.policy_version).target(deadline.kind, deadline.severity)
    if deadline.counted_from is None or new is None or new == old:
        return
    if deadline.kind == Deadline.Kind.STALL:
        deadline.count(deadline.counted_from, new.amount, new.unit)
        return
    if deadline.state == Deadline.State.PAUSED:
        return
    if deadline.counted_from == deadline.started_at:
        count_from(deadline, deadline.started_at, new, work)
        deadline.first_due_at = deadline.due_at
    elif old is not None:
        # It stood still for a while: as much later or earlier as the two targets differ.
        began = deadline.started_at
        shift = work.due(began, new.amount, new.unit) - work.due(began, old.amount, old.unit)
        deadline.due_at += shift
        deadline.give()

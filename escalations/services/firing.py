"""One deadline wakes: its highest passed rung speaks, those below it are recorded as skipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from departments.models import User
from departments.worktime import WorkTime
from escalations.errors import NobodyToTell
from escalations.models import Deadline, Firing
from escalations.policy import ROLE_OF_LEVEL
from escalations.routing import OrgChart
from escalations.services.raising import Raised, escalate
from escalations.services.stalls import LOOK_AGAIN, moves_again
from escalations.services.waking import Audience, Waking, audience_of
from escalations.timetable import timetable_of
from journal.models import Entry
from journal.services import record
from notifications.services import tell

# Why a rung did nothing, in `Firing.reason`.
HIGHER_RUNG = "a_higher_rung_passed"

Told = Firing.told.through


def fire(deadline: Deadline, *, work: WorkTime, chart: OrgChart, now: datetime) -> Audience | None:
    """Fire what is due of a locked deadline; whom it reached, None if nothing was due after all.

    Raises `NobodyToTell`, or `PolicyError` if its ladder cannot be read; the caller rolls back.
    """
    is_lazy = deadline.kind == Deadline.Kind.STALL
    if is_lazy and moves_again(deadline, work=work, now=now):
        return None
    table = timetable_of(deadline, work)
    passed = table.passed(deadline.rung, now)
    audience = None
    if passed:
        index = passed[-1][0]
        rung = table.rung(index)
        waking = Waking(deadline, rung, work, chart, now)
        firing = _prove(waking, passed)
        audience = _speak(waking, firing)
        deadline.rung = index + 1
    # Whoever decided accepted it until now: from here on it speaks again.
    deadline.decided, deadline.failures = False, 0
    deadline.wake_at = table.at(deadline.rung)
    if is_lazy and deadline.wake_at is not None:
        deadline.wake_at = min(deadline.wake_at, now + LOOK_AGAIN)
    deadline.save(update_fields=["rung", "wake_at", "failures", "owner", "decided"])
    return audience


def _prove(waking: Waking, passed: Sequence[tuple[int, datetime]]) -> Firing:
    """Insert the proof first: whoever comes second breaks on its uniqueness, before any notice."""
    deadline = waking.deadline
    if deadline.failures:
        deadline.firings.filter(version=deadline.version, state=Firing.State.FAILED).delete()
    rows = [
        Firing(
            deadline=deadline,
            version=deadline.version,
            rung=index,
            state=Firing.State.SKIPPED,
            reason=HIGHER_RUNG,
            planned_at=at,
            fired_at=waking.now,
        )
        for index, at in passed
    ]
    fired = rows[-1]
    fired.state, fired.reason, fired.level = Firing.State.FIRED, "", waking.rung.level
    Firing.objects.bulk_create(rows)
    return fired


def _speak(waking: Waking, firing: Firing) -> Audience:
    audience, raised = audience_of(waking), None
    if waking.rung.level:
        raised = escalate(waking, audience)
        if raised is not None:
            audience.add(ROLE_OF_LEVEL[waking.rung.level], raised.route)
        else:
            audience.last_resort = True
    if not audience.people:
        raise NobodyToTell("nobody has any role")
    entry = _journal(waking, audience, raised)
    _tell(waking, audience, raised, entry)
    firing.entry, firing.route = entry, audience.steps
    firing.save(update_fields=["entry", "route"])
    Told.objects.bulk_create(Told(firing=firing, user_id=person) for person in audience.people)
    return audience


def _journal(waking: Waking, audience: Audience, raised: Raised | None) -> Entry:
    deadline = waking.deadline
    data: dict[str, Any] = {
        "subject": deadline.subject,
        "kind": deadline.kind,
        "due_at": deadline.due_at,
        # Negative once it is late.
        "working_left": waking.work.between(waking.now, deadline.due_at),
        "told": audience.people,
        "level": 0,
    }
    if raised is not None:
        data["level"] = raised.escalation.level
        data["leader"] = raised.escalation.leader_id
        data["reason"] = raised.escalation.reason
    return record(
        stream=deadline.stream,
        subject=raised.escalation.reference if raised else deadline.subject,
        tag=f"escalation:{raised.verb}" if raised else "deadline:reminded",
        actor=None,
        department=deadline.department,
        now=waking.now,
        data=data,
    )


def _tell(waking: Waking, audience: Audience, raised: Raised | None, entry: Entry) -> None:
    """The leader is asked to decide; everyone else hears what is due or late."""
    deadline, rung = waking.deadline, waking.rung
    people = User.objects.in_bulk(audience.people)
    leader = people.pop(raised.escalation.leader_id) if raised else None
    by = partial(
        tell,
        entry=entry,
        now=waking.now,
        data=entry.data,
        urgent=raised is not None and raised.escalation.is_urgent,
        channels=rung.channels or None,
    )
    kind = "overdue" if waking.now >= deadline.due_at else "reminder"
    by(people=people.values(), kind=kind, subject=deadline.subject, label=deadline.label)
    if raised is not None:
        asked = raised.escalation
        by(people=[leader], kind="escalation", subject=asked.reference, label=asked.label)

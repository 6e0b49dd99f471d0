"""Escalations by people: raised, acknowledged, decided, withdrawn."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.models import Department, User
from departments.standing import standing_of
from escalations.chart import load_chart
from escalations.errors import NobodyToTell
from escalations.models import Deadline, Escalation
from escalations.permissions import decides
from escalations.routing import NO_ONE, OrgChart
from escalations.services.causes import withdraw, without_live_cause
from escalations.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from journal.references import next_reference
from journal.services import lock_stream, record
from notifications.services import tell

Reason, State = Escalation.Reason, Escalation.State


@transaction.atomic
def raise_escalation(
    *,
    stream: str,
    subject: str,
    label: str,
    department: Department,
    severity: str,
    reason: str,
    actor: User | None,
    text: str,
    now: datetime,
    between: tuple[Department, Department] | None = None,
) -> Escalation:
    """Ask the leader (between two departments: the lowest above both) to decide.

    If one is open for this case and reason, the new cause joins it. Raises
    `journal.errors.Invalid` if a person asks without a text, `NobodyToTell` if nobody leads.
    """
    text = text.strip()
    if actor is not None and not text:
        raise Invalid(_("Say what is to be decided."), field="text")
    lock_stream(stream)
    escalation = _open_one(stream, reason)
    if escalation is not None:
        return _join(escalation, subject, text, actor=actor, now=now)
    leader, seat, steps = _lowest_leader(load_chart(now), department, between, actor)
    escalation = Escalation.objects.create(
        reference=next_reference("E"),
        stream=stream,
        subject=subject,
        label=label[: Escalation._meta.get_field("label").max_length],
        reason=reason,
        severity=severity,
        department=department,
        seat_id=seat,
        leader_id=leader,
        raised_at=now,
        raised_by=actor,
        text=text,
    )
    _start_clock(escalation, now=now)
    entry = _journal(
        escalation,
        "escalation:raised",
        actor=actor,
        now=now,
        text=text,
        subject=subject,
        route=steps,
    )
    _ask(escalation, entry, text, now=now)
    return escalation


@transaction.atomic
def acknowledge_escalation(
    *, escalation: Escalation, actor: User, now: datetime, version: int | None = None
) -> Escalation:
    """The leader has seen it; it keeps climbing until decided.

    Raises `Conflict` (version), `IllegalMove` (not open), `NotAllowed`.
    """
    seen = _begin(escalation, actor=actor, now=now, version=version)
    if seen.state != State.RAISED:
        raise IllegalMove(_("This escalation was acknowledged already."))
    seen.state, seen.acknowledged_at = State.ACKNOWLEDGED, now
    seen.version += 1
    seen.save(update_fields=["state", "acknowledged_at", "version"])
    _journal(seen, "escalation:acknowledged", actor=actor, now=now)
    return seen


@transaction.atomic
def decide_escalation(
    *,
    escalation: Escalation,
    outcome: str,
    note: str,
    actor: User,
    now: datetime,
    version: int | None = None,
    until: datetime | None = None,
) -> Escalation:
    """Record the decision; its deadlines stop climbing until one is moved, or until `until`.

    Raises `Conflict` (version), `IllegalMove` (not open), `NotAllowed`, `Invalid` (no note).
    """
    decided = _begin(escalation, actor=actor, now=now, version=version)
    note = note.strip()
    if outcome not in Escalation.Outcome.values:
        raise Invalid(_("Choose what was decided."), field="outcome")
    if not note:
        raise Invalid(_("Give the reason for the decision."), field="note")
    decided.state, decided.outcome, decided.note = State.DECIDED, outcome, note
    decided.decided_by, decided.decided_at, decided.ended_at = actor, now, now
    decided.version += 1
    decided.save()
    causes = list(decided.deadlines.filter(state__in=Deadline.LIVE).select_related("owner"))
    _silence(decided, until=until, now=now)
    meet_deadline(subject=decided.reference, kind=Deadline.Kind.DECIDE, now=now)
    entry = _journal(
        decided, "escalation:decided", actor=actor, now=now, text=note, outcome=outcome
    )
    concerned = [decided.raised_by, *(cause.owner for cause in causes)]
    tell(
        people=[person for person in concerned if person != actor],
        kind="escalation_decided",
        entry=entry,
        subject=decided.reference,
        label=decided.label,
        now=now,
        data={"outcome": outcome, "note": note},
    )
    return decided


@transaction.atomic
def withdraw_escalations(
    *, stream: str, subject: str | None = None, reason: str | None = None, now: datetime
) -> int:
    """Withdraw the open ones of a case, or those about one subject or for one reason; how many.

    What other subjects still give cause for stays open when only one of them goes.
    """
    lock_stream(stream)
    open_: QuerySet[Escalation] = Escalation.objects.open().filter(stream=stream)
    if reason is not None:
        open_ = open_.filter(reason=reason)
    if subject is not None:
        open_ = without_live_cause(open_.filter(subject=subject))
    for reference in open_.values_list("reference", flat=True):
        cancel_deadline(subject=reference, kind=Deadline.Kind.DECIDE, now=now)
    return withdraw(open_, now=now)


def _open_one(stream: str, reason: str) -> Escalation | None:
    open_ = Escalation.objects.open().select_related("leader", "department")
    return open_.select_for_update(of=("self",)).filter(stream=stream, reason=reason).first()


def _start_clock(escalation: Escalation, *, now: datetime) -> None:
    """The leader has a date, too: its ladder is what climbs."""
    start_deadline(
        subject=escalation.reference,
        stream=escalation.stream,
        kind=Deadline.Kind.DECIDE,
        label=escalation.label,
        department=escalation.seat,
        owner=escalation.leader,
        severity=escalation.severity,
        now=now,
    )


def _silence(decided: Escalation, *, until: datetime | None, now: datetime) -> None:
    """What was decided about is quiet; a case that stalled is watched anew from now."""
    running = decided.deadlines.filter(state=Deadline.State.RUNNING)
    running.exclude(kind=Deadline.Kind.STALL).update(decided=True, wake_at=until)
    running.filter(kind=Deadline.Kind.STALL).update(wake_at=now)
    decided.deadlines.filter(state=Deadline.State.PAUSED).update(decided=True)


def _lowest_leader(
    chart: OrgChart,
    department: Department,
    between: tuple[Department, Department] | None,
    actor: User | None,
) -> tuple[int, int, list[dict[str, Any]]]:
    """Who decides, of which department, by which steps: above both sides, not the one who asks."""
    start = department.pk
    if between is not None:
        start = chart.lowest_above_both(between[0].pk, between[1].pk) or start
    route = chart.leader_route(start, 1, avoid=frozenset({actor.pk}) if actor else NO_ONE)
    if route.person is None or route.department is None:
        raise NobodyToTell(_("Nobody leads any department: ask an administrator to name a leader."))
    return route.person, route.department, [step.as_json() for step in route.steps]


def _begin(
    escalation: Escalation, *, actor: User, now: datetime, version: int | None
) -> Escalation:
    """Lock the case, then the escalation as it is now; check version, state and person."""
    lock_stream(escalation.stream)
    locked = Escalation.objects.select_for_update(of=("self",)).select_related(
        "department", "leader", "raised_by"
    )
    found = locked.get(pk=escalation.pk)
    if version is not None and version != found.version:
        since = Entry.objects.filter(stream=found.stream, subject=found.reference)
        raise Conflict(
            _("This escalation changed since you opened it."), list(since.order_by("-seq")[:5])
        )
    if found.state not in Escalation.OPEN:
        raise IllegalMove(_("This escalation is not open any more."))
    if not decides(standing_of(actor, now), found):
        raise NotAllowed(_("This is for the leader who is asked, their stand-in, or one above."))
    return found


def _join(
    escalation: Escalation, subject: str, text: str, *, actor: User | None, now: datetime
) -> Escalation:
    """A second cause: the same leader hears it, too."""
    if text:
        escalation.text = f"{escalation.text}\n\n{text}".strip()
        escalation.version += 1
        escalation.save(update_fields=["text", "version"])
    entry = _journal(
        escalation, "escalation:joined", actor=actor, now=now, text=text, subject=subject
    )
    _ask(escalation, entry, text, now=now)
    return escalation


def _ask(escalation: Escalation, entry: Entry, text: str, *, now: datetime) -> None:
    tell(
        people=[escalation.leader],
        kind="escalation",
        entry=entry,
        subject=escalation.reference,
        label=escalation.label,
        now=now,
        data={"reason": escalation.reason, "level": escalation.level, "text": text},
        urgent=escalation.is_urgent,
    )


def _journal(
    escalation: Escalation,
    tag: str,
    *,
    actor: User | None,
    now: datetime,
    text: str = "",
    **data: object,
) -> Entry:
    """What was said stays with the escalation, where it can be redacted; here stays its digest."""
    if text:
        data["text_sha256"] = sha256(text.encode()).hexdigest()
    escalation.last_entry = record(
        stream=escalation.stream,
        subject=escalation.reference,
        tag=tag,
        actor=actor,
        department=escalation.department,
        now=now,
        data={
            "reason": escalation.reason,
            "level": escalation.level,
            "leader": escalation.leader_id,
            **data,
        },
    )
    return escalation.last_entry

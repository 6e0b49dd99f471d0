"""How often something may happen before a leader decides: the limits of the case's policy."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.models import Commitment, Complaint, Ticket
from complaints.things import Thing, case_of
from departments.models import Department
from escalations.models import Escalation
from escalations.services import raise_escalation, rules_for, withdraw_escalations
from journal.models import Entry

Reason = Escalation.Reason
# Raised here, about one thing of the case; each as often as its limit is reached.
OF_LIMITS = (Reason.RETURNED_TWICE, Reason.HANDED_ON, Reason.DATES_MOVED)


def returned(ticket: Ticket, *, now: datetime) -> None:
    """Two departments do not agree on what is needed. Called inside a move."""
    if ticket.returns >= _limit(ticket.complaint, "returns"):
        _ask(ticket, Reason.RETURNED_TWICE, _sides(ticket), now=now)


def handed_on(ticket: Ticket, sides: tuple[Department, Department], *, now: datetime) -> None:
    """Nobody keeps it: `sides` are who passed it on, and to whom. Called inside a move."""
    if ticket.handovers >= _limit(ticket.complaint, "handovers"):
        _ask(ticket, Reason.HANDED_ON, sides, now=now)


def date_moved(commitment: Commitment, *, now: datetime) -> None:
    """The same promise has another date again. Called inside a move."""
    if len(commitment.moves) >= _limit(commitment.complaint, "moved_dates"):
        _ask(commitment, Reason.DATES_MOVED, None, now=now)


def recurred(case: Complaint, *, now: datetime) -> None:
    """The same cause with the same product, so often in so many days. Called inside a move.

    Asked again each time that the count has grown by as many.
    """
    limits = rules_for(case.reference, severity=case.severity)[1].limits
    most = limits["recurrences"]
    same = same_again(case, since=now - timedelta(days=limits["recurrence_days"]))
    if same is not None and same % most == 0:
        _ask(case, Reason.RECURRED, None, now=now)


def same_again(case: Complaint, *, since: datetime) -> int | None:
    """How many there were with this cause and product, this one included; None if unknown."""
    if case.cause_id is None or not case.product:
        return None
    alike = Complaint.objects.filter(
        cause=case.cause_id, product=case.product, received_at__gte=since
    )
    return alike.count()


def cause_changed(case: Complaint, *, now: datetime) -> None:
    """It is not the same again after all. Called inside a move."""
    withdraw_escalations(
        stream=case.reference, subject=case.reference, reason=Reason.RECURRED, now=now
    )


def settled(thing: Ticket | Commitment, *, now: datetime) -> None:
    """What a leader was asked about the thing goes with it. Called inside a move.

    Where something else of the case gave the same cause, it is now about that.
    """
    asked = Escalation.objects.open().filter(
        stream=thing.complaint.reference, subject=thing.reference, reason__in=OF_LIMITS
    )
    for escalation in asked.select_for_update(of=("self",)):
        other = _joined_and_open(escalation)
        if other is not None:
            escalation.subject, escalation.label = other.reference, _name(other)
            escalation.version += 1
            escalation.save(update_fields=["subject", "label", "version"])
    withdraw_escalations(stream=thing.complaint.reference, subject=thing.reference, now=now)


def _joined_and_open(escalation: Escalation) -> Ticket | Commitment | None:
    joined = Entry.objects.filter(
        stream=escalation.stream, subject=escalation.reference, tag="escalation:joined"
    ).values_list("data__subject", flat=True)
    others = [reference for reference in joined if reference != escalation.subject]
    if escalation.reason == Reason.DATES_MOVED:
        return Commitment.objects.filter(reference__in=others, state="made").first()
    return Ticket.objects.open().filter(reference__in=others).first()


def _name(thing: Thing) -> str:
    return (thing.what if isinstance(thing, Commitment) else thing.title)[:200]


def _limit(case: Complaint, name: str) -> int:
    return rules_for(case.reference, severity=case.severity)[1].limits[name]


def _sides(ticket: Ticket) -> tuple[Department, Department]:
    return ticket.asking_department, ticket.department


def _ask(
    thing: Thing,
    reason: str,
    between: tuple[Department, Department] | None,
    *,
    now: datetime,
) -> None:
    """The lowest leader above both sides; of one side, its own."""
    case = case_of(thing)
    raise_escalation(
        stream=case.reference,
        subject=thing.reference,
        label=_name(thing),
        department=case.contact_department if isinstance(thing, Complaint) else thing.department,
        severity=case.severity,
        reason=reason,
        actor=None,
        text="",
        now=now,
        between=between,
    )

"""How often something may happen before a leader decides: the limits of the case's policy."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.models import Commitment, Complaint, Ticket
from departments.models import Department
from escalations.models import Escalation
from escalations.services import raise_escalation, rules_for

Reason = Escalation.Reason


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


def _limit(case: Complaint, name: str) -> int:
    return rules_for(case.reference, severity=case.severity)[1].limits[name]


def _sides(ticket: Ticket) -> tuple[Department, Department]:
    return ticket.asking_department, ticket.department


def _ask(
    thing: Complaint | Ticket | Commitment,
    reason: str,
    between: tuple[Department, Department] | None,
    *,
    now: datetime,
) -> None:
    """The lowest leader above both sides; of one side, its own."""
    case = thing if isinstance(thing, Complaint) else thing.complaint
    raise_escalation(
        stream=case.reference,
        subject=thing.reference,
        label=thing.what if isinstance(thing, Commitment) else thing.title,
        department=case.contact_department if isinstance(thing, Complaint) else thing.department,
        severity=case.severity,
        reason=reason,
        actor=None,
        text="",
        now=now,
        between=between,
    )

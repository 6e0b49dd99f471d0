"""Which clocks run on a case. The engine times them; this says when they start and end."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Complaint, Ticket
from departments.models import Department, User
from escalations.models import Deadline
from escalations.policy import Traits
from escalations.services import cancel_deadline, choose_policy, meet_deadline, start_deadline

Kind = Deadline.Kind


def traits_of(case: Complaint) -> Traits:
    """What the policy of the case is chosen by."""
    codes = [category.code for category in (case.category, case.cause) if category is not None]
    group = case.customer.group
    return Traits(
        severity=case.severity,
        channel=case.channel,
        preset=case.preset,
        customer_group=group.code if group else "",
        categories=tuple(codes),
    )


def choose(case: Complaint) -> None:
    """Choose the policy by which the clocks of the case start from now on."""
    choose_policy(stream=case.reference, traits=traits_of(case))


def start(
    thing: Complaint | Ticket | Commitment,
    kind: str,
    *,
    department: Department,
    owner: User | None,
    now: datetime,
    due_at: datetime | None = None,
) -> Deadline | None:
    """Start a clock on the thing: due by the policy for the case's severity, or at `due_at`."""
    case = thing if isinstance(thing, Complaint) else thing.complaint
    return start_deadline(
        subject=thing.reference,
        stream=case.reference,
        kind=kind,
        label=thing.what if isinstance(thing, Commitment) else thing.title,
        department=department,
        owner=owner,
        severity=case.severity,
        now=now,
        due_at=due_at,
    )


def start_case(complaint: Complaint, *, now: datetime, acknowledged: bool = False) -> None:
    """The clocks of a case that was filed or opened again, by the policy that fits it."""
    choose(complaint)
    kinds = [Kind.UPDATE_CUSTOMER, Kind.RESOLVE, Kind.STALL]
    for kind in kinds if acknowledged else [Kind.ACKNOWLEDGE, *kinds]:
        start(
            complaint,
            kind,
            department=complaint.contact_department,
            owner=complaint.contact_owner,
            now=now,
        )


def customer_told(complaint: Complaint, *, now: datetime) -> None:
    """The customer knows where it stands: the next word is due later."""
    meet_deadline(subject=complaint.reference, kind=Kind.UPDATE_CUSTOMER, now=now)
    if complaint.is_open:
        start(
            complaint,
            Kind.UPDATE_CUSTOMER,
            department=complaint.contact_department,
            owner=complaint.contact_owner,
            now=now,
        )


def start_accept(ticket: Ticket, *, now: datetime) -> None:
    """The department that is asked owes somebody who takes it."""
    start(ticket, Kind.ACCEPT, department=ticket.department, owner=None, now=now)


def start_for_asker(ticket: Ticket, kind: str, *, now: datetime) -> None:
    """What the asker owes: what was missing, or a word on the answer."""
    start(ticket, kind, department=ticket.asking_department, owner=ticket.asked_by, now=now)


def stop_all(thing: Complaint | Ticket | Commitment, *, now: datetime) -> None:
    """Nothing is due on the thing any more."""
    cancel_deadline(subject=thing.reference, now=now)

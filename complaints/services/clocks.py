"""Which clocks run on a case. The engine times them; this says when they start and end."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Complaint, Ticket
from complaints.things import Thing, case_of
from departments.models import Department, User
from escalations.models import Deadline
from escalations.policy import Traits
from escalations.services import (
    cancel_deadline,
    choose_policy,
    meet_deadline,
    retime_deadline,
    start_deadline,
)

Kind = Deadline.Kind
# By one of these a case is to be resolved: the first time, and after the customer came back.
RESOLVING = (Kind.RESOLVE, Kind.REVIEW)


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
    thing: Thing,
    kind: str,
    *,
    department: Department,
    owner: User | None,
    now: datetime,
    due_at: datetime | None = None,
) -> Deadline | None:
    """Start a clock on the thing: due by the policy for the case's severity, or at `due_at`."""
    case = case_of(thing)
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


def start_case(complaint: Complaint, *, now: datetime) -> None:
    """The clocks of a case that was filed, by the policy that fits it."""
    choose(complaint)
    for kind in (Kind.ACKNOWLEDGE, Kind.UPDATE_CUSTOMER, Kind.RESOLVE, Kind.STALL):
        _start_on_case(complaint, kind, now=now)


def start_again(complaint: Complaint, *, was_closed: bool, now: datetime) -> None:
    """The clocks of a case that was opened again: what was closed once is now reviewed."""
    choose(complaint)
    _start_on_case(complaint, Kind.UPDATE_CUSTOMER, now=now)
    reviewed = _start_on_case(complaint, Kind.REVIEW, now=now) if was_closed else None
    if reviewed is None:
        # Also where the policy knows no review: an open case is never without a date.
        _start_on_case(complaint, Kind.RESOLVE, now=now)
    _start_on_case(complaint, Kind.STALL, now=now)


def _start_on_case(complaint: Complaint, kind: str, *, now: datetime) -> Deadline | None:
    return start(
        complaint,
        kind,
        department=complaint.contact_department,
        owner=complaint.contact_owner,
        now=now,
    )


def resolving(complaint: Complaint) -> Deadline | None:
    """The clock by which the case is to be resolved, while it runs or stands still."""
    live = Deadline.objects.filter(
        subject=complaint.reference, kind__in=RESOLVING, state__in=Deadline.LIVE
    )
    return live.select_related("department", "policy_version").first()


def resolved(complaint: Complaint, *, now: datetime) -> None:
    """The customer agrees: what was due is done."""
    for kind in RESOLVING:
        meet_deadline(subject=complaint.reference, kind=kind, now=now)


def retime(complaint: Complaint, *, actor: User, now: datetime) -> None:
    """Choose the policy anew; the clocks of the case go by it, from when each of them began."""
    choose(complaint)
    live = Deadline.objects.filter(subject=complaint.reference, state__in=Deadline.LIVE)
    for kind in list(live.order_by("pk").values_list("kind", flat=True)):
        retime_deadline(
            subject=complaint.reference,
            kind=kind,
            severity=complaint.severity,
            actor=actor,
            now=now,
        )
    known = set(Deadline.objects.filter(subject=complaint.reference).values_list("kind", flat=True))
    for kind in (Kind.UPDATE_CUSTOMER, Kind.RESOLVE, Kind.STALL):
        # What the policy before knew nothing of.
        if kind not in known:
            _start_on_case(complaint, kind, now=now)


def customer_told(complaint: Complaint, *, now: datetime) -> None:
    """The customer knows where it stands: the next word is due later."""
    meet_deadline(subject=complaint.reference, kind=Kind.UPDATE_CUSTOMER, now=now)
    if complaint.is_open:
        _start_on_case(complaint, Kind.UPDATE_CUSTOMER, now=now)


def start_accept(ticket: Ticket, *, now: datetime) -> None:
    """The department that is asked owes somebody who takes it."""
    start(ticket, Kind.ACCEPT, department=ticket.department, owner=None, now=now)


def start_for_asker(ticket: Ticket, kind: str, *, now: datetime) -> None:
    """What the asker owes: what was missing, or a word on the answer."""
    start(ticket, kind, department=ticket.asking_department, owner=ticket.asked_by, now=now)


def stop_all(thing: Thing, *, now: datetime) -> None:
    """Nothing is due on the thing any more."""
    cancel_deadline(subject=thing.reference, now=now)

"""Whose turn it is: derived from the tickets after each move, kept as spans for the record."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Complaint, Holding, Involvement, Ticket
from departments.models import Department
from escalations.models import Deadline
from escalations.services import hand_deadline

_BACK_WITH_ASKER = (Ticket.State.RETURNED, Ticket.State.ANSWERED)


def hand_over(complaint: Complaint, verb: str, *, now: datetime) -> None:
    """Let the case be held by whom the liveliest ticket waits for, else by first contact.

    Closes the open span and opens the next one; nothing is written where the
    holder stays the same. `verb` says what ended the span.
    """
    department_id, person_id = _whose_turn(complaint)
    if (department_id, person_id) == (complaint.holder_department_id, complaint.holder_id):
        return
    moved = department_id != complaint.holder_department_id
    complaint.holder_department_id = department_id
    complaint.holder_id = person_id
    complaint.save(update_fields=["holder_department", "holder"])
    span = Holding.objects.filter(complaint=complaint, until__isnull=True)
    hand_deadline(
        subject=complaint.reference,
        kind=Deadline.Kind.STALL,
        owner=complaint.holder,
        department=complaint.holder_department,
        now=now,
    )
    if moved:
        span.update(until=now, ended_by=verb)
        Holding.objects.create(
            complaint=complaint, department_id=department_id, person_id=person_id, since=now
        )
    else:
        span.update(person_id=person_id)


def _whose_turn(complaint: Complaint) -> tuple[int, int | None]:
    ticket = complaint.tickets.open().order_by("-moved_at", "-id").first()
    if ticket is None:
        return complaint.contact_department_id, complaint.contact_owner_id
    if ticket.state in _BACK_WITH_ASKER:
        return ticket.asking_department_id, ticket.asked_by_id
    return ticket.department_id, ticket.owner_id


def end_holding(complaint: Complaint, verb: str, *, now: datetime) -> None:
    """Nobody holds a case that has ended."""
    Holding.objects.filter(complaint=complaint, until__isnull=True).update(
        until=now, ended_by=verb
    )


def resume_holding(complaint: Complaint, *, now: datetime) -> None:
    """First contact holds a case that was opened again."""
    complaint.holder_department_id = complaint.contact_department_id
    complaint.holder_id = complaint.contact_owner_id
    complaint.save(update_fields=["holder_department", "holder"])
    Holding.objects.create(
        complaint=complaint,
        department_id=complaint.contact_department_id,
        person_id=complaint.contact_owner_id,
        since=now,
    )


def involve(complaint: Complaint, department: Department, *, now: datetime) -> None:
    """Let the department's people read the case from now on."""
    Involvement.objects.get_or_create(
        complaint=complaint, department=department, defaults={"since": now}
    )

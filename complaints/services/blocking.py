"""The promise that runs on a ticket, and what happens to it when nothing blocks any more."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Ticket
from complaints.services.moving import finish
from complaints.services.ticket_notices import tell_asker
from departments.models import User
from escalations.models import Deadline
from escalations.services import resume_deadline

Kind = Deadline.Kind


def live_promise(ticket: Ticket, kind: str = Commitment.Kind.DELIVER) -> Commitment | None:
    """The promise that is running on the ticket."""
    return (
        ticket.commitments.filter(kind=kind, state="made")
        .select_related("complaint", "made_to")
        .first()
    )


def set_free(ticket: Ticket, *, actor: User, text: str, now: datetime) -> None:
    """From blocked back to work. Called inside a move."""
    entry = finish(ticket, "unblock", actor=actor, now=now, text=text)
    promise = live_promise(ticket)
    if promise is not None:
        resume_deadline(
            subject=promise.reference, kind=Kind.DELIVER, reason="blocked", now=now
        )
    tell_asker(ticket, "ticket_unblocked", entry, now=now, also=[ticket.owner], by=actor)

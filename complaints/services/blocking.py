"""What runs on when nothing blocks it any more: the promise on a ticket, the clock of a case."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Complaint, Ticket
from complaints.services import clocks
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


def run_on(case: Complaint, *, actor: User, text: str, now: datetime) -> None:
    """The clock of the case runs again with what was left. Called inside a move."""
    reason, case.paused_for = case.paused_for, ""
    finish(case, "resume", actor=actor, now=now, text=text, data={"reason": reason})
    for kind in clocks.RESOLVING:
        resume_deadline(subject=case.reference, kind=kind, reason=reason, now=now)

"""Tickets that options bring about: the request for another one, and the needs."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Complaint, Need, Proposal, Ticket
from complaints.services import clocks, commitments
from complaints.services.blocking import live_promise
from complaints.services.cases import start_work
from complaints.services.holding import hand_over, involve
from complaints.services.moving import finish, note_down
from departments.models import Department, User
from escalations.models import Deadline
from escalations.services import meet_deadline
from journal.references import next_reference


def open_quietly(
    case: Complaint,
    *,
    department: Department,
    asked_by: User,
    asking: Department,
    title: str,
    ask: str,
    needed_by: datetime,
    purpose: str,
    actor: User,
    now: datetime,
    parent: Ticket | None = None,
    reference: str = "",
) -> Ticket:
    """A dated ticket that a department owns until somebody takes it; who hears of it is told later.

    Called inside a decision.
    """
    ticket = Ticket.objects.create(
        reference=reference or next_reference("T"),
        complaint=case,
        parent=parent,
        purpose=purpose,
        title=title[:160],
        ask=ask,
        asked_by=asked_by,
        asking_department=asking,
        department=department,
        needed_by=needed_by,
        opened_at=now,
        moved_at=now,
    )
    data = {
        "version": 1,
        "department": department.pk,
        "needed_by": needed_by.isoformat(),
        "title": ticket.title,
        "purpose": purpose,
    }
    note_down(ticket, "ticket:opened", actor=actor, now=now, text=ask, data=data)
    involve(case, department, now=now)
    involve(case, asking, now=now)
    start_work(case)
    clocks.start_accept(ticket, now=now)
    hand_over(case, "ask", now=now)
    return ticket


def answered(ticket: Ticket, proposal: Proposal, *, actor: User, now: datetime) -> None:
    """The option that was asked for is here: nobody owes anything on the ticket any more."""
    if not ticket.is_open:
        return
    ticket.owner = ticket.owner or actor
    ticket.answer = f"{proposal.reference} {proposal.title}"
    ticket.ended_at = now
    finish(
        ticket, "confirm", actor=actor, now=now, text=ticket.answer, tag="ticket:answered",
        data={"proposal": proposal.reference},
    )  # fmt: skip
    promise = live_promise(ticket)
    if promise is not None:
        commitments.kept(promise, actor=actor, now=now)
    for kind in (Deadline.Kind.ACCEPT, Deadline.Kind.COMPLETE, Deadline.Kind.CONFIRM):
        meet_deadline(subject=ticket.reference, kind=kind, now=now)
    hand_over(ticket.complaint, "answer", now=now)


def words_of(need: Need, proposal: Proposal, conditions: str) -> str:
    """What the ticket of a need says: the task, the option behind it, what it waits for."""
    lines = [
        need.what,
        _("Decided with the option %(reference)s “%(title)s”.")
        % {"reference": proposal.reference, "title": proposal.title},
    ]
    if conditions:
        lines.append(_("On condition: %(conditions)s") % {"conditions": conditions})
    lines += [
        _("Before it can be answered, %(department)s supplies: %(name)s.")
        % {"department": one.from_department.name, "name": one.name}
        for one in need.inputs.all()
    ]
    return "\n".join(lines)

"""The moves of a ticket, by who asks: open, complete, confirm, reject, reopen, withdraw."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from complaints.models import Complaint, Ticket
from complaints.services import clocks, limits
from complaints.services.cases import start_work
from complaints.services.ending import end_thing
from complaints.services.holding import hand_over, involve
from complaints.services.moving import (
    begin,
    finish,
    note_down,
    require,
    require_future,
    speaking_for,
)
from complaints.services.people import active_or_invalid, department_of
from complaints.services.submissions import once
from complaints.services.ticket_notices import tell_asked
from complaints.services.tickets import drop_promises, promise_on
from departments.models import Department, User
from escalations.models import Deadline
from escalations.services import meet_deadline
from journal.references import next_reference

Kind = Deadline.Kind


@transaction.atomic
def open_ticket(
    *,
    complaint: Complaint,
    actor: User,
    department: Department,
    title: str,
    ask: str,
    needed_by: datetime,
    parent: Ticket | None = None,
    now: datetime,
    token: uuid.UUID | None = None,
) -> Ticket:
    """Ask a department for something by a date; under `parent` it is a sub-ticket."""
    made = once(token, actor=actor)
    if made:
        return Ticket.objects.get(reference=made)
    asked_from: Complaint | Ticket = parent or complaint
    fresh = begin(asked_from, "ask", actor=actor, version=None)
    case = fresh if isinstance(fresh, Complaint) else fresh.complaint
    active_or_invalid(department, "department")
    ticket = Ticket.objects.create(
        reference=next_reference("T"),
        complaint=case,
        parent=parent,
        title=require(title, "title", _("Say in one line what is asked.")),
        ask=require(ask, "ask", _("Say what is asked.")),
        asked_by=actor,
        asking_department=speaking_for(actor, asked_from) or department_of(actor),
        department=department,
        needed_by=require_future(needed_by, "needed_by", now=now),
        opened_at=now,
        moved_at=now,
    )
    _announce(ticket, actor, now=now)
    once(token, actor=actor, made=ticket.reference, now=now)
    return ticket


def _announce(ticket: Ticket, actor: User, *, now: datetime) -> None:
    case = ticket.complaint
    data = {
        "version": 1,
        "department": ticket.department_id,
        "needed_by": ticket.needed_by.isoformat(),
        "title": ticket.title,
    }
    entry = note_down(ticket, "ticket:opened", actor=actor, now=now, text=ticket.ask, data=data)
    involve(case, ticket.department, now=now)
    involve(case, ticket.asking_department, now=now)
    start_work(case)
    clocks.start_accept(ticket, now=now)
    hand_over(case, "ask", now=now)
    tell_asked(ticket, "ticket_opened", entry, now=now)


def assign_ticket(
    case: Complaint,
    *,
    parent: Ticket | None,
    person: User,
    what: str,
    by_when: datetime,
    actor: User,
    now: datetime,
) -> Ticket:
    """A leader gives somebody a part in the case: taken at once, told once. Inside a decision.

    Whoever has the work asks, and says whether the answer does: not the leader.
    """
    department = active_or_invalid(department_of(person), "helper_1")
    ticket = Ticket.objects.create(
        reference=next_reference("T"),
        complaint=case,
        parent=parent,
        title=Truncator(what.splitlines()[0]).chars(160),
        ask=what,
        asked_by=(parent and parent.owner) or case.contact_owner,
        asking_department=parent.department if parent and parent.owner else case.contact_department,
        department=department,
        owner=person,
        state=Ticket.State.ACCEPTED,
        needed_by=by_when,
        opened_at=now,
        moved_at=now,
    )
    data = {
        "version": 1,
        "department": ticket.department_id,
        "needed_by": by_when.isoformat(),
        "title": ticket.title,
        "owner": person.pk,
    }
    entry = note_down(ticket, "ticket:opened", actor=actor, now=now, text=what, data=data)
    involve(case, department, now=now)
    start_work(case)
    promise_on(ticket, by_when, actor=actor, now=now)
    hand_over(case, "ask", now=now)
    tell_asked(ticket, "ticket_assigned", entry, now=now)
    return ticket


@transaction.atomic
def complete(
    *, ticket: Ticket, actor: User, text: str, now: datetime, version: int | None = None
) -> Ticket:
    """What was missing is here: the department is asked again."""
    again = begin(ticket, "complete", actor=actor, version=version)
    text = require(text, "text", _("Give what was missing."))
    again.owner = None
    entry = finish(again, "complete", actor=actor, now=now, text=text)
    meet_deadline(subject=again.reference, kind=Kind.COMPLETE, now=now)
    clocks.start_accept(again, now=now)
    hand_over(again.complaint, "complete", now=now)
    tell_asked(again, "ticket_completed", entry, now=now)
    return again


@transaction.atomic
def confirm(
    *, ticket: Ticket, actor: User, text: str = "", now: datetime, version: int | None = None
) -> Ticket:
    """The answer is what was asked for."""
    done = begin(ticket, "confirm", actor=actor, version=version)
    done.ended_at = now
    entry = finish(done, "confirm", actor=actor, now=now, text=text.strip())
    meet_deadline(subject=done.reference, kind=Kind.CONFIRM, now=now)
    drop_promises(done, actor=actor, now=now)
    limits.settled(done, now=now)
    hand_over(done.complaint, "confirm", now=now)
    tell_asked(done, "ticket_confirmed", entry, now=now)
    return done


@transaction.atomic
def reject(
    *,
    ticket: Ticket,
    actor: User,
    missing: str,
    needed_by: datetime,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """Not enough yet: what is still missing, and by when it is needed."""
    back = begin(ticket, "reject", actor=actor, version=version)
    missing = require(missing, "missing", _("Say what is still missing."))
    entry = finish(back, "reject", actor=actor, now=now, text=missing)
    meet_deadline(subject=back.reference, kind=Kind.CONFIRM, now=now)
    _to_work_again(back, needed_by, actor, now=now)
    tell_asked(back, "ticket_rejected", entry, now=now)
    return back


@transaction.atomic
def reopen(
    *,
    ticket: Ticket,
    actor: User,
    reason: str,
    needed_by: datetime,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """Done it was not: back to its owner, with a date."""
    back = begin(ticket, "reopen", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    back.ended_at = None
    entry = finish(back, "reopen", actor=actor, now=now, text=reason)
    _to_work_again(back, needed_by, actor, now=now)
    tell_asked(back, "ticket_reopened", entry, now=now)
    return back


def _to_work_again(ticket: Ticket, needed_by: datetime, actor: User, *, now: datetime) -> None:
    """The owner owes it again: every ticket in work has a date."""
    ticket.needed_by = require_future(needed_by, "needed_by", now=now)
    ticket.save(update_fields=["needed_by"])
    promise_on(ticket, needed_by, actor=actor, now=now)
    hand_over(ticket.complaint, "reject", now=now)


@transaction.atomic
def withdraw(
    *, ticket: Ticket, actor: User, reason: str, now: datetime, version: int | None = None
) -> Ticket:
    """It is not needed any more; neither is what was asked below it."""
    gone = begin(ticket, "withdraw", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    gone.ended_at = now
    entry = finish(gone, "withdraw", actor=actor, now=now, text=reason)
    clocks.stop_all(gone, now=now)
    drop_promises(gone, actor=actor, now=now)
    for child in gone.children.open().select_related("complaint"):
        drop_promises(child, actor=actor, now=now)
        end_thing(child, actor=actor, now=now)
    limits.settled(gone, now=now)
    hand_over(gone.complaint, "withdraw", now=now)
    tell_asked(gone, "ticket_withdrawn", entry, now=now)
    return gone

"""The moves of a ticket, by whom is asked: accept, answer, return, forward, block."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Ticket
from complaints.services import clocks, commitments, limits
from complaints.services.blocking import live_promise, set_free
from complaints.services.ending import end_thing
from complaints.services.holding import hand_over, involve
from complaints.services.moving import begin, finish, require, require_future
from complaints.services.people import active_or_invalid, colleague_or_invalid, department_of
from complaints.services.ticket_notices import tell_asked, tell_asker
from departments.models import Department, User
from escalations.models import Deadline
from escalations.services import (
    cancel_deadline,
    hand_deadline,
    meet_deadline,
    pause_deadline,
)
from journal.errors import Invalid

Kind = Deadline.Kind


@transaction.atomic
def accept(
    *,
    ticket: Ticket,
    actor: User,
    promised_at: datetime,
    owner: User | None = None,
    reason: str = "",
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """A named person takes it and promises a date; beyond what was needed, with a reason."""
    taken = begin(ticket, "accept", actor=actor, version=version)
    require_future(promised_at, "promised_at", now=now)
    if promised_at > taken.needed_by:
        reason = require(reason, "reason", _("That is later than needed. Say why."))
    taken.owner = colleague_or_invalid(owner or actor, taken.department, "owner")
    data = {"owner": taken.owner.pk, "promised_at": promised_at.isoformat()}
    entry = finish(taken, "accept", actor=actor, now=now, text=reason.strip(), data=data)
    meet_deadline(subject=taken.reference, kind=Kind.ACCEPT, now=now)
    promise_on(taken, promised_at, actor=actor, now=now)
    hand_over(taken.complaint, "accept", now=now)
    tell_asker(taken, "ticket_accepted", entry, now=now, data=data, also=[taken.owner], by=actor)
    return taken


def promise_on(ticket: Ticket, promised_at: datetime, *, actor: User, now: datetime) -> None:
    """The owner's promise to deliver the ticket. Called inside a move."""
    if ticket.owner is None:
        raise Invalid(_("Somebody has to own it first."), "owner")
    commitments.make(
        ticket.complaint,
        what=ticket.title,
        owner=ticket.owner,
        department=ticket.department,
        promised_at=promised_at,
        actor=actor,
        made_to=ticket.asked_by,
        now=now,
        ticket=ticket,
    )


@transaction.atomic
def answer(
    *, ticket: Ticket, actor: User, text: str, now: datetime, version: int | None = None
) -> Ticket:
    """The answer; the asker confirms it or says what is still missing."""
    done = begin(ticket, "answer", actor=actor, version=version)
    done.answer = require(text, "text", _("Write the answer."))
    entry = finish(done, "answer", actor=actor, now=now, text=done.answer)
    promise = live_promise(done)
    if promise is not None:
        commitments.kept(promise, actor=actor, now=now)
    clocks.start_for_asker(done, Kind.CONFIRM, now=now)
    hand_over(done.complaint, "answer", now=now)
    tell_asker(done, "ticket_answered", entry, now=now, by=actor)
    return done


@transaction.atomic
def return_ticket(
    *,
    ticket: Ticket,
    actor: User,
    missing: str,
    from_whom: str,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """Back to the asker: what is missing, and from whom. Too often, and a leader must decide."""
    back = begin(ticket, "return", actor=actor, version=version)
    back.missing = require(missing, "missing", _("Say what is missing."))
    from_whom = require(from_whom, "from_whom", _("Say who can supply it."))
    back.returns += 1
    data = {"from_whom": from_whom, "returns": back.returns}
    entry = finish(back, "return", actor=actor, now=now, text=back.missing, data=data)
    drop_promises(back, actor=actor, now=now)
    cancel_deadline(subject=back.reference, kind=Kind.ACCEPT, now=now)
    clocks.start_for_asker(back, Kind.COMPLETE, now=now)
    hand_over(back.complaint, "return", now=now)
    tell_asker(back, "ticket_returned", entry, now=now, data=data, by=actor)
    limits.returned(back, now=now)
    return back


def drop_promises(ticket: Ticket, *, actor: User | None, now: datetime) -> None:
    """Promises on the ticket end, because it goes to somebody else. Called inside a move."""
    for promise in ticket.commitments.filter(state="made").select_related("complaint"):
        end_thing(promise, actor=actor, now=now)


@transaction.atomic
def forward(
    *,
    ticket: Ticket,
    actor: User,
    department: Department,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """To another department, saying why them. It counts as a handover."""
    passed = begin(ticket, "forward", actor=actor, version=version)
    active_or_invalid(department, "department")
    if department == passed.department:
        raise Invalid(_("It is with that department already."), "department")
    reason = require(reason, "reason", _("Say why it belongs there."))
    drop_promises(passed, actor=actor, now=now)
    data = {"from": passed.department_id, "to": department.pk}
    giver = passed.department
    passed.department, passed.owner = department, None
    passed.handovers += 1
    entry = finish(passed, "forward", actor=actor, now=now, text=reason, data=data)
    cancel_deadline(subject=passed.reference, kind=Kind.ACCEPT, now=now)
    clocks.start_accept(passed, now=now)
    involve(passed.complaint, department, now=now)
    hand_over(passed.complaint, "forward", now=now)
    tell_asked(passed, "ticket_opened", entry, now=now)
    tell_asker(passed, "ticket_forwarded", entry, now=now, by=actor)
    limits.handed_on(passed, (giver, department), now=now)
    return passed


@transaction.atomic
def block(
    *,
    ticket: Ticket,
    actor: User,
    what: str,
    unblocker: User,
    by_when: datetime,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """What blocks, who removes it, by when: that becomes a promise of theirs."""
    stuck = begin(ticket, "block", actor=actor, version=version)
    what = require(what, "what", _("Say what blocks."))
    data = {"unblocker": unblocker.pk, "by_when": by_when.isoformat()}
    entry = finish(stuck, "block", actor=actor, now=now, text=what, data=data)
    department = department_of(unblocker)
    commitments.make(
        stuck.complaint,
        what=what,
        owner=unblocker,
        department=department,
        promised_at=by_when,
        actor=actor,
        made_to=stuck.owner,
        now=now,
        kind=Commitment.Kind.UNBLOCK,
        ticket=stuck,
    )
    involve(stuck.complaint, department, now=now)
    promise = live_promise(stuck)
    if promise is not None:
        pause_deadline(subject=promise.reference, kind=Kind.DELIVER, reason="blocked", now=now)
    tell_asker(stuck, "ticket_blocked", entry, now=now, data=data, also=[unblocker], by=actor)
    return stuck


@transaction.atomic
def unblock(
    *, ticket: Ticket, actor: User, how: str, now: datetime, version: int | None = None
) -> Ticket:
    """Nothing blocks any more: the owner's clock goes on with what was left."""
    free = begin(ticket, "unblock", actor=actor, version=version)
    how = require(how, "how", _("Say how it was removed."))
    blocker = live_promise(free, Commitment.Kind.UNBLOCK)
    if blocker is not None:
        commitments.kept(blocker, actor=actor, now=now)
    set_free(free, actor=actor, text=how, now=now)
    return free


@transaction.atomic
def move_date(
    *,
    ticket: Ticket,
    actor: User,
    promised_at: datetime,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """The owner promises another date, with a reason."""
    moved = begin(ticket, "move_date", actor=actor, version=version)
    promise = live_promise(moved)
    if promise is None:
        raise Invalid(_("Nothing is promised on this ticket."), "promised_at")
    commitments.moved_to(promise, promised_at, reason, actor=actor, now=now)
    data = {"to": promised_at.isoformat()}
    finish(moved, "move_date", actor=actor, now=now, data=data)
    limits.date_moved(promise, now=now)
    return moved


@transaction.atomic
def reassign(
    *,
    ticket: Ticket,
    actor: User,
    owner: User,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """A colleague takes over, with the promise as it stands."""
    given = begin(ticket, "reassign", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    if owner == given.owner:
        raise Invalid(_("They own it already."), "owner")
    given.owner = colleague_or_invalid(owner, given.department, "owner")
    data = {"owner": owner.pk}
    entry = finish(given, "reassign", actor=actor, now=now, text=reason, data=data)
    promise = live_promise(given)
    if promise is not None:
        promise.owner = owner
        promise.save(update_fields=["owner"])
        hand_deadline(
            subject=promise.reference,
            kind=Kind.DELIVER,
            owner=owner,
            department=given.department,
            now=now,
        )
    hand_over(given.complaint, "reassign", now=now)
    tell_asker(given, "ticket_reassigned", entry, now=now, data=data, also=[owner], by=actor)
    return given

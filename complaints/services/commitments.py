"""Promises: made with a date, moved with a reason, kept or withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Complaint, Ticket
from complaints.services import clocks, limits
from complaints.services.blocking import run_on, set_free
from complaints.services.moving import begin, finish, note_down, require, require_future
from complaints.services.people import colleague_or_invalid, department_of
from departments.models import Department, User
from escalations.models import Deadline
from escalations.services import meet_deadline, move_deadline
from journal.errors import Invalid
from journal.models import Entry
from journal.references import next_reference
from notifications.services import tell

Kind = Commitment.Kind


@transaction.atomic
def promise(
    *,
    complaint: Complaint,
    actor: User,
    what: str,
    promised_at: datetime,
    owner: User | None = None,
    now: datetime,
    version: int | None = None,
) -> Commitment:
    """Promise something on the case, in one's own name or a colleague's."""
    case = begin(complaint, "promise", actor=actor, version=version)
    what = require(what, "what", _("Say what is promised."))
    owner = owner or actor
    department = department_of(owner)
    if owner != actor:
        colleague_or_invalid(owner, department_of(actor), "owner")
    return make(
        case, what=what, owner=owner, department=department, promised_at=promised_at,
        actor=actor, made_to=case.contact_owner, now=now,
    )  # fmt: skip


def make(
    case: Complaint,
    *,
    what: str,
    owner: User,
    department: Department,
    promised_at: datetime,
    actor: User,
    made_to: User | None,
    now: datetime,
    kind: str = Kind.DELIVER,
    ticket: Ticket | None = None,
) -> Commitment:
    """Write the promise and start its clock. Called inside a move."""
    require_future(promised_at, "promised_at", now=now)
    commitment = Commitment.objects.create(
        reference=next_reference("P"),
        complaint=case,
        ticket=ticket,
        kind=kind,
        what=what[:200],
        department=department,
        owner=owner,
        made_to=made_to,
        made_at=now,
        first_promised_at=promised_at,
        promised_at=promised_at,
    )
    data = {"version": 1, "promised_at": promised_at.isoformat(), "owner": owner.pk, "kind": kind}
    note_down(commitment, "commitment:made", actor=actor, now=now, data=data)
    clocks.start(
        commitment,
        Deadline.Kind.DELIVER,
        department=department,
        owner=owner,
        now=now,
        due_at=promised_at,
    )
    return commitment


@transaction.atomic
def keep(
    *, commitment: Commitment, actor: User, how: str, now: datetime, version: int | None = None
) -> Commitment:
    """What was promised is done. What it blocked goes on."""
    promised = begin(commitment, "keep", actor=actor, version=version)
    entry = kept(promised, actor=actor, now=now, text=how.strip())
    _free_what_it_blocked(promised, how.strip(), actor=actor, now=now)
    _tell_who_waits(promised, "promise_kept", entry, by=actor, now=now)
    return promised


def kept(commitment: Commitment, *, actor: User, now: datetime, text: str = "") -> Entry:
    """Mark it kept, late when after the *first* promised date. Called inside a move."""
    late = now > commitment.first_promised_at
    commitment.ended_at = now
    entry = finish(commitment, "keep", actor=actor, now=now, text=text, data={"late": late})
    if late:
        commitment.state = Commitment.State.KEPT_LATE
        commitment.save(update_fields=["state"])
    meet_deadline(subject=commitment.reference, kind=Deadline.Kind.DELIVER, now=now)
    _nothing_to_decide(commitment, now=now)
    return entry


@transaction.atomic
def move_date(
    *,
    commitment: Commitment,
    actor: User,
    promised_at: datetime,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Commitment:
    """Another date, with a reason. It is counted."""
    promised = begin(commitment, "move_date", actor=actor, version=version)
    moved_to(promised, promised_at, reason, actor=actor, now=now)
    limits.date_moved(promised, now=now)
    return promised


def moved_to(
    commitment: Commitment, promised_at: datetime, reason: str, *, actor: User, now: datetime
) -> Entry:
    """Move the promise and its clock. Called inside a move."""
    reason = require(reason, "reason", _("Say why the date moves."))
    require_future(promised_at, "promised_at", now=now)
    if promised_at == commitment.promised_at:
        raise Invalid(_("That is the date already."), "promised_at")
    before = commitment.promised_at
    commitment.moves = [
        *commitment.moves,
        {"from": before.isoformat(), "reason": reason, "by": actor.pk, "at": now.isoformat()},
    ]
    commitment.promised_at = promised_at
    data = {"from": before.isoformat(), "to": promised_at.isoformat()}
    entry = finish(commitment, "move_date", actor=actor, now=now, text=reason, data=data)
    move_deadline(
        subject=commitment.reference,
        kind=Deadline.Kind.DELIVER,
        due_at=promised_at,
        reason=reason,
        actor=actor,
        now=now,
    )
    _tell_who_waits(commitment, "promise_moved", entry, by=actor, now=now)
    return entry


@transaction.atomic
def withdraw(
    *, commitment: Commitment, actor: User, reason: str, now: datetime, version: int | None = None
) -> Commitment:
    """Whoever it was made to does not need it any more. What it blocked goes on."""
    promised = begin(commitment, "withdraw", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    promised.ended_at = now
    late = {"late": now > promised.first_promised_at}
    finish(promised, "withdraw", actor=actor, now=now, text=reason, data=late)
    clocks.stop_all(promised, now=now)
    _nothing_to_decide(promised, now=now)
    _free_what_it_blocked(promised, reason, actor=actor, now=now)
    return promised


def _nothing_to_decide(commitment: Commitment, *, now: datetime) -> None:
    """What a leader was asked about this promise is settled by its end."""
    limits.settled(commitment, now=now)


def _free_what_it_blocked(
    commitment: Commitment, text: str, *, actor: User, now: datetime
) -> None:
    """Neither a ticket nor the clock of a case waits for a promise that has ended."""
    case = commitment.complaint
    if commitment.kind == Kind.WAIT and case.paused_for:
        run_on(case, actor=actor, text=text, now=now)
    ticket = commitment.ticket if commitment.kind == Kind.UNBLOCK else None
    if ticket is not None and ticket.state == Ticket.State.BLOCKED:
        set_free(ticket, actor=actor, text=text, now=now)


def _tell_who_waits(
    commitment: Commitment, kind: str, entry: Entry, *, by: User, now: datetime
) -> None:
    waiting = {commitment.made_to, commitment.complaint.contact_owner} - {None, by}
    tell(
        people=[person for person in waiting if person is not None],
        kind=kind,
        entry=entry,
        subject=commitment.reference,
        label=commitment.what,
        now=now,
        data={"promised_at": commitment.promised_at.isoformat()},
    )

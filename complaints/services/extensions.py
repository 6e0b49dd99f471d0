"""A later date for the whole case: within the policy's limit, and approved by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.granting import furthest, limits_of, with_date
from complaints.models import Complaint, Extension
from complaints.services import clocks
from complaints.services.holding import involve
from complaints.services.moving import acting_for, begin, finish, note_down, require
from departments.formatting import instant_text
from departments.models import Department, User
from escalations.chart import load_chart
from escalations.models import Deadline
from escalations.services import meet_deadline, move_deadline, start_deadline
from journal.errors import IllegalMove, Invalid
from journal.models import Entry
from journal.references import next_reference
from notifications.services import tell

Kind = Deadline.Kind
State = Extension.State


@transaction.atomic
def extend(
    *,
    complaint: Complaint,
    actor: User,
    due_at: datetime,
    reason: str,
    letter: str = "",
    now: datetime,
    version: int | None = None,
) -> Extension:
    """Ask for a later date, or take it where the policy needs no approval.

    Raises Invalid at the date with the last possible one, IllegalMove while another one waits.
    """
    case = begin(complaint, "extend", actor=actor, version=version)
    if case.extensions.waiting().exists():
        raise IllegalMove(_("A later date waits for approval already."))
    clock = clocks.resolving(case)
    if clock is None:
        raise IllegalMove(_("No date for resolving this case runs."))
    limits = limits_of(clock)
    _require_within(case, clock, due_at, now=now)
    reason = require(reason, "reason", _("Say why the date moves."))
    if limits.tell_customer:
        letter = require(letter, "letter", _("Write the letter that tells the customer."))
    letter = with_date(letter.strip(), case, due_at)
    asked = Extension(
        reference=next_reference("X"),
        complaint=case,
        kind=clock.kind,
        before=clock.due_at,
        due_at=due_at,
        reason=reason,
        letter=letter,
        asked_by=actor,
        asked_for=acting_for(actor, case),
        asking_department=case.contact_department,
        asked_at=now,
        department=case.contact_department,
    )
    if limits.needs_approval:
        _ask_leader(asked, actor, now=now)
    else:
        _take(asked, actor, now=now)
    return asked


def _require_within(case: Complaint, clock: Deadline, due_at: datetime, *, now: datetime) -> None:
    if due_at <= now:
        raise Invalid(_("Give a date that is still to come."), "due_at")
    if due_at <= clock.due_at:
        before = instant_text(clock.due_at, now=now)
        says = _("Give a date later than %(date)s, as it is now.") % {"date": before}
        raise Invalid(says, "due_at")
    last = furthest(case, clock, now=now)
    if last is not None and due_at > last:
        raise Invalid(
            _("The policy lets the date move to %(date)s at the latest.")
            % {"date": instant_text(last, now=now)},
            "due_at",
        )


# --- With approval --------------------------------------------------------------------------------
def _ask_leader(asked: Extension, actor: User, *, now: datetime) -> None:
    """The lowest leader who is somebody else than who asks: with a clock that climbs."""
    case = asked.complaint
    askers = frozenset({pk for pk in (asked.asked_by_id, asked.asked_for_id) if pk is not None})
    route = load_chart(now).leader_route(case.contact_department_id, 1, avoid=askers)
    if route.person is None or route.department is None or route.person in askers:
        raise IllegalMove(
            _("Nobody but you could approve this. Ask an administrator to name a leader above.")
        )
    asked.leader = User.objects.get(pk=route.person)
    asked.department = Department.objects.get(pk=route.department)
    asked.save(force_insert=True)
    if not Complaint.objects.visible_to(asked.leader).filter(pk=case.pk).exists():
        involve(case, asked.department, now=now)
    start_deadline(
        subject=asked.reference,
        stream=case.reference,
        kind=Kind.APPROVE,
        label=case.title,
        department=asked.department,
        owner=asked.leader,
        severity=case.severity,
        now=now,
    )
    steps = [step.as_json() for step in route.steps]
    data = _dates(asked) | {"leader": asked.leader.pk, "route": steps}
    entry = finish(case, "extend", actor=actor, now=now, text=asked.reason, data=data)
    _tell(asked, [asked.leader], "extension_asked", entry, now=now)


def _dates(asked: Extension) -> dict[str, object]:
    return {
        "extension": asked.reference,
        "from": asked.before.isoformat(),
        "to": asked.due_at.isoformat(),
    }


@transaction.atomic
def approve(
    *,
    extension: Extension,
    actor: User,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> Extension:
    """The date moves, and the customer is told by the letter. Never by who asked for it."""
    granted = begin(extension, "approve", actor=actor, version=version)
    case = granted.complaint
    clock = clocks.resolving(case)
    if clock is None or clock.kind != granted.kind:
        raise IllegalMove(_("The date that was to move does not run any more. Refuse it."))
    _require_within(case, clock, granted.due_at, now=now)
    granted.decided_by, granted.note, granted.ended_at = actor, note.strip(), now
    entry = finish(
        granted, "approve", actor=actor, now=now, text=granted.note, data=_dates(granted)
    )
    meet_deadline(subject=granted.reference, kind=Kind.APPROVE, now=now)
    _move(granted, actor, now=now)
    _tell(granted, _concerned(granted, but=actor), "extension_approved", entry, now=now)
    return granted


@transaction.atomic
def refuse(
    *,
    extension: Extension,
    actor: User,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Extension:
    """The date stays, and why."""
    refused = begin(extension, "refuse", actor=actor, version=version)
    refused.note = require(reason, "reason", _("Say why."))
    refused.decided_by, refused.ended_at = actor, now
    entry = finish(refused, "refuse", actor=actor, now=now, text=refused.note, data=_dates(refused))
    meet_deadline(subject=refused.reference, kind=Kind.APPROVE, now=now)
    _tell(refused, _concerned(refused, but=actor), "extension_refused", entry, now=now)
    return refused


@transaction.atomic
def withdraw(
    *,
    extension: Extension,
    actor: User,
    reason: str = "",
    now: datetime,
    version: int | None = None,
) -> Extension:
    """It is not needed any more: the leader has nothing to approve."""
    gone = begin(extension, "withdraw", actor=actor, version=version)
    gone.ended_at = now
    entry = finish(gone, "withdraw", actor=actor, now=now, text=reason.strip())
    clocks.stop_all(gone, now=now)
    _tell(gone, [gone.leader], "extension_withdrawn", entry, now=now)
    return gone


# --- The date moves -------------------------------------------------------------------------------
def _take(asked: Extension, actor: User, *, now: datetime) -> None:
    asked.state, asked.ended_at = State.APPROVED, now
    asked.save(force_insert=True)
    tag, data = "complaint:extended", _dates(asked)
    finish(asked.complaint, "extend", actor=actor, now=now, tag=tag, text=asked.reason, data=data)
    _move(asked, actor, now=now)


def _move(granted: Extension, actor: User, *, now: datetime) -> None:
    case = granted.complaint
    move_deadline(
        subject=case.reference,
        kind=granted.kind,
        due_at=granted.due_at,
        reason=granted.reason,
        actor=actor,
        now=now,
    )
    if granted.letter:
        note_down(
            case,
            "complaint:letter_sent",
            actor=actor,
            now=now,
            text=granted.letter,
            data={"extension": granted.reference},
        )
        clocks.customer_told(case, now=now)


def _concerned(asked: Extension, *, but: User) -> list[User]:
    people = {asked.asked_by, asked.complaint.contact_owner}
    return [person for person in people if person != but]


def _tell(
    asked: Extension, people: Sequence[User | None], kind: str, entry: Entry, *, now: datetime
) -> None:
    tell(
        people=people,
        kind=kind,
        entry=entry,
        subject=asked.reference,
        label=asked.complaint.title,
        now=now,
        data={
            "due_at": asked.due_at.isoformat(),
            "before": asked.before.isoformat(),
            "reason": asked.reason,
            "note": asked.note,
            "letter": asked.letter,
        },
    )

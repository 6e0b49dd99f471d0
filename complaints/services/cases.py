"""The moves of a complaint."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services import clocks
from complaints.services.attachments import attach
from complaints.services.closing import Proof, kept_until, require_override, write_proof
from complaints.services.ending import end_case, involved_people, stop_waiting
from complaints.services.holding import hand_over, involve, resume_holding
from complaints.services.moving import begin, finish, require
from departments.models import User
from escalations.models import Deadline
from escalations.services import hand_deadline, meet_deadline, rules_for
from journal.errors import Invalid
from journal.models import Entry
from notifications.services import tell

Kind = Deadline.Kind


@transaction.atomic
def acknowledge(
    *, complaint: Complaint, actor: User, how: str, now: datetime, version: int | None = None
) -> Complaint:
    """The customer was told that the complaint arrived; `how` says in which way."""
    case = begin(complaint, "acknowledge", actor=actor, version=version)
    how = require(how, "how", _("Say how the customer was told."))
    finish(case, "acknowledge", actor=actor, now=now, text=how)
    meet_deadline(subject=case.reference, kind=Kind.ACKNOWLEDGE, now=now)
    if case.tickets.exists():
        start_work(case)
    clocks.customer_told(case, now=now)
    return case


def start_work(case: Complaint) -> None:
    """The first ticket puts the case in progress. Called inside a move."""
    if case.state in (Complaint.State.ACKNOWLEDGED, Complaint.State.REOPENED):
        case.state = Complaint.State.IN_PROGRESS
        case.save(update_fields=["state"])


@transaction.atomic
def inform_customer(
    *, complaint: Complaint, actor: User, what: str, now: datetime, version: int | None = None
) -> Complaint:
    """The customer was told where it stands."""
    case = begin(complaint, "inform", actor=actor, version=version)
    what = require(what, "what", _("Say what the customer was told."))
    finish(case, "inform", actor=actor, now=now, text=what)
    clocks.customer_told(case, now=now)
    return case


@transaction.atomic
def assign(
    *,
    complaint: Complaint,
    actor: User,
    owner: User,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """Another person of the same department becomes first-contact owner."""
    case = begin(complaint, "assign", actor=actor, version=version)
    if not case.contact_department.members.filter(pk=owner.pk, is_active=True).exists():
        raise Invalid(_("Choose somebody of the first-contact department."), "owner")
    reason = require(reason, "reason", _("Say why."))
    case.contact_owner = owner
    entry = finish(case, "assign", actor=actor, now=now, text=reason, data={"to": owner.pk})
    for kind in (Kind.ACKNOWLEDGE, Kind.UPDATE_CUSTOMER, *clocks.RESOLVING):
        hand_deadline(
            subject=case.reference,
            kind=kind,
            owner=owner,
            department=case.contact_department,
            now=now,
        )
    hand_over(case, "assign", now=now)
    _tell(case, [owner], "assigned", entry, now=now)
    return case


@transaction.atomic
def propose_resolution(
    *,
    complaint: Complaint,
    actor: User,
    outcome: str,
    redress: str,
    reply: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """What the customer will be offered, and in which words."""
    case = begin(complaint, "propose_resolution", actor=actor, version=version)
    case.reply = require(reply, "reply", _("Write the reply to the customer."))
    case.outcome, case.redress = outcome, redress.strip()
    data = {"outcome": outcome}
    finish(case, "propose_resolution", actor=actor, now=now, text=case.reply, data=data)
    return case


@transaction.atomic
def customer_accepts(
    *, complaint: Complaint, actor: User, said: str, now: datetime, version: int | None = None
) -> Complaint:
    """The customer agrees: the resolution's clock is met."""
    case = begin(complaint, "customer_accepts", actor=actor, version=version)
    said = require(said, "said", _("Write down what the customer said."))
    finish(case, "customer_accepts", actor=actor, now=now, text=said)
    clocks.resolved(case, now=now)
    stop_waiting(case, actor=actor, now=now)
    clocks.customer_told(case, now=now)
    return case


@transaction.atomic
def customer_refuses(
    *, complaint: Complaint, actor: User, said: str, now: datetime, version: int | None = None
) -> Complaint:
    """The customer does not agree: the work goes on."""
    case = begin(complaint, "customer_refuses", actor=actor, version=version)
    said = require(said, "said", _("Write down what the customer said."))
    finish(case, "customer_refuses", actor=actor, now=now, text=said)
    clocks.customer_told(case, now=now)
    return case


@transaction.atomic
def close(
    *,
    complaint: Complaint,
    actor: User,
    outcome: str,
    reply: str,
    proof: Proof | None = None,
    override: str = "",
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """Close the case. Over open tickets, or without `proof`, only with a leader's `override`.

    Raises Invalid at the field that the policy asks for, and IllegalMove while tickets are open,
    unless a leader of the first-contact department gives a reason.
    """
    case = begin(complaint, "close", actor=actor, version=version)
    case.reply = require(reply, "reply", _("Write the reply that the customer was given."))
    case.outcome = outcome
    rules = rules_for(case.reference, severity=case.severity)[1]
    lacking = write_proof(case, proof, rules, actor=actor, override=override)
    left_open = [ticket.reference for ticket in case.tickets.open()]
    if left_open:
        require_override(case, actor, override, left_open)
    case.closed_at, concerned = now, involved_people(case)
    case.keep_until = kept_until(case, rules, now=now)
    data = {"outcome": outcome, "left_open": left_open, "lacking": lacking}
    entry = finish(case, "close", actor=actor, now=now, text=override or case.reply, data=data)
    for file in proof.files if proof else ():
        attach(complaint=case, entry=entry, file=file)
    end_case(case, "close", actor=actor, now=now)
    _tell(case, concerned, "case_closed", entry, now=now, by=actor)
    return case


@transaction.atomic
def withdraw(
    *, complaint: Complaint, actor: User, said: str, now: datetime, version: int | None = None
) -> Complaint:
    """The customer takes the complaint back; `said` are the customer's words."""
    case = begin(complaint, "withdraw", actor=actor, version=version)
    said = require(said, "said", _("Write down what the customer said."))
    case.closed_at, concerned = now, involved_people(case)
    entry = finish(case, "withdraw", actor=actor, now=now, text=said)
    end_case(case, "withdraw", actor=actor, now=now)
    _tell(case, concerned, "case_closed", entry, now=now, by=actor)
    return case


@transaction.atomic
def reopen(
    *, complaint: Complaint, actor: User, reason: str, now: datetime, version: int | None = None
) -> Complaint:
    """The case is open again, with its clocks running anew."""
    case = begin(complaint, "reopen", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    was_closed = case.state == Complaint.State.CLOSED
    case.closed_at = case.keep_until = None
    case.reopened += 1
    entry = finish(case, "reopen", actor=actor, now=now, text=reason)
    resume_holding(case, now=now)
    involve(case, case.contact_department, now=now)
    clocks.start_again(case, was_closed=was_closed, now=now)
    _tell(case, involved_people(case), "case_reopened", entry, now=now, by=actor)
    return case


def _tell(
    case: Complaint,
    people: list[User],
    kind: str,
    entry: Entry,
    *,
    now: datetime,
    by: User | None = None,
) -> None:
    others = [person for person in people if person != by]
    tell(
        people=others, kind=kind, entry=entry, subject=case.reference, label=case.title, now=now
    )

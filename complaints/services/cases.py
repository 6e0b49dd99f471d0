"""The moves of a complaint."""

from __future__ import annotations

from datetime import datetime

import rules
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services import clocks
from complaints.services.ending import end_case, involved_people
from complaints.services.holding import hand_over, involve, resume_holding
from complaints.services.moving import begin, finish, require
from departments.models import User
from escalations.models import Deadline
from escalations.services import cancel_deadline, hand_deadline, meet_deadline
from journal.errors import IllegalMove, Invalid
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
    for kind in (Kind.ACKNOWLEDGE, Kind.UPDATE_CUSTOMER, Kind.RESOLVE):
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
def change_severity(
    *,
    complaint: Complaint,
    actor: User,
    severity: str,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """The clocks of the case start anew, by the new severity's targets, from when they began."""
    case = begin(complaint, "change_severity", actor=actor, version=version)
    if severity == case.severity:
        raise Invalid(_("That is the severity already."), "severity")
    reason = require(reason, "reason", _("Say why."))
    before, case.severity = case.severity, severity
    data = {"from": before, "to": severity}
    entry = finish(case, "change_severity", actor=actor, now=now, text=reason, data=data)
    _restart_clocks(case, now=now)
    _tell(case, involved_people(case), "severity_changed", entry, now=now, by=actor)
    return case


def _restart_clocks(case: Complaint, *, now: datetime) -> None:
    clocks.choose(case)
    live = Deadline.objects.filter(subject=case.reference, state__in=Deadline.LIVE)
    for kind, started_at in list(live.values_list("kind", "started_at")):
        cancel_deadline(subject=case.reference, kind=kind, now=now)
        clocks.start(
            case,
            kind,
            department=case.contact_department,
            owner=case.contact_owner,
            now=started_at,
        )


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
    meet_deadline(subject=case.reference, kind=Kind.RESOLVE, now=now)
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
    override: str = "",
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """Close the case. Over open tickets only with `override`, the reason of a leader.

    Raises IllegalMove while tickets are open and no leader of the first-contact
    department gives a reason.
    """
    case = begin(complaint, "close", actor=actor, version=version)
    case.reply = require(reply, "reply", _("Write the reply that the customer was given."))
    case.outcome = outcome
    left_open = list(case.tickets.open())
    if left_open:
        _require_override(case, actor, override, [ticket.reference for ticket in left_open])
    case.closed_at, concerned = now, involved_people(case)
    data = {"outcome": outcome, "left_open": [ticket.reference for ticket in left_open]}
    entry = finish(case, "close", actor=actor, now=now, text=override or case.reply, data=data)
    end_case(case, "close", actor=actor, now=now)
    _tell(case, concerned, "case_closed", entry, now=now, by=actor)
    return case


def _require_override(case: Complaint, actor: User, reason: str, open_: list[str]) -> None:
    if not rules.has_perm("complaints.override_closure", actor, case):
        raise IllegalMove(
            _(
                "Still open: %(tickets)s. Have them answered or withdrawn; only a leader of the "
                "first-contact department may close over them."
            )
            % {"tickets": ", ".join(open_)}
        )
    require(
        reason,
        "override",
        _("Still open: %(tickets)s. Give the reason for closing over them.")
        % {"tickets": ", ".join(open_)},
    )


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
    case.closed_at = None
    case.reopened += 1
    entry = finish(case, "reopen", actor=actor, now=now, text=reason)
    resume_holding(case, now=now)
    involve(case, case.contact_department, now=now)
    clocks.start_case(case, now=now, acknowledged=True)
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

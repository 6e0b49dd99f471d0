"""Escalations of a case: asked for by hand, and decided with an outcome that acts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Complaint, Message, Ticket
from complaints.services import asking, commitments
from complaints.services.blocking import live_promise
from complaints.services.moving import begin, require, require_future
from complaints.services.risks import accept_risk
from complaints.services.submissions import once
from complaints.services.tickets import reassign
from departments.models import Department, User
from escalations.models import Escalation
from escalations.services import decide_escalation, raise_escalation
from journal.errors import IllegalMove, Invalid

Outcome = Escalation.Outcome


@transaction.atomic
def request_decision(
    *,
    complaint: Complaint,
    actor: User,
    text: str,
    department: Department | None = None,
    now: datetime,
    token: uuid.UUID | None = None,
) -> Escalation:
    """Ask the leader of a department, else of the one that holds the case, to decide."""
    made = once(token, actor=actor)
    if made:
        return Escalation.objects.get(reference=made)
    case = begin(complaint, "escalate", actor=actor, version=None)
    text = require(text, "text", _("Say what is to be decided."))
    escalation = raise_escalation(
        stream=case.reference,
        subject=case.reference,
        label=case.title,
        department=department or case.holder_department,
        severity=case.severity,
        reason=Escalation.Reason.BY_HAND,
        actor=actor,
        text=text,
        now=now,
    )
    _keep_words(case, escalation, text)
    once(token, actor=actor, made=escalation.reference, now=now)
    return escalation


@dataclass(frozen=True, kw_only=True, slots=True)
class Helper:
    """Somebody who joins: what they do, by when; `field` is where a form has them."""

    person: User
    what: str
    by_when: datetime
    field: str = "helper_1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What an outcome needs to be carried out; each only what is its own."""

    new_date: datetime | None = None
    owner: User | None = None
    helpers: Sequence[Helper] = ()
    risk: str = ""
    until: datetime | None = None


@transaction.atomic
def decide(
    *,
    escalation: Escalation,
    actor: User,
    outcome: str,
    note: str,
    terms: Terms | None = None,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """Record the decision and act on it, all or nothing.

    A new date moves the promise, a new owner takes over, who joins gets a ticket, and what is
    accepted at a risk is silent until its day. Raises Invalid at what the outcome needs.
    """
    terms = terms or Terms()
    accepts = outcome == Outcome.RISK_ACCEPTED
    until = _until(terms, now=now) if accepts else None
    decided = decide_escalation(
        escalation=escalation,
        outcome=outcome,
        note=note,
        actor=actor,
        now=now,
        version=version,
        until=until,
    )
    case = Complaint.objects.select_for_update().get(reference=decided.stream)
    _keep_words(case, decided, decided.note)
    if outcome == Outcome.NEW_DATE:
        _move_promises(decided, terms.new_date, note, actor, now=now)
    elif outcome == Outcome.OTHER_OWNER:
        _reassign(decided, terms.owner, note, actor, now=now)
    elif outcome == Outcome.MORE_PEOPLE:
        _let_join(case, decided, terms.helpers, actor, now=now)
    elif until is not None:
        accept_risk(case, decided, terms.risk, until, actor=actor, now=now)
    return decided


def _until(terms: Terms, *, now: datetime) -> datetime:
    require(terms.risk, "risk", _("Name the risk that you accept."))
    if terms.until is None:
        raise Invalid(_("Say until when you accept it."), "until")
    return require_future(terms.until, "until", now=now)


def _let_join(
    case: Complaint,
    decided: Escalation,
    helpers: Sequence[Helper],
    actor: User,
    *,
    now: datetime,
) -> None:
    """Each gets a dated ticket of their own; whoever has the work confirms what they answer."""
    if not helpers:
        raise Invalid(_("Choose who joins."), "helper_1")
    if not case.is_open:
        raise IllegalMove(_("The case is closed. Reopen it first."))
    ticket = ticket_behind(decided)
    parent = ticket if ticket is not None and ticket.is_open else None
    for helper in helpers:
        require(helper.what, f"{helper.field}_what", _("Say what they do."))
        require_future(helper.by_when, f"{helper.field}_by", now=now)
        asking.assign_ticket(
            case,
            parent=parent,
            person=helper.person,
            what=helper.what.strip(),
            by_when=helper.by_when,
            actor=actor,
            now=now,
        )


def _keep_words(case: Complaint, escalation: Escalation, text: str) -> None:
    """The journal has only their digest; with the case they can be read, and redacted."""
    Message.objects.create(
        complaint=case, entry=escalation.last_entry, kind=Message.Kind.MOVE, text=text
    )


def ticket_behind(escalation: Escalation) -> Ticket | None:
    """The ticket that the escalation is about, directly or through its promise."""
    references = _references(escalation)
    tickets = Ticket.objects.select_related("complaint", "department", "owner")
    direct = tickets.filter(reference__in=references).first()
    return direct or tickets.filter(commitments__reference__in=references).first()


def promises_behind(escalation: Escalation, ticket: Ticket | None) -> list[Commitment]:
    """The running promises that it is about; else the one on its ticket."""
    promises = list(
        Commitment.objects.filter(
            reference__in=_references(escalation), state="made"
        ).select_related("complaint", "made_to")
    )
    on_ticket = live_promise(ticket) if ticket and not promises else None
    return [on_ticket] if on_ticket else promises


def _references(escalation: Escalation) -> list[str]:
    return [escalation.subject, *escalation.deadlines.values_list("subject", flat=True)]


def _move_promises(
    escalation: Escalation, new_date: datetime | None, note: str, actor: User, *, now: datetime
) -> None:
    if new_date is None:
        raise Invalid(_("Give the new date."), "new_date")
    promises = promises_behind(escalation, ticket_behind(escalation))
    if not promises:
        raise Invalid(_("No promise of a date is behind this. Choose another outcome."), "outcome")
    for promise in promises:
        commitments.moved_to(promise, new_date, note, actor=actor, now=now)


def _reassign(
    escalation: Escalation, owner: User | None, note: str, actor: User, *, now: datetime
) -> None:
    if owner is None:
        raise Invalid(_("Choose the new owner."), "owner")
    ticket = ticket_behind(escalation)
    if ticket is None or ticket.owner is None:
        raise Invalid(_("No ticket in work is behind this. Choose another outcome."), "outcome")
    reassign(ticket=ticket, actor=actor, owner=owner, reason=note, now=now)

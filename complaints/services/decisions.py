"""Escalations of a case: asked for by hand, and decided with an outcome that acts."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Complaint, Message, Ticket
from complaints.services import commitments
from complaints.services.blocking import live_promise
from complaints.services.moving import begin, require
from complaints.services.submissions import once
from complaints.services.tickets import reassign
from departments.models import Department, User
from escalations.models import Escalation
from escalations.services import decide_escalation, raise_escalation
from journal.errors import Invalid

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


@transaction.atomic
def decide(
    *,
    escalation: Escalation,
    actor: User,
    outcome: str,
    note: str,
    new_date: datetime | None = None,
    owner: User | None = None,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """Record the decision and act on it: a new date moves the promise, a new owner takes over."""
    decided = decide_escalation(
        escalation=escalation, outcome=outcome, note=note, actor=actor, now=now, version=version
    )
    _keep_words(Complaint.objects.get(reference=decided.stream), decided, decided.note)
    if outcome == Outcome.NEW_DATE:
        _move_promises(decided, new_date, note, actor, now=now)
    elif outcome == Outcome.OTHER_OWNER:
        _reassign(decided, owner, note, actor, now=now)
    return decided


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

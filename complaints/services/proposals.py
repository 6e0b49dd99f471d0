"""Options: offered by whoever takes part, changed while offered, withdrawn with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import (
    Commitment,
    Complaint,
    Need,
    NeedInput,
    OptionAsked,
    Proposal,
    ProposedDate,
    Risk,
    RiskKind,
    Ticket,
)
from complaints.services import optiontickets
from complaints.services.holding import involve
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
from departments.models import Department, User
from escalations.models import Escalation
from journal.errors import Invalid
from journal.models import Entry
from journal.references import next_reference
from notifications.services import tell

MOST_ROWS = 20
MOST_STEPS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskDraft:
    """What may go wrong; `field` is where a form has it."""

    kind: RiskKind
    text: str
    likelihood: str
    impact: str
    mitigation: str = ""
    field: str = "risks"


@dataclass(frozen=True, kw_only=True, slots=True)
class InputDraft:
    """Something that has to be supplied, and by which department."""

    name: str
    from_department: Department


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedDraft:
    """What is needed of a department, by when."""

    department: Department
    what: str
    by_when: datetime
    purpose: str = Ticket.Purpose.TASK
    inputs: Sequence[InputDraft] = ()
    field: str = "needs"


@dataclass(frozen=True, kw_only=True, slots=True)
class DateDraft:
    """A running promise, and the date to which the option moves it."""

    commitment: Commitment
    at: datetime
    field: str = "dates"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An option as it is written down."""

    title: str
    summary: str
    track: str
    expected_at: datetime
    steps: Sequence[str] = ()
    risks: Sequence[RiskDraft] = ()
    needs: Sequence[NeedDraft] = ()
    dates: Sequence[DateDraft] = ()


@transaction.atomic
def propose(
    *,
    complaint: Complaint,
    actor: User,
    draft: Draft,
    ticket: Ticket | None = None,
    now: datetime,
    token: uuid.UUID | None = None,
) -> Proposal:
    """Offer an option on the case; from a ticket that asked for one, it is the answer to it."""
    made = once(token, actor=actor)
    if made:
        return Proposal.objects.get(reference=made)
    offered_from: Complaint | Ticket = ticket or complaint
    fresh = begin(offered_from, "propose", actor=actor, version=None)
    case = fresh if isinstance(fresh, Complaint) else fresh.complaint
    department = speaking_for(actor, offered_from) or department_of(actor)
    proposal = Proposal(
        reference=next_reference("O"),
        complaint=case,
        ticket=fresh if isinstance(fresh, Ticket) else None,
        department=department,
        proposed_by=actor,
        proposed_at=now,
    )
    _write(proposal, draft, now=now)
    data = {"version": 1, "title": proposal.title, "track": proposal.track}
    entry = note_down(
        proposal, "proposal:offered", actor=actor, now=now, text=proposal.summary, data=data
    )
    involve(case, department, now=now)
    asked = _asked_for(proposal)
    if asked is not None:
        optiontickets.answered(asked.ticket, proposal, actor=actor, now=now)
    _tell(proposal, "proposal_offered", entry, by=actor, now=now)
    once(token, actor=actor, made=proposal.reference, now=now)
    return proposal


@transaction.atomic
def revise(
    *,
    proposal: Proposal,
    actor: User,
    draft: Draft,
    now: datetime,
    version: int | None = None,
) -> Proposal:
    """Another wording, other risks, other needs, while nobody has decided."""
    changed = begin(proposal, "revise", actor=actor, version=version)
    for rows in (changed.risks, changed.needs, changed.dates):
        rows.all().delete()
    _write(changed, draft, now=now)
    data = {"title": changed.title, "track": changed.track}
    entry = finish(changed, "revise", actor=actor, now=now, text=changed.summary, data=data)
    _tell(changed, "proposal_revised", entry, by=actor, now=now)
    return changed


@transaction.atomic
def withdraw(
    *, proposal: Proposal, actor: User, reason: str, now: datetime, version: int | None = None
) -> Proposal:
    """It is no option any more, and why."""
    gone = begin(proposal, "withdraw", actor=actor, version=version)
    reason = require(reason, "reason", _("Say why."))
    gone.ended_at = now
    data = {"title": gone.title}
    entry = finish(gone, "withdraw", actor=actor, now=now, text=reason, data=data)
    _tell(gone, "proposal_withdrawn", entry, by=actor, now=now)
    return gone


# --- What is written ------------------------------------------------------------------------------
def _write(proposal: Proposal, draft: Draft, *, now: datetime) -> None:
    proposal.title = require(draft.title, "title", _("Say in one line what would be done."))
    proposal.summary = require(
        draft.summary, "summary", _("Say it in plain words, for those who are not technical.")
    )
    proposal.track = _one_of(draft.track, Proposal.Track.values, "track")
    proposal.expected_at = require_future(draft.expected_at, "expected_at", now=now)
    steps = [line.strip() for line in draft.steps if line.strip()]
    if len(steps) > MOST_STEPS:
        raise Invalid(_("At most %(n)d steps.") % {"n": MOST_STEPS}, "steps")
    proposal.steps = steps
    for name in ("risks", "needs", "dates"):
        if len(getattr(draft, name)) > MOST_ROWS:
            raise Invalid(_("At most %(n)d rows.") % {"n": MOST_ROWS}, name)
    proposal.save()
    _write_risks(proposal, draft.risks)
    _write_needs(proposal, draft.needs, now=now)
    _write_dates(proposal, draft.dates, now=now)


def _write_risks(proposal: Proposal, risks: Iterable[RiskDraft]) -> None:
    Risk.objects.bulk_create(
        Risk(
            proposal=proposal,
            order=order,
            kind=risk.kind,
            text=require(risk.text, risk.field, _("Say what may happen.")),
            likelihood=_one_of(risk.likelihood, Risk.Size.values, risk.field),
            impact=_one_of(risk.impact, Risk.Size.values, risk.field),
            mitigation=risk.mitigation.strip(),
        )
        for order, risk in enumerate(risks)
    )


def _write_needs(proposal: Proposal, needs: Iterable[NeedDraft], *, now: datetime) -> None:
    purposes = [value for value, _label in Ticket.NEEDED]
    for order, need in enumerate(needs):
        made = Need.objects.create(
            proposal=proposal,
            order=order,
            department=active_or_invalid(need.department, need.field),
            what=require(need.what, need.field, _("Say what is needed.")),
            by_when=require_future(need.by_when, need.field, now=now),
            purpose=_one_of(need.purpose, purposes, need.field),
        )
        NeedInput.objects.bulk_create(
            _input(made, order, given, need.field) for order, given in enumerate(need.inputs)
        )


def _input(need: Need, order: int, given: InputDraft, field: str) -> NeedInput:
    if given.from_department == need.department:
        raise Invalid(
            _("What the department has itself need not be supplied: name another one."), field
        )
    return NeedInput(
        need=need,
        order=order,
        name=require(given.name, field, _("Say what has to be supplied.")),
        from_department=active_or_invalid(given.from_department, field),
    )


def _write_dates(proposal: Proposal, dates: Sequence[DateDraft], *, now: datetime) -> None:
    seen: set[int] = set()
    for date in dates:
        promise = date.commitment
        if promise.complaint_id != proposal.complaint_id or promise.state != "made":
            raise Invalid(_("No such promise is running on this case."), date.field)
        if promise.pk in seen:
            raise Invalid(_("One date for each promise."), date.field)
        seen.add(promise.pk)
        at = require_future(date.at, date.field, now=now)
        ProposedDate.objects.create(proposal=proposal, commitment=promise, at=at)


def _one_of(value: str, values: Sequence[str], field: str) -> str:
    if value not in values:
        raise Invalid(_("Choose one of those offered."), field)
    return value


# --- Who hears of it ------------------------------------------------------------------------------
def _asked_for(proposal: Proposal) -> OptionAsked | None:
    if proposal.ticket is None:
        return None
    found = OptionAsked.objects.select_related("ticket__complaint", "escalation__leader")
    return found.filter(ticket=proposal.ticket).first()


def _tell(proposal: Proposal, kind: str, entry: Entry, *, by: User, now: datetime) -> None:
    """The leaders who are to decide, who keeps the customer, and who asked: each once."""
    case = proposal.complaint
    open_ = Escalation.objects.open().filter(stream=case.reference).select_related("leader")
    concerned = {case.contact_owner, *(one.leader for one in open_)}
    if proposal.ticket is not None:
        concerned.add(proposal.ticket.asked_by)
    tell(
        people=concerned - {by},
        kind=kind,
        entry=entry,
        subject=proposal.reference,
        label=proposal.title,
        now=now,
        data={"track": proposal.track},
    )

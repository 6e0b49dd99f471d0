"""A leader chooses options: risks accepted by name, dated tickets opened, everyone told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.due import answer_wanted_by
from complaints.models import (
    Complaint,
    Decision,
    Need,
    NeedInput,
    OptionAsked,
    Proposal,
    ProposedDate,
    Risk,
    Ticket,
)
from complaints.services import commitments
from complaints.services.ending import end_thing
from complaints.services.holding import hand_over
from complaints.services.moving import note_down, require_future
from complaints.services.optiontickets import open_quietly, words_of
from complaints.services.people import active_or_invalid, people_of
from departments.models import Department, User
from escalations.models import Escalation
from journal.errors import Conflict, IllegalMove, Invalid
from notifications.services import tell

State = Proposal.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What was chosen: which options, which risks are borne, which dates hold.

    `needed` and `moved` are dates by the id of a need and of a proposed date; what is left out
    stays as the option says. `seen` are the versions in which the options were read.
    """

    options: Sequence[Proposal]
    accepted: Collection[int] = ()
    needed: Mapping[int, datetime] = field(default_factory=dict)
    moved: Mapping[int, datetime] = field(default_factory=dict)
    conditions: str = ""
    seen: Mapping[int, int] | None = None


def carry_out(
    case: Complaint, decided: Escalation, choice: Choice, *, actor: User, now: datetime
) -> Decision:
    """Write it down and open what it needs. Called inside a decision: all of it or nothing."""
    if not case.is_open:
        raise IllegalMove(_("The case is closed. Reopen it first."))
    offered = list(_offered(case))
    for one in offered:
        # The same object, so that who holds the case is known to all that moves it.
        one.complaint = case
    _require_as_seen(offered, choice.seen)
    chosen = [one for one in offered if one in choice.options]
    if not chosen or len(chosen) < len(set(choice.options)):
        raise Invalid(_("Choose at least one of the options on offer."), "options")
    _accept_risks(chosen, choice.accepted, actor, now=now)
    decision = Decision.objects.create(
        escalation=decided,
        complaint=case,
        conditions=choice.conditions.strip(),
        decided_by=actor,
        decided_at=now,
    )
    decision.chosen.set(chosen)
    _settle(offered, chosen, decided, actor, now=now)
    opened = [
        ticket
        for proposal in chosen
        for ticket in _open_needs(proposal, decision, choice.needed, actor, now=now)
    ]
    moved = _move_promises(chosen, choice.moved, decided.note, actor, now=now)
    _end_requests(case, decided, actor, now=now)
    people = [*decided.concerned, case.contact_owner, *_people(offered, opened, moved)]
    _tell(decided, chosen, opened, people=people, by=actor, now=now)
    return decision


def _offered(case: Complaint) -> QuerySet[Proposal]:
    rows = Proposal.objects.offered().filter(complaint=case).select_for_update(of=("self",))
    found = rows.select_related("department", "proposed_by")
    ordered: QuerySet[Proposal] = found.order_by("proposed_at", "pk")
    return ordered


def _require_as_seen(offered: Iterable[Proposal], seen: Mapping[int, int] | None) -> None:
    """Nobody accepts a risk that was written after they had read the option."""
    if seen is not None and {one.pk: one.version for one in offered} != dict(seen):
        raise Conflict(
            _("The options changed since you opened them. Read them again, then decide."), []
        )


def _accept_risks(
    chosen: Iterable[Proposal], accepted: Collection[int], actor: User, *, now: datetime
) -> None:
    risks = Risk.objects.filter(proposal__in=list(chosen))
    for risk in risks:
        if risk.pk not in accepted:
            raise Invalid(
                _("Accept this risk by name, or choose another option: %(risk)s")
                % {"risk": risk.text},
                f"risk_{risk.pk}",
            )
    risks.update(accepted_by=actor, accepted_at=now)


def _settle(
    offered: Iterable[Proposal],
    chosen: Collection[Proposal],
    decided: Escalation,
    actor: User,
    *,
    now: datetime,
) -> None:
    for proposal in offered:
        is_chosen = proposal in chosen
        proposal.state = State.CHOSEN if is_chosen else State.NOT_CHOSEN
        proposal.ended_at = now
        proposal.version += 1
        proposal.save(update_fields=["state", "ended_at", "version"])
        tag = "proposal:chosen" if is_chosen else "proposal:not_chosen"
        data = {
            "version": proposal.version,
            "title": proposal.title,
            "escalation": decided.reference,
        }
        note_down(proposal, tag, actor=actor, now=now, data=data)


# --- What it needs --------------------------------------------------------------------------------
def _open_needs(
    proposal: Proposal,
    decision: Decision,
    dates: Mapping[int, datetime],
    actor: User,
    *,
    now: datetime,
) -> Iterable[Ticket]:
    """A dated ticket for every need, and one for each thing that somebody else supplies."""
    needs = proposal.needs.select_related("department").prefetch_related("inputs__from_department")
    for need in needs:
        need.by_when = require_future(
            dates.get(need.pk, need.by_when), f"need_{need.pk}", now=now
        )
        asked_by, asking = _asker(proposal, need.department)
        need.ticket = open_quietly(
            proposal.complaint,
            department=active_or_invalid(need.department, f"need_{need.pk}"),
            asked_by=asked_by,
            asking=asking,
            title=need.what,
            ask=words_of(need, proposal, decision.conditions),
            needed_by=need.by_when,
            purpose=need.purpose,
            actor=actor,
            now=now,
        )
        need.save(update_fields=["by_when", "ticket"])
        yield need.ticket
        for given in need.inputs.all():
            yield _open_input(given, need, proposal, actor, now=now)


def _open_input(
    given: NeedInput, need: Need, proposal: Proposal, actor: User, *, now: datetime
) -> Ticket:
    """Due when the policy wants answers, and never after the need itself."""
    asked_by, asking = _asker(proposal, given.from_department)
    wanted = answer_wanted_by(proposal.complaint, given.from_department, now=now)
    given.ticket = open_quietly(
        proposal.complaint,
        department=active_or_invalid(given.from_department, f"need_{need.pk}"),
        asked_by=asked_by,
        asking=asking,
        title=_("Supply: %(name)s") % {"name": given.name},
        ask=_("%(department)s needs it for “%(what)s”. Your answer is passed on as it stands.")
        % {"department": need.department.name, "what": need.what},
        needed_by=min(wanted, need.by_when),
        purpose=Ticket.Purpose.ASK,
        actor=actor,
        now=now,
        parent=need.ticket,
    )
    given.save(update_fields=["ticket"])
    return given.ticket


def _asker(proposal: Proposal, asked: Department) -> tuple[User, Department]:
    """Whoever proposed it says whether the answer does; of their own department, first contact."""
    case = proposal.complaint
    if asked == proposal.department or not proposal.proposed_by.is_active:
        return case.contact_owner, case.contact_department
    return proposal.proposed_by, proposal.department


def _move_promises(
    chosen: Iterable[Proposal],
    dates: Mapping[int, datetime],
    reason: str,
    actor: User,
    *,
    now: datetime,
) -> list[ProposedDate]:
    """Promises that still run and are to have another date; those that ended need none."""
    running = ProposedDate.objects.filter(
        proposal__in=list(chosen), commitment__state="made"
    ).select_related("commitment__complaint", "commitment__owner", "commitment__made_to")
    moved = []
    for row in running:
        at = dates.get(row.pk, row.at)
        require_future(at, f"date_{row.pk}", now=now)
        if at != row.commitment.promised_at:
            commitments.moved_to(row.commitment, at, reason, actor=actor, now=now, announce=False)
            moved.append(row)
    return moved


def _end_requests(case: Complaint, decided: Escalation, actor: User, *, now: datetime) -> None:
    """Other options that were still asked for are not needed any more."""
    for row in OptionAsked.objects.filter(escalation=decided).select_related("ticket__complaint"):
        if row.ticket.is_open:
            end_thing(row.ticket, actor=actor, now=now)
    hand_over(case, "decide", now=now)


# --- Who hears of it ------------------------------------------------------------------------------
def _people(
    offered: Iterable[Proposal], opened: Iterable[Ticket], moved: Iterable[ProposedDate]
) -> Iterable[User | None]:
    yield from (one.proposed_by for one in offered)
    for row in moved:
        yield from (row.commitment.owner, row.commitment.made_to)
    departments = {ticket.department for ticket in opened}
    if departments:
        yield from people_of(*departments)


def _tell(
    decided: Escalation,
    chosen: Iterable[Proposal],
    opened: Iterable[Ticket],
    *,
    people: Iterable[User | None],
    by: User,
    now: datetime,
) -> None:
    """One notice each, with everything that was opened: nobody hears of it twice."""
    data: dict[str, Any] = {
        "note": decided.note,
        "conditions": decided.decision.conditions,
        "options": [f"{one.reference} {one.title}" for one in chosen],
        "tickets": [
            {
                "reference": one.reference,
                "title": one.title,
                "names": {"en": one.department.name_en, "zh": one.department.name_zh},
                "needed_by": one.needed_by.isoformat(),
            }
            for one in opened
        ],
    }
    tell(
        people=[person for person in people if person != by],
        kind="options_chosen",
        entry=decided.last_entry,
        subject=decided.reference,
        label=decided.label,
        now=now,
        data=data,
    )

"""The page of an escalation: why it was raised, who was told when, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.casefile import CaseFile, case_for, open_file
from complaints.models import Complaint, RiskAcceptance
from complaints.questions import Question, questions_of
from complaints.timeline import Item, item_of, names_in
from complaints.triggers import Behind, behind
from departments.models import Department, User
from escalations.models import Deadline, Escalation, Firing
from escalations.queries import with_working_left
from journal.models import Entry

STEPS_SHOWN = 60
EARLIER_SHOWN = 10
FOLDED = 3
_LEVELS: Final[Mapping[int, str | Promise]] = {
    1: _("the leader"),
    2: _("the leader above"),
    3: _("the executive"),
}
_CLIMBS = ("escalation:raised", "escalation:climbed")


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One role that was tried on the way to somebody who can be told."""

    role: str
    why: str
    person: User | None
    department: Department | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened on the way: how it reads, whom it told, by which route."""

    item: Item
    told: Sequence[User] = ()
    route: Sequence[RouteStep] = ()

    @property
    def had_to_climb(self) -> bool:
        """Whether the first one who was looked for was not the one who was told."""
        return len(self.route) > len(self.told)


@dataclass(frozen=True, slots=True)
class Run:
    """Reminders and the like that follow each other: folded where they are many."""

    steps: Sequence[Step]

    @property
    def is_folded(self) -> bool:
        return len(self.steps) >= FOLDED and self.steps[0].item.reading.quiet


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the ladder, and who was asked on it when."""

    number: int
    label: str | Promise
    asked: User | None = None
    at: datetime | None = None
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class EscalationFile:
    """One escalation as one reader sees it; without the case where that is not theirs to read."""

    question: Question
    causes: Sequence[Deadline]
    levels: Sequence[Level]
    runs: Sequence[Run]
    file: CaseFile | None
    earlier: Sequence[Escalation] = field(default_factory=list)
    behind: Behind = field(default_factory=Behind)
    risk: RiskAcceptance | None = None

    @property
    def case(self) -> Complaint | None:
        return self.file.case if self.file else None


def escalation_for(user: User, reference: str) -> Escalation | None:
    """The escalation; None if it is not this person's to read."""
    rows = Escalation.objects.visible_to(user).select_related(
        "department", "seat", "leader", "raised_by", "decided_by"
    )
    return rows.filter(reference=reference).first()


def open_escalation(escalation: Escalation, user: User, now: datetime) -> EscalationFile:
    """Gather all that the page tells. A fixed number of queries, but for those of the case."""
    causes = list(escalation.deadlines.select_related("department", "owner").order_by("due_at"))
    steps = _steps(escalation, causes)
    case = case_for(user, escalation.stream)
    return EscalationFile(
        question=questions_of([escalation], user, now)[0],
        causes=_timed(causes, case, now),
        levels=_levels(escalation, steps),
        runs=_runs(steps),
        file=open_file(case, user, now) if case else None,
        earlier=_earlier(escalation) if case else [],
        behind=behind(escalation, case, user) if case else Behind(),
        risk=_risk(escalation),
    )


def _timed(causes: Iterable[Deadline], case: Complaint | None, now: datetime) -> list[Deadline]:
    """How each stands; why it is due then is for those who read the case."""
    timed = with_working_left(causes, now)
    for row in timed if case is None else ():
        row.clock = row.clock.without_page()
    return timed


def _risk(escalation: Escalation) -> RiskAcceptance | None:
    """What the leader answers for, if that was the decision."""
    if escalation.outcome != Escalation.Outcome.RISK_ACCEPTED:
        return None
    return RiskAcceptance.objects.filter(escalation=escalation).first()


def _earlier(escalation: Escalation) -> list[Escalation]:
    """What was asked and decided on the same case before."""
    others = Escalation.objects.filter(stream=escalation.stream).exclude(pk=escalation.pk)
    return list(others.select_related("leader", "decided_by").order_by("-pk")[:EARLIER_SHOWN])


# --- Who was told when ----------------------------------------------------------------------------
def _steps(escalation: Escalation, causes: Iterable[Deadline]) -> list[Step]:
    """Reminders on what is late, and everything that happened to the escalation; oldest first."""
    fired = (
        Firing.objects.filter(
            Q(deadline__in=[row.pk for row in causes]) | Q(deadline__subject=escalation.reference),
            state=Firing.State.FIRED,
        )
        .order_by("-fired_at")
        .prefetch_related("told")[:STEPS_SHOWN]
    )
    firings = {firing.entry_id: firing for firing in fired if firing.entry_id}
    entries = _entries(escalation, firings)
    names = names_in(entries)
    routes = {entry.pk: _route(entry, firings.get(entry.pk)) for entry in entries}
    people, departments = _named(routes.values())
    return [
        Step(
            item=item_of(entry, names),
            told=_told(entry, firings.get(entry.pk), people),
            route=[_route_step(raw, people, departments) for raw in routes[entry.pk]],
        )
        for entry in entries
    ]


def _runs(steps: Iterable[Step]) -> list[Run]:
    found = groupby(steps, key=lambda step: step.item.reading.quiet)
    return [Run(list(run)) for _quiet, run in found]


def _entries(escalation: Escalation, firings: Iterable[int]) -> list[Entry]:
    found = (
        Entry.objects.filter(Q(subject=escalation.reference) | Q(pk__in=firings))
        .filter(stream=escalation.stream)
        .select_related("actor", "acting_for", "department", "message")
        .prefetch_related("attachments")
        .order_by("-seq")[:STEPS_SHOWN]
    )
    return list(found)[::-1]


def _route(entry: Entry, firing: Firing | None) -> list[dict[str, Any]]:
    """As the engine kept it: with the firing, or in the entry where a person or a return asked."""
    kept = firing.route if firing else entry.data.get("route")
    return [step for step in kept if isinstance(step, dict)] if isinstance(kept, list) else []


def _named(
    routes: Iterable[list[dict[str, Any]]],
) -> tuple[Mapping[int, User], Mapping[int, Department]]:
    steps = [step for route in routes for step in route]
    people = {step["person"] for step in steps if step.get("person")}
    departments = {step["department"] for step in steps if step.get("department")}
    return User.objects.in_bulk(people), Department.objects.in_bulk(departments)


def _told(entry: Entry, firing: Firing | None, people: Mapping[int, User]) -> Sequence[User]:
    if firing is not None:
        return list(firing.told.all())
    leader = people.get(entry.data.get("leader", 0))
    return [leader] if leader and entry.tag in _CLIMBS else []


def _route_step(
    raw: dict[str, Any], people: Mapping[int, User], departments: Mapping[int, Department]
) -> RouteStep:
    return RouteStep(
        role=raw.get("role", ""),
        why=raw.get("why", ""),
        person=people.get(raw.get("person") or 0),
        department=departments.get(raw.get("department") or 0),
    )


# --- The ladder -----------------------------------------------------------------------------------
def _levels(escalation: Escalation, steps: Iterable[Step]) -> list[Level]:
    """The three levels: who was asked on each and when, as far as it has climbed."""
    reached: dict[int, tuple[User | None, datetime]] = {}
    for step in steps:
        entry = step.item.entry
        if entry.tag in _CLIMBS:
            leader = next((one for one in step.told if one.pk == entry.data.get("leader")), None)
            reached.setdefault(entry.data.get("level", 1), (leader, entry.at))
    is_open = escalation.state in Escalation.OPEN
    return [
        Level(
            number=number,
            label=label,
            asked=reached.get(number, (None, None))[0],
            at=reached.get(number, (None, None))[1],
            is_now=is_open and number == escalation.level,
        )
        for number, label in _LEVELS.items()
    ]

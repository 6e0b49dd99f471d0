"""What one firing works with, and whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.policy import OWNER, ROLE_OF_LEVEL, Rung
from escalations.routing import NO_ONE, OrgChart, Route


@dataclass(frozen=True, slots=True)
class Waking:
    """A locked deadline, the rung that speaks, and what the sweep knows at this instant."""

    deadline: Deadline
    rung: Rung
    work: WorkTime
    chart: OrgChart
    now: datetime

    @property
    def department(self) -> int:
        return self.deadline.department_id


@dataclass(slots=True)
class Audience:
    """Whom one rung reaches, by which routes; nobody is told twice."""

    people: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    # Those in whose hands it is: they should not also be its judges.
    in_charge: frozenset[int] = NO_ONE
    last_resort: bool = False

    def add(self, role: str, route: Route) -> None:
        """Take in the end of a route."""
        self.steps += [{"asked": role, **step.as_json()} for step in route.steps]
        self.last_resort |= route.last_resort
        if route.person is not None and route.person not in self.people:
            self.people.append(route.person)


def audience_of(waking: Waking) -> Audience:
    """Everyone the rung names, but for the leader whom its level asks to decide."""
    owner = waking.deadline.owner_id
    audience = Audience(in_charge=NO_ONE if owner is None else frozenset({owner}))
    if OWNER in waking.rung.who:
        route = waking.chart.owner_route(owner, waking.department)
        audience.add(OWNER, route)
        if route.holder is not None:
            audience.in_charge |= {route.holder}
    for role in waking.rung.who:
        level = ROLE_OF_LEVEL.index(role)
        if level and level != waking.rung.level:
            route = waking.chart.leader_route(waking.department, level, avoid=audience.in_charge)
            audience.add(role, route)
    return audience

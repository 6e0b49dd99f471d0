"""Who would be told about a department's clocks at an instant, and why: the sweep's own routing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from escalations.policy import EXECUTIVE, LEADER, LEADER_ABOVE, OWNER, ROLE_OF_LEVEL
from escalations.routing import NO_ONE, OrgChart, Route
from escalations.wording import Names, Way, way_of

TITLES: dict[str, str | Promise] = {
    OWNER: _("A reminder to the owner"),
    LEADER: _("Level 1: the leader"),
    LEADER_ABOVE: _("Level 2: the leader above"),
    EXECUTIVE: _("Level 3: the executive"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom one level reaches, step by step."""

    title: str | Promise
    way: Way
    last_resort: bool


def who_is_told(
    chart: OrgChart, department: Department, owner: User | None, names: Names
) -> list[Answer]:
    """The reminder and the three levels, as a clock of this owner would find them."""
    routes = dict(_routes(chart, department.pk, owner.pk if owner else None))
    return [
        Answer(TITLES[role], way_of(role, route.steps, names), route.last_resort)
        for role, route in routes.items()
    ]


def people_in(chart: OrgChart) -> set[int]:
    """Everybody whom a route could name."""
    roles = {pk for post in chart.posts.values() for pk in (post.leader, *post.deputies)}
    return {pk for pk in roles | set(chart.away.values()) if pk is not None}


def _routes(chart: OrgChart, department: int, owner: int | None) -> Iterator[tuple[str, Route]]:
    route = chart.owner_route(owner, department)
    yield OWNER, route
    in_charge = NO_ONE if owner is None else frozenset({owner})
    if route.holder is not None:
        in_charge |= {route.holder}
    for level, role in enumerate(ROLE_OF_LEVEL):
        if level:
            yield role, chart.leader_route(department, level, avoid=in_charge)

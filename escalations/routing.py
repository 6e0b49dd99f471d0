"""Who is told: pure, over an `OrgChart` loaded once; climbs, and never ends in nobody.

Owner → (away: stand-in) → department leader → deputies → the leader above → … → an executive of
last resort, with an alarm. Every step is kept with its reason, so that a route explains itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from escalations.policy import EXECUTIVE, OWNER, ROLE_OF_LEVEL

NO_ONE: frozenset[int] = frozenset()
TOP = ROLE_OF_LEVEL.index(EXECUTIVE)


class As(TextChoices):
    """In which role somebody was looked for."""

    OWNER = "owner", _("owner")
    LEADER = "leader", _("leader")
    DEPUTY = "deputy", _("deputy")
    STAND_IN = "stand_in", _("stand-in")
    EXECUTIVE = "executive", _("executive of last resort")


class Why(TextChoices):
    """What came of a step."""

    TOLD = "told", _("told")
    VACANT = "vacant", _("nobody has this role")
    INACTIVE = "inactive", _("the account is not active")
    AWAY = "away", _("away")
    TOLD_THOUGH_AWAY = "told_though_away", _("told although away: nobody else is there")
    SAME_AS_BELOW = "same_as_below", _("is told already, on the level below")
    CLOSED = "closed", _("the department is not active")
    NOBODY_ABOVE = "nobody_above", _("nobody is above: told again")
    LAST_RESORT = "last_resort", _("nobody on the way up: any leader is better than none")


@dataclass(frozen=True, slots=True)
class Post:
    """A department as routing sees it; deputies by rank."""

    parent: int | None = None
    leader: int | None = None
    deputies: tuple[int, ...] = ()
    is_executive: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One person or role that was tried."""

    role: str
    why: str
    person: int | None = None
    department: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For `Firing.route`."""
        return {
            "role": str(self.role),
            "why": str(self.why),
            "person": self.person,
            "department": self.department,
        }


@dataclass(frozen=True, slots=True)
class Route:
    """Where a search ended: a person and the department whose role they answer for."""

    person: int | None = None
    department: int | None = None
    role: str = ""
    steps: tuple[Step, ...] = ()
    last_resort: bool = False

    @property
    def holder(self) -> int | None:
        """Who has it in hand: the owner or their stand-in, not a leader who is told instead."""
        own = all(step.role in {As.OWNER, As.STAND_IN} for step in self.steps)
        return self.person if own else None

    def after(self, *steps: Step) -> Route:
        """The same end with these steps before."""
        return replace(self, steps=(*steps, *self.steps))


@dataclass(frozen=True, slots=True)
class OrgChart:
    """Departments, who is inactive, and who is away with which stand-in, at one instant."""

    posts: Mapping[int, Post]
    inactive: frozenset[int] = NO_ONE
    away: Mapping[int, int | None] = field(default_factory=dict)

    def line_above(self, department: int | None) -> list[int]:
        """The department and those above it, nearest first; a cycle is cut."""
        line: list[int] = []
        while department is not None and department in self.posts and department not in line:
            line.append(department)
            department = self.posts[department].parent
        return line

    def is_circular(self, department: int | None) -> bool:
        """Whether the way up was cut, because it leads back to itself."""
        line = self.line_above(department)
        return bool(line) and self.posts[line[-1]].parent in line

    def stand_ins_are_circular(self, person: int) -> bool:
        """Whether those who stand in for each other are all away: nobody does."""
        asked: list[int] = []
        current: int | None = person
        while current is not None and current not in asked:
            asked.append(current)
            current = self.away.get(current)
        return current is not None

    def lowest_above_both(self, one: int, other: int) -> int | None:
        """The nearest department that is above both, or one of them; None in separate trees."""
        above = set(self.line_above(other))
        return next((pk for pk in self.line_above(one) if pk in above), None)

    # Who

    def owner_route(self, owner: int | None, department: int) -> Route:
        """The owner or whoever stands in; else the leader on the way up."""
        step, person = self._present(OWNER, owner, department, avoid=NO_ONE)
        if person is not None:
            role = As.OWNER if person == owner else As.STAND_IN
            return Route(person, department, role, step)
        return self.leader_route(department, 1).after(*step)

    def leader_route(self, department: int, level: int, *, avoid: frozenset[int] = NO_ONE) -> Route:
        """The leader who answers for this level: 1 the department's, 2 above, 3 at the top.

        `avoid` are those who should not judge, such as the owner: they are passed over while
        anybody else is there. Nobody is asked on two levels while somebody is above.
        """
        return self._up(self._first(department, avoid), 1, level, avoid)

    def route_from(
        self, seat: int, leader: int, *, level: int, target: int, avoid: frozenset[int] = NO_ONE
    ) -> Route:
        """Who answers for the target level of what this leader has on this level already."""
        if target <= level:
            return self._first(seat, avoid)
        return self._up(Route(leader, seat, As.LEADER), level, target, avoid)

    # The climb

    def _first(self, department: int, avoid: frozenset[int]) -> Route:
        steps: list[Step] = []
        for attempt in self._attempts(department, avoid):
            steps += attempt.steps
            if attempt.person is not None:
                return replace(attempt, steps=tuple(steps))
        return Route(steps=(*steps, Step(As.EXECUTIVE, Why.VACANT)), last_resort=True)

    def _attempts(self, department: int, avoid: frozenset[int]) -> Iterator[Route]:
        """Ever less picky: the way up; those avoided; executives; the absent; anybody at all."""
        line = self.line_above(department)
        yield self._climb(line, avoid)
        if avoid:
            yield self._climb(line, NO_ONE)
        executives = [pk for pk, post in sorted(self.posts.items()) if post.is_executive]
        others = sorted(self.posts)
        yield self._resort(executives)
        yield self._resort(line, though_away=True)
        yield self._resort(executives, though_away=True)
        yield self._resort(others)
        yield self._resort(others, though_away=True)

    def _resort(self, departments: list[int], *, though_away: bool = False) -> Route:
        route = self._climb(departments, NO_ONE, though_away=though_away)
        step = Step(As.EXECUTIVE, Why.LAST_RESORT)
        # Only the step that led somewhere is worth telling.
        steps = (step, *route.steps[-1:]) if route.person is not None else ()
        return replace(route, steps=steps, last_resort=True)

    def _up(self, route: Route, level: int, target: int, avoid: frozenset[int]) -> Route:
        for step in range(level + 1, target + 1):
            below = NO_ONE if route.person is None else {route.person}
            route = self._further(route, avoid | below, to_the_top=step == TOP)
        return route

    def _further(self, lower: Route, avoid: frozenset[int], *, to_the_top: bool) -> Route:
        line = self.line_above(lower.department)
        route = self._climb(line[:0:-1] if to_the_top else line[1:], avoid)
        if route.person is not None:
            return replace(route, last_resort=lower.last_resort)
        again = Step(As.LEADER, Why.NOBODY_ABOVE, lower.person, lower.department)
        return replace(lower, steps=(*route.steps, again))

    def _climb(self, line: list[int], avoid: frozenset[int], *, though_away: bool = False) -> Route:
        steps: list[Step] = []
        for department in line:
            found, person, role = self._leader_of(department, avoid, though_away=though_away)
            steps += found
            if person is not None:
                return Route(person, department, role, tuple(steps))
        return Route(steps=tuple(steps))

    def _leader_of(
        self, department: int, avoid: frozenset[int], *, though_away: bool
    ) -> tuple[list[Step], int | None, str]:
        """The leader, the leader's stand-in, or a deputy of one department."""
        post = self.posts[department]
        if not post.is_active:
            return [Step(As.LEADER, Why.CLOSED, None, department)], None, ""
        steps: list[Step] = []
        roles = [(As.LEADER, post.leader), *((As.DEPUTY, deputy) for deputy in post.deputies)]
        for role, holder in roles:
            tried, person = self._present(
                role, holder, department, avoid=avoid, though_away=though_away
            )
            steps += tried
            if person is not None:
                return steps, person, role if person == holder else As.STAND_IN
            if role is As.LEADER and tried[0].why is Why.SAME_AS_BELOW:
                # A deputy is not above the leader: whoever must not judge alone passes it up.
                return steps, None, ""
        return steps, None, ""

    def _present(
        self,
        role: str,
        holder: int | None,
        department: int,
        *,
        avoid: frozenset[int],
        though_away: bool = False,
    ) -> tuple[tuple[Step, ...], int | None]:
        """The holder of a role, or the first present along the line of stand-ins."""
        if holder is None:
            return (Step(role, Why.VACANT, None, department),), None
        steps: list[Step] = []
        asked: set[int] = set()
        person: int | None = holder
        while person is not None and person not in asked:
            asked.add(person)
            why = self._why(person, avoid, though_away=though_away)
            steps.append(Step(role, why, person, department))
            if why in {Why.TOLD, Why.TOLD_THOUGH_AWAY}:
                return tuple(steps), person
            person, role = (self.away.get(person), As.STAND_IN) if why is Why.AWAY else (None, role)
        return tuple(steps), None

    def _why(self, person: int, avoid: frozenset[int], *, though_away: bool) -> Why:
        if person in self.inactive:
            return Why.INACTIVE
        if person in avoid:
            return Why.SAME_AS_BELOW
        if person not in self.away:
            return Why.TOLD
        return Why.TOLD_THOUGH_AWAY if though_away else Why.AWAY

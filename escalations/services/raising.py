"""A rung with a level: raises an escalation, joins the one that is open, or makes it climb."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from escalations.models import Deadline, Escalation
from escalations.policy import LEADER
from escalations.routing import NO_ONE, Route
from escalations.services.waking import Audience, Waking
from journal.references import next_reference

Causes = Escalation.deadlines.through


@dataclass(frozen=True, slots=True)
class Raised:
    """The escalation, what happened to it, and how its leader was found."""

    escalation: Escalation
    verb: str
    route: Route


def escalate(waking: Waking, audience: Audience) -> Raised | None:
    """Ask the leader of the rung's level; None if nobody leads. The case is locked."""
    deadline = waking.deadline
    open_ = concerning(deadline).select_for_update()
    found = {row.reference == deadline.subject: row for row in open_}
    if True in found:
        return _climb_itself(waking, found[True])
    if False in found:
        return _join(waking, audience, found[False])
    return _raise(waking, audience)


def _reason_of(deadline: Deadline) -> str:
    stalled = deadline.kind == Deadline.Kind.STALL
    return Escalation.Reason.STALLED if stalled else Escalation.Reason.OVERDUE


def concerning(deadline: Deadline) -> QuerySet[Escalation]:
    """The open escalations that a rung of this clock would join, or that it is the clock of."""
    reason = _reason_of(deadline)
    rows = Escalation.objects.open().filter(Q(reason=reason) | Q(reference=deadline.subject))
    return rows.filter(stream=deadline.stream)


def leader_asked(waking: Waking, in_charge: frozenset[int], open_: Escalation | None) -> Route:
    """Who is asked by the level of the rung, given what is open already. Writes nothing."""
    chart = waking.chart
    if open_ is None:
        return chart.leader_route(waking.department, waking.rung.level, avoid=in_charge)
    if open_.reference == waking.deadline.subject:
        asker = open_.raised_by_id
        return _next_route(waking, open_, NO_ONE if asker is None else frozenset({asker}))
    if open_.seat_id in chart.line_above(waking.department):
        return _next_route(waking, open_, in_charge)
    # Late in two departments: neither leader decides for the other, the one above both does.
    seat = chart.lowest_above_both(open_.seat_id, waking.department) or open_.seat_id
    return chart.leader_route(seat, 1, avoid=in_charge)


def _raise(waking: Waking, audience: Audience) -> Raised | None:
    deadline, level = waking.deadline, waking.rung.level
    route = leader_asked(waking, audience.in_charge, None)
    if route.person is None or route.department is None:
        return None
    escalation = Escalation.objects.create(
        reference=next_reference("E"),
        stream=deadline.stream,
        subject=deadline.subject,
        label=deadline.label,
        reason=_reason_of(deadline),
        severity=deadline.severity,
        level=level,
        department_id=deadline.department_id,
        seat_id=route.department,
        leader_id=route.person,
        raised_at=waking.now,
    )
    Causes.objects.create(escalation=escalation, deadline=deadline)
    return Raised(escalation, "raised", route)


def _join(waking: Waking, audience: Audience, escalation: Escalation) -> Raised | None:
    route = leader_asked(waking, audience.in_charge, escalation)
    cause = Causes.objects.filter(escalation=escalation, deadline=waking.deadline)
    verb = "repeated" if cause.exists() else "joined"
    if verb == "joined":
        Causes.objects.create(escalation=escalation, deadline=waking.deadline)
        # The leader above both may not be their own, who should hear of it, too.
        own = waking.chart.leader_route(waking.department, 1, avoid=audience.in_charge)
        audience.add(LEADER, own)
    return _climb(waking, escalation, route, verb)


def _climb_itself(waking: Waking, escalation: Escalation) -> Raised | None:
    """The leader let the date for deciding pass: the next one owns that date now."""
    route = leader_asked(waking, NO_ONE, escalation)
    raised = _climb(waking, escalation, route, "repeated")
    if raised is not None:
        waking.deadline.owner_id = route.person
    return raised


def _next_route(waking: Waking, escalation: Escalation, avoid: frozenset[int]) -> Route:
    return waking.chart.route_from(
        escalation.seat_id,
        escalation.leader_id,
        level=escalation.level,
        target=waking.rung.level,
        avoid=avoid,
    )


def _climb(waking: Waking, escalation: Escalation, route: Route, verb: str) -> Raised | None:
    if route.person is None or route.department is None:
        return None
    before = (escalation.level, escalation.leader_id, escalation.seat_id)
    verb = "climbed" if waking.rung.level > escalation.level else verb
    escalation.level = max(waking.rung.level, escalation.level)
    escalation.leader_id, escalation.seat_id = route.person, route.department
    if before != (escalation.level, escalation.leader_id, escalation.seat_id):
        # Who has it open must see that it is no longer quite what they opened.
        escalation.version += 1
        escalation.save(update_fields=["level", "leader", "seat", "version"])
    return Raised(escalation, verb, route)

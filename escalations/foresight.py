"""What a clock will say next, and whom that reaches as things are: pure, and writes nothing.

It goes the way of the sweep, rung by rung: the same timetable, the same audience, the same leader.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from escalations.models import Deadline, Escalation
from escalations.policy import LEADER, ROLE_OF_LEVEL, Rung
from escalations.routing import OrgChart
from escalations.services.raising import leader_asked
from escalations.services.waking import Audience, Waking, audience_of
from escalations.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Coming:
    """A rung that will speak: when, whom it reaches as things are, which it leaves out."""

    index: int
    at: datetime
    rung: Rung
    audience: Audience
    leaves_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An escalation that the rungs meet: theirs to join, or the one whose own clock this is."""

    escalation: Escalation | None = None
    is_cause: bool = False


def foresee(
    deadline: Deadline, table: Timetable, *, chart: OrgChart, asked: Asked, now: datetime
) -> list[Coming]:
    """The rungs to come, the first of a repetition included; none while it is silent."""
    if deadline.state != Deadline.State.RUNNING or deadline.wake_at is None:
        return []
    speaking, found = copy(deadline), []
    for index, at, leaves_out in _instants(deadline, table, max(deadline.wake_at, now)):
        waking = Waking(speaking, table.rung(index), table.work, chart, now)
        audience, asked = reach(waking, asked)
        found.append(Coming(index, at, waking.rung, audience, leaves_out))
    return found


def _instants(
    deadline: Deadline, table: Timetable, first: datetime
) -> Iterator[tuple[int, datetime, tuple[int, ...]]]:
    """When the sweep will find something due: then the highest rung speaks, those below do not."""
    index, at = deadline.rung, first
    last = max(len(table.ladder), index + 1)
    while index < last:
        passed = [number for number, _at in table.passed(index, at)]
        if passed:
            yield passed[-1], at, tuple(passed[:-1])
            index = passed[-1] + 1
        following = table.at(index)
        if following is None:
            return
        at = following


def reach(waking: Waking, asked: Asked) -> tuple[Audience, Asked]:
    """Whom a rung reaches, and what is open once it has spoken."""
    audience, open_ = audience_of(waking), asked.escalation
    level = waking.rung.level
    if not level:
        return audience, asked
    route = leader_asked(waking, audience.in_charge, open_)
    is_own = open_ is not None and open_.reference == waking.deadline.subject
    if open_ is not None and not is_own and not asked.is_cause:
        own = waking.chart.leader_route(waking.department, 1, avoid=audience.in_charge)
        audience.add(LEADER, own)
    if route.person is None or route.department is None:
        audience.last_resort = True
        return audience, Asked(open_, is_cause=True)
    audience.add(ROLE_OF_LEVEL[level], route)
    if is_own:
        waking.deadline.owner_id = route.person
    return audience, Asked(_climbed(open_, level, route.person, route.department), is_cause=True)


def _climbed(open_: Escalation | None, level: int, leader: int, seat: int) -> Escalation:
    """As it will stand then; never saved."""
    climbed = copy(open_) if open_ is not None else Escalation()
    climbed.level = max(level, open_.level) if open_ is not None else level
    climbed.leader_id, climbed.seat_id = leader, seat
    return climbed

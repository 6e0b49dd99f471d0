"""All clocks of a case together: what is late in one joins the escalation of another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from escalations.foresight import Asked, reach
from escalations.models import Deadline, Escalation
from escalations.policy import Rung
from escalations.replay.clocks import Played
from escalations.replay.lives import Turn, What
from escalations.routing import OrgChart
from escalations.services.waking import Waking

SOON = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rung that spoke, or would have: when, how high, to whom."""

    at: datetime
    level: int
    department: int
    people: tuple[int, ...]
    deadline: int = 0
    rung: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """An absence: of several at once the latest that names a stand-in decides."""

    person: int
    stand_in: int | None
    since: datetime
    until: datetime


class Charts:
    """The organisation as it is, with who was away at an instant."""

    def __init__(self, chart: OrgChart, absences: Iterable[Away] = ()) -> None:
        self._chart = chart
        self._absences = sorted(absences, key=lambda each: each.since)
        edges = {edge for each in self._absences for edge in (each.since, each.until)}
        self._edges = sorted(edges)
        # Between two edges the same people are away; clocks come in no order of time.
        self._between = lru_cache(maxsize=512)(self._with_absent)

    def at(self, at: datetime) -> OrgChart:
        """The chart of that instant."""
        return self._between(bisect_right(self._edges, at))

    def _with_absent(self, place: int) -> OrgChart:
        if not place:
            return replace(self._chart, away={})
        at = self._edges[place - 1]
        away: dict[int, int | None] = {}
        for each in self._absences:
            if each.since <= at < each.until:
                away[each.person] = each.stand_in or away.get(each.person)
        return replace(self._chart, away=away)


@dataclass(frozen=True, slots=True)
class Closing:
    """An escalation of clocks that ended in truth, however it ended."""

    at: datetime
    reason: str


@dataclass(slots=True)
class _Open:
    escalation: Escalation
    causes: set[int] = field(default_factory=set)


class PlayedCase:
    """Plays the clocks of one case up to an instant."""

    def __init__(
        self, clocks: Sequence[Played], closings: Iterable[Closing], charts: Charts
    ) -> None:
        self._clocks = clocks
        self._closings = closings
        self._charts = charts
        # By reason, or by its own reference where it has a clock of its own.
        self._open: dict[str, _Open] = {}

    def until(self, end: datetime) -> Iterator[Spoken]:
        """Everything that speaks up to and at `end`, in order."""
        for at, _rank, clock, turn in sorted(self._turns(), key=lambda each: each[:2]):
            if at > end:
                break
            yield from self._speak_before(at)
            if clock is None:
                self._open.pop(turn.reason, None)
            else:
                clock.take(turn)
                if turn.what is What.END:
                    self._forget(clock)
        yield from self._speak_before(end + SOON)

    def _turns(self) -> Iterator[tuple[datetime, int, Played | None, Turn]]:
        for clock in self._clocks:
            for rank, turn in enumerate(clock.life.turns):
                yield turn.at, rank, clock, turn
        for closing in self._closings:
            last = What.END + max((len(clock.life.turns) for clock in self._clocks), default=0)
            yield closing.at, last, None, Turn(closing.at, What.END, reason=closing.reason)

    def _speak_before(self, at: datetime) -> Iterator[Spoken]:
        while True:
            waking = [(each.wakes_at, each.deadline.pk, each) for each in self._clocks]
            due = [each for each in waking if each[0] is not None and each[0] < at]
            if not due:
                return
            now, _pk, clock = min(due, key=lambda each: (each[0], each[1]))
            assert now is not None
            if (spoken := self._speak(clock, now)) is not None:
                yield spoken

    def _speak(self, clock: Played, now: datetime) -> Spoken | None:
        passed = clock.speak(now)
        if passed is None:
            return None
        index, rung = passed
        deadline = clock.deadline
        own = self._own(clock)
        if own is None:
            deadline.owner_id, deadline.department_id = clock.life.hands.at(now)
        people = self._reach(clock, own, rung, now)
        return Spoken(now, rung.level, deadline.department_id, people, deadline.pk, index)

    def _reach(
        self, clock: Played, own: _Open | None, rung: Rung, now: datetime
    ) -> tuple[int, ...]:
        deadline = clock.deadline
        waking = Waking(deadline, rung, clock.work, self._charts.at(now), now)
        open_ = own or self._open.get(reason_of(deadline))
        asked = Asked()
        if open_ is not None:
            asked = Asked(open_.escalation, deadline.pk in open_.causes)
        audience, after = reach(waking, asked)
        if after.escalation is not None and rung.level:
            kept = open_ or self._open.setdefault(reason_of(deadline), _Open(after.escalation))
            kept.escalation = after.escalation
            kept.causes.add(deadline.pk)
        return tuple(audience.people)

    def _own(self, clock: Played) -> _Open | None:
        """The escalation whose own clock this is: it climbs by itself."""
        life, deadline = clock.life, clock.deadline
        if life.own_leader is None:
            return None
        if deadline.subject not in self._open:
            deadline.owner_id = life.own_leader
            asked = Escalation(
                reference=deadline.subject,
                level=1,
                leader_id=life.own_leader,
                seat_id=deadline.department_id,
                raised_by_id=life.asked_by,
            )
            self._open[deadline.subject] = _Open(asked)
        return self._open[deadline.subject]

    def _forget(self, ended: Played) -> None:
        """What only this clock asked for is withdrawn."""
        live = {clock.deadline.pk for clock in self._clocks if clock.is_live}
        for key, open_ in list(self._open.items()):
            if ended.deadline.pk in open_.causes and not open_.causes & live:
                del self._open[key]


def reason_of(deadline: Deadline) -> str:
    """For which reason a rung of this clock escalates."""
    stalled = deadline.kind == Deadline.Kind.STALL
    return Escalation.Reason.STALLED if stalled else Escalation.Reason.OVERDUE

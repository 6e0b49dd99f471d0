"""Loads cases of a window with all that a replay needs: ten queries, however many cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from departments.calendars import work_times_of
from departments.models import Absence
from departments.worktime import WorkTime
from escalations.chart import load_chart
from escalations.errors import PolicyError
from escalations.models import CasePolicy, Deadline, Escalation, Firing, PolicyVersion
from escalations.policy import OWNER, Rules, Traits, traits_of
from escalations.replay.cases import Away, Charts, Closing, Spoken
from escalations.replay.lives import TAGS, Hands, Life, Seen, target_of, turns_of, was_counted
from escalations.replay.places import clocks_of
from escalations.services.policies import rules_of
from journal.errors import MoveError
from journal.models import Entry

log = structlog.get_logger(__name__)
Told = Firing.told.through
# What data that should not exist can raise.
POISON = (MoveError, PolicyError, ArithmeticError, LookupError, TypeError, ValueError)
RAISED = "escalation:raised"


@dataclass(slots=True)
class Case:
    """The clocks of a case, what they said in truth, and what it is chosen by."""

    traits: Traits
    version: PolicyVersion | None
    closings: list[Closing]
    lives: list[Life] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    # Of what watches for silence: it is not played, but counted as it was.
    by_stalls: list[Spoken] = field(default_factory=list)
    stalls: int = 0
    is_broken: bool = False


def charts_at(now: datetime) -> Charts:
    """The organisation as it is now, with every absence that is known."""
    rows = Absence.objects.order_by("starts_at", "id")
    away = rows.values_list("person_id", "stand_in_id", "starts_at", "ends_at")
    return Charts(load_chart(now), [Away(*row) for row in away])


@dataclass
class Reader:
    """Reads batch after batch; keeps the hours and rules that all of them share."""

    times: dict[int, WorkTime] = field(default_factory=dict)
    rules: dict[int | None, Rules] = field(default_factory=dict)

    def cases(self, streams: Collection[str]) -> list[Case]:
        """These cases; one that cannot be read is broken, and keeps none of the others away."""
        clocks: defaultdict[str, list[Deadline]] = defaultdict(list)
        rows = clocks_of(streams).select_related("policy_version")
        for deadline in rows.order_by("started_at", "pk"):
            clocks[deadline.stream].append(deadline)
        known = CasePolicy.objects.select_related("version").in_bulk(list(clocks))
        past = _Past(clocks)
        return [self._case(known.get(stream), clocks[stream], past) for stream in clocks]

    def work_of(self, department: int) -> WorkTime:
        """The hours of a department. Raises WorkTimeError where they cannot be read."""
        if department not in self.times:
            self.times |= work_times_of([department])
        return self.times[department]

    def _case(self, chosen: CasePolicy | None, rows: Sequence[Deadline], past: _Past) -> Case:
        traits = traits_of(chosen.traits) if chosen else Traits(rows[0].severity)
        version = chosen.version if chosen else rows[0].policy_version
        case = Case(traits, version, past.closings[rows[0].stream])
        for deadline in rows:
            if deadline.kind == Deadline.Kind.STALL:
                case.by_stalls += past.spoken[deadline.pk]
                case.stalls += 1
            else:
                case.spoken += past.spoken[deadline.pk]
        try:
            timed = [row for row in rows if row.kind != Deadline.Kind.STALL]
            case.lives = [self._life(deadline, past) for deadline in timed]
        except POISON:
            log.exception("case_not_replayed", deadline=rows[0].pk)
            case.is_broken = True
        return case

    def _life(self, deadline: Deadline, past: _Past) -> Life:
        seen, work = past.seen[deadline.pk], self.work_of(deadline.department_id)
        turns = turns_of(deadline, past.entries[deadline.pk], past.silences[deadline.pk], seen)
        target = target_of(deadline, self._rules(deadline.policy_version))
        leader, asker = past.asked.get(deadline.subject, (None, None))
        is_own = deadline.kind == Deadline.Kind.DECIDE
        return Life(
            deadline,
            turns,
            Hands(deadline.owner_id, deadline.department_id, seen),
            target,
            was_counted(deadline, turns, target, work),
            own_leader=leader if is_own else None,
            asked_by=asker,
        )

    def _rules(self, version: PolicyVersion | None) -> Rules:
        key = version.pk if version else None
        if key not in self.rules:
            self.rules[key] = rules_of(version)
        return self.rules[key]


class _Past:
    """What the journal, the firings and the escalations know of these cases."""

    def __init__(self, clocks: dict[str, list[Deadline]]) -> None:
        self._by_key: defaultdict[tuple[str, str], list[Deadline]] = defaultdict(list)
        for deadline in (row for rows in clocks.values() for row in rows):
            self._by_key[deadline.subject, deadline.kind].append(deadline)
        self.entries: defaultdict[int, list[Entry]] = defaultdict(list)
        self.silences: defaultdict[int, list[datetime]] = defaultdict(list)
        self.closings: defaultdict[str, list[Closing]] = defaultdict(list)
        self.spoken: defaultdict[int, list[Spoken]] = defaultdict(list)
        self.seen: defaultdict[int, list[Seen]] = defaultdict(list)
        # By reference of an escalation: its first leader, and who asked.
        self.asked: dict[str, tuple[int | None, int | None]] = {}
        self._read_entries(clocks)
        self._read_escalations(clocks)
        self._read_firings([row.pk for rows in clocks.values() for row in rows])

    def _read_entries(self, streams: Collection[str]) -> None:
        rows = Entry.objects.filter(stream__in=streams, tag__in=[*TAGS, RAISED])
        for entry in rows.order_by("stream_id", "seq"):
            if entry.tag == RAISED:
                leader = entry.data.get("leader")
                self.asked.setdefault(entry.subject, (leader, entry.actor_id))
            elif (deadline := self._meant(entry)) is not None:
                self.entries[deadline.pk].append(entry)

    def _meant(self, entry: Entry) -> Deadline | None:
        """The clock that ran then, of those of one kind on one subject."""
        for deadline in self._by_key[entry.subject, entry.data.get("kind", "")]:
            ended = deadline.ended_at
            if deadline.started_at <= entry.at and (ended is None or entry.at <= ended):
                return deadline
        return None

    def _read_escalations(self, streams: Collection[str]) -> None:
        clockly = Escalation.objects.filter(stream__in=streams, reason__in=Escalation.BY_CLOCK)
        for stream, reason, ended in clockly.values_list("stream", "reason", "ended_at"):
            if ended is not None:
                self.closings[stream].append(Closing(ended, reason))
        decided = Escalation.deadlines.through.objects.filter(
            escalation__stream__in=streams, escalation__state=Escalation.State.DECIDED
        )
        for pk, at in decided.values_list("deadline_id", "escalation__decided_at"):
            if at is not None:
                self.silences[pk].append(at)

    def _read_firings(self, clocks: Collection[int]) -> None:
        rows = Firing.objects.filter(deadline__in=clocks, state=Firing.State.FIRED)
        firings = list(
            rows.order_by("fired_at", "pk").values_list(
                "pk",
                "deadline_id",
                "rung",
                "level",
                "fired_at",
                "route",
                "entry__department_id",
                "deadline__department_id",
            )
        )
        told: defaultdict[int, list[int]] = defaultdict(list)
        people = Told.objects.filter(firing__in=[row[0] for row in firings]).order_by("pk")
        for firing, person in people.values_list("firing_id", "user_id"):
            told[firing].append(person)
        for pk, clock, rung, level, at, route, then, now in firings:
            department = then or now
            people_told = tuple(told[pk])
            self.spoken[clock].append(Spoken(at, level, department, people_told, clock, rung))
            first = next((step for step in route if step.get("asked") == OWNER), None)
            owner = first.get("person") if first else None
            self.seen[clock].append(Seen(at, department, owner, knows_owner=first is not None))

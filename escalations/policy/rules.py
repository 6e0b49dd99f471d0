"""What a policy says, typed. The format in data is docs/policies.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from departments.worktime import Unit
from escalations.models.deadlines import Deadline
from escalations.models.policies import Severity
from escalations.policy.scope import Scope

T = TypeVar("T")

ANY = "*"
BY_PROMISE = "by_promise"
# `answer` is no clock: it proposes the date by which a ticket's asker needs the answer.
ANSWER = "answer"
KINDS = (*Deadline.Kind.values, ANSWER)
SEVERITIES = tuple(Severity.values)

OWNER, LEADER, LEADER_ABOVE, EXECUTIVE = "owner", "leader", "leader_above", "executive"
# Who answers for each level; 0 is a reminder.
ROLE_OF_LEVEL = (OWNER, LEADER, LEADER_ABOVE, EXECUTIVE)

LIMITS = {
    "returns": 2,
    "handovers": 4,
    "moved_dates": 3,
    "recurrences": 3,
    "recurrence_days": 90,
}
# By which a rung may speak; without any it uses all that its reader has.
IN_APP, MAIL = "in_app", "mail"
CHANNELS = (IN_APP, MAIL)
# What a policy may ask for before a case is closed, beside what every closure needs.
CLOSURE_FIELDS = ("cause", "redress", "follow_up", "evidence")
RETENTION_FROM = ("closure", "receipt")
# Only to compare rungs in different units: about how many working hours one of them is.
NOMINAL_HOURS = {
    Unit.WORKING_HOUR: 1.0,
    Unit.HOUR: 1 / 3,
    Unit.BUSINESS_DAY: 8.0,
    Unit.CALENDAR_DAY: 8.0,
}


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit; negative before, positive after."""

    amount: float
    unit: Unit

    @property
    def nominal_hours(self) -> float:
        """For comparing only."""
        return self.amount * NOMINAL_HOURS[self.unit]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: when it speaks, to whom, and how high it raises the case."""

    who: tuple[str, ...]
    level: int
    fraction: float | None = None
    offset: Span | None = None
    repeat: Span | None = None
    channels: tuple[str, ...] = ()

    @property
    def position(self) -> tuple[int, float]:
        """Its place in the order of a ladder: shares of the span first, then around due."""
        if self.fraction is not None:
            return (0, self.fraction)
        return (1, self.offset.nominal_hours if self.offset else 0)


Ladder = tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """How far the date for resolving a case may move, and on what conditions."""

    # Without a maximum, as far as the approver sees fit.
    maximum: Span | None = None
    # The maximum counts from when the case came in, instead of from its first date.
    total: bool = False
    needs_approval: bool = True
    tell_customer: bool = True


@dataclass(frozen=True, slots=True)
class Retention:
    """How many years a case is kept, counted from its closure or its receipt."""

    years: int
    since: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every kind and severity."""

    targets: Mapping[str, Mapping[str, Span]]
    ladders: Mapping[str, Mapping[str, Ladder]]
    pause_reasons: Mapping[str, frozenset[str]]
    limits: Mapping[str, int]
    scope: Scope = field(default_factory=Scope)
    extension: Extension = field(default_factory=Extension)
    closure: frozenset[str] = frozenset()
    retention: Retention | None = None
    # The regulator's preset that its numbers were taken from.
    preset: str = ""

    def target(self, kind: str, severity: str) -> Span | None:
        """How long this kind has; None where only a promise sets the date."""
        return _by_severity(self.targets.get(kind, {}), severity)

    def ladder(self, kind: str, severity: str) -> Ladder:
        """The rungs for this kind and severity, or the nearest that are written for others."""
        for name in (kind, ANY):
            if ladder := _by_severity(self.ladders.get(name, {}), severity):
                return ladder
        return ()

    def may_pause(self, kind: str, reason: str) -> bool:
        """Whether this kind of clock stops for this reason."""
        return reason in self.pause_reasons.get(kind, frozenset())


def _by_severity(rows: Mapping[str, T], severity: str) -> T | None:
    return rows.get(severity, rows.get(ANY))

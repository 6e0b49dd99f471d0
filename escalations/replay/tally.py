"""Counts what spoke: by day, by department, by person and day. As small as its keys are few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from escalations.replay.cases import Spoken

LEVELS = 4
Counts = list[int]


def nothing() -> Counts:
    """Reminders, and the escalations of each level."""
    return [0] * LEVELS


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is counted, and whose days."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    def day_of(self, at: datetime) -> int:
        """The number of a day, from the first on."""
        return (at.astimezone(self.zone).date() - self.first).days

    @property
    def first(self) -> date:
        """The day on which it begins."""
        return self.since.astimezone(self.zone).date()

    @property
    def days(self) -> int:
        """How many dates it touches: one more than it has days."""
        return self.day_of(self.until) + 1

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at <= self.until


@dataclass(slots=True)
class Tally:
    """One side: as it was, or under the version."""

    days: defaultdict[int, Counts] = field(default_factory=lambda: defaultdict(nothing))
    departments: defaultdict[int, Counts] = field(default_factory=lambda: defaultdict(nothing))
    # By person and day: what reached them in all, and how much of it was no mere reminder.
    people: defaultdict[int, dict[int, Counts]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, spoken: Spoken, window: Window) -> None:
        """Count it, if it lies in the window."""
        if spoken.at not in window:
            return
        day = window.day_of(spoken.at)
        self.days[day][spoken.level] += 1
        self.departments[spoken.department][spoken.level] += 1
        for person in spoken.people:
            counts = self.people[person].setdefault(day, [0, 0])
            counts[0] += 1
            counts[1] += spoken.level > 0

    @property
    def total(self) -> Counts:
        """Of all days."""
        return [sum(counts[level] for counts in self.days.values()) for level in range(LEVELS)]

    def as_json(self) -> dict[str, Any]:
        """As `tally_of` reads it back."""
        return {"days": self.days, "departments": self.departments, "people": self.people}


def tally_of(raw: Mapping[str, Any]) -> Tally:
    """What was counted so far; JSON has made its numbers into names."""
    tally = Tally()
    tally.days.update({int(day): counts for day, counts in raw["days"].items()})
    tally.departments.update({int(pk): counts for pk, counts in raw["departments"].items()})
    for person, days in raw["people"].items():
        tally.people[int(person)] = {int(day): counts for day, counts in days.items()}
    return tally

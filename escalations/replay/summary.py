"""What a finished replay keeps: figures by level, day, department and person. Bounded, and pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from escalations.replay.tally import Counts, Tally, Window, nothing
from escalations.replay.trial import Counted

# So many people are kept with their days: those who would hear most, on either side.
PEOPLE = 25
Most = tuple[int, int, int]
NOBODY: Most = (0, 0, 0)


def summarise(counted: Counted, window: Window) -> dict[str, Any]:
    """As JSON. Days are numbers from the first on; the two sides come as a pair."""
    sides = (counted.before, counted.after)
    return {
        "first": window.first.isoformat(),
        "days": window.days,
        "zone": window.zone.key,
        "total": [side.total for side in sides],
        "by_day": [_by_day(side, window) for side in sides],
        "departments": _departments(*sides),
        "most": [most_of(side) for side in sides],
        "people": [_person(pk, *sides) for pk in _people(*sides)],
        "reached": [len(side.people) for side in sides],
        "clocks": dict(counted.clocks),
    }


def most_of(tally: Tally) -> Most:
    """How much reached one person in a day at most, whom, and when; the earliest of several."""
    found = (
        (counts[0], -day, -person)
        for person, days in tally.people.items()
        for day, counts in days.items()
    )
    count, day, person = max(found, default=NOBODY)
    return count, -person, -day


def _by_day(tally: Tally, window: Window) -> list[list[int]]:
    """Of every day the reminders and the escalations."""
    rows = (tally.days.get(day, nothing()) for day in range(window.days))
    return [[counts[0], sum(counts[1:])] for counts in rows]


def _departments(before: Tally, after: Tally) -> dict[str, list[Counts]]:
    return {
        str(pk): [list(side.departments.get(pk, nothing())) for side in (before, after)]
        for pk in sorted({*before.departments, *after.departments})
    }


def _people(before: Tally, after: Tally) -> list[int]:
    """The fullest day decides, then all days together."""

    def weight(person: int) -> tuple[int, int, int]:
        sides = [side.people.get(person, {}) for side in (before, after)]
        fullest = max((max(_heard(days), default=0) for days in sides), default=0)
        return (-fullest, -sum(sum(_heard(days)) for days in sides), person)

    return sorted({*before.people, *after.people}, key=weight)[:PEOPLE]


def _heard(days: Mapping[int, Counts]) -> Iterable[int]:
    return [counts[0] for counts in days.values()]


def _person(person: int, before: Tally, after: Tally) -> dict[str, Any]:
    """Each day that reached them on either side: number, and how much before and after."""
    sides = [side.people.get(person, {}) for side in (before, after)]
    days = sorted({day for side in sides for day in side})
    return {
        "person": person,
        "days": [[day, *(side.get(day, [0, 0]) for side in sides)] for day in days],
    }

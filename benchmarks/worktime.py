"""WorkTime beside businesstimedelta: the same calendars, the same inputs, equal results.

    python3 -m venv var/bench && var/bench/bin/pip install businesstimedelta tzdata
    PYTHONPATH=. var/bench/bin/python benchmarks/worktime.py

businesstimedelta is no dependency of the product, so it gets an environment of its own; WorkTime
needs the standard library only. Exits with 1 if a single result differs.
"""

import platform
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import pytz
from businesstimedelta import (
    BusinessTimeDelta,
    HolidayRule,
    LunchTimeRule,
    Rules,
    WorkDayRule,
)

from departments.worktime import DayPlan, Reason, WorkTime

ZONE = "America/New_York"
CASES, SEED, ROUNDS, LONGEST = 1_000, 2026, 3, 80 * 3600
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
TWO_YEARS = 2 * 365 * 24 * 3600
NINE_TO_SIX = (("09:00", "18:00"),)
WITH_LUNCH = (("09:00", "12:00"), ("13:00", "18:00"))
HOLIDAYS = [date(year, *day) for year in range(2023, 2040) for day in ((1, 1), (7, 4), (12, 25))]

Case = tuple[datetime, int]
Operation = Callable[[datetime, int], object]


@dataclass(frozen=True)
class Calendar:
    """One calendar as each of the two understands it."""

    name: str
    ours: Callable[[], WorkTime]
    theirs: Callable[[], Rules]


def plain_ours() -> WorkTime:
    """One span a day."""
    return WorkTime(ZONE, dict.fromkeys(range(5), NINE_TO_SIX))


def plain_theirs() -> Rules:
    """The same as rules."""
    return Rules([WorkDayRule(time(9), time(18), [0, 1, 2, 3, 4], tz=pytz.timezone(ZONE))])


def split_ours() -> WorkTime:
    """Two spans a day, three holidays a year."""
    closed = dict.fromkeys(HOLIDAYS, DayPlan((), Reason.HOLIDAY))
    return WorkTime(ZONE, dict.fromkeys(range(5), WITH_LUNCH), closed)


def split_theirs() -> Rules:
    """The same as rules; holidays as a set, which is the fastest that they may be."""
    zone, weekdays = pytz.timezone(ZONE), [0, 1, 2, 3, 4]
    return Rules(
        [
            WorkDayRule(time(9), time(18), weekdays, tz=zone),
            LunchTimeRule(time(12), time(13), weekdays, tz=zone),
            HolidayRule(set(HOLIDAYS), tz=zone),
        ]
    )


CALENDARS = (
    Calendar("Mon-Fri 9-18", plain_ours, plain_theirs),
    Calendar("with lunch and holidays", split_ours, split_theirs),
)


def cases() -> list[Case]:
    """Starts at any second of two years, with up to two weeks of work."""
    dice = random.Random(SEED)
    return [
        (FIRST + timedelta(seconds=dice.randrange(TWO_YEARS)), dice.randrange(1, LONGEST))
        for _ in range(CASES)
    ]


def our_operations(work_time: WorkTime) -> dict[str, Operation]:
    """Both operations as calls of start and seconds."""
    return {
        "add": work_time.add,
        "between": lambda start, seconds: work_time.between(start, later(start, seconds)),
    }


def their_operations(rules: Rules) -> dict[str, Operation]:
    """The same calls, giving the same types."""

    def add(start: datetime, seconds: int) -> datetime:
        return start + BusinessTimeDelta(rules, seconds=seconds)

    def between(start: datetime, seconds: int) -> int:
        return int(rules.difference(start, later(start, seconds)).timedelta.total_seconds())

    return {"add": add, "between": between}


def later(start: datetime, seconds: int) -> datetime:
    """An end for `between`: up to two weeks of real time, as open cases have."""
    return start + timedelta(seconds=4 * seconds)


def per_second(operation: Operation, inputs: Sequence[Case]) -> float:
    """The best of several rounds: what else the machine does only ever slows one down."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = perf_counter()
        for start, seconds in inputs:
            operation(start, seconds)
        best = min(best, perf_counter() - began)
    return len(inputs) / best


def compiling(calendar: Calendar) -> float:
    """Milliseconds from nothing to the first answer."""
    began = perf_counter()
    calendar.ours().add(FIRST + timedelta(days=180), 3600)
    return (perf_counter() - began) * 1000


def main() -> int:
    """Measures, compares, prints a table."""
    inputs, differing = cases(), 0
    print(f"Python {platform.python_version()}, {CASES:,} cases, seed {SEED}; operations/s")
    print(f"{'calendar':<25}{'operation':<11}{'WorkTime':>12}{'businesstimedelta':>19}{'ratio':>8}")
    for calendar in CALENDARS:
        ours, theirs = our_operations(calendar.ours()), their_operations(calendar.theirs())
        for name in ours:
            differing += sum(ours[name](*case) != theirs[name](*case) for case in inputs)
            fast = per_second(ours[name], inputs)
            slow = per_second(theirs[name], inputs)
            print(f"{calendar.name:<25}{name:<11}{fast:>12,.0f}{slow:>19,.0f}{fast / slow:>7,.0f}x")
        print(f"{calendar.name:<25}first answer of a new WorkTime: {compiling(calendar):.1f} ms")
    print(f"results that differ: {differing} of {len(inputs) * len(CALENDARS) * 2:,}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())

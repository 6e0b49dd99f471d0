"""`WorkTime`: the clock of people who go home."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from itertools import chain, islice
from typing import Self

from .errors import NaiveInstant, OutOfHorizon, WorkTimeError
from .explanation import CountedSpan, DayNotCounted, Explanation
from .line import Line
from .plan import NO_HOLIDAYS, DayPlan, DayPlans, Holidays, LocalSpan, Reason
from .wall import (
    DAY,
    FURTHEST_OFFSET,
    Stretch,
    instants,
    joined,
    midnight_of,
    readings,
    zone_named,
)

FIRST_YEAR, LAST_YEAR = 1970, 2199
ONE_DAY = timedelta(days=1)
HOUR = 60 * 60


class Unit(StrEnum):
    """What a target is counted in."""

    WORKING_HOUR = "working_hour"
    BUSINESS_DAY = "business_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"


class WorkTime:
    """When a department works, and what that makes of a span of time.

    Takes aware datetimes and drops fractions of a second; answers in UTC. Years are compiled when
    they are first needed, so one instance should be kept as long as its `fingerprint` holds; it
    may be shared by threads. All errors are `WorkTimeError`, a `ValueError`.
    """

    def __init__(
        self,
        zone: str,
        weekly: Mapping[int, Iterable[LocalSpan]],
        overrides: Mapping[date, DayPlan] | None = None,
        holidays: Holidays = NO_HOLIDAYS,
        *,
        earlier: Iterable[tuple[date, Mapping[int, Iterable[LocalSpan]]]] = (),
    ) -> None:
        """Raises `UnknownZone`, `BadSpan`, or `NoOpenHours` if the week has none.

        `earlier` are the weeks that held until a date, each from the end of the one before.
        """
        self.zone = zone_named(zone)
        self._plans = DayPlans(weekly, overrides or {}, holidays, earlier)
        self._years: dict[int, tuple[Stretch, ...]] = {}
        self._line: Line | None = None
        self.fingerprint = sha256(f"{zone} {self._plans.identity()}".encode()).hexdigest()

    @classmethod
    def always_open(cls, zone: str) -> Self:
        """Around the clock, every day."""
        return cls(zone, {weekday: [(0, 24 * 60)] for weekday in range(7)})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkTime) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"<WorkTime {self.zone.key} {self.fingerprint[:8]}>"

    # Counting

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first instant by which so many working seconds have passed since start."""
        at = _epoch(start)
        return _utc(self._later(at, seconds) if seconds >= 0 else self._earlier(at, -seconds))

    def subtract(self, start: datetime, seconds: int) -> datetime:
        """The last instant from which so many working seconds pass until start."""
        at = _epoch(start)
        return _utc(self._earlier(at, seconds) if seconds >= 0 else self._later(at, -seconds))

    def between(self, start: datetime, end: datetime) -> int:
        """Working seconds from start to end; negative if end is before start."""
        since, until = _epoch(start), _epoch(end)
        line = self._covering(min(since, until), max(since, until))
        return line.worked_until(until) - line.worked_until(since)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this instant."""
        instant = _epoch(at)
        return self._covering(instant, instant).is_open(instant)

    def next_open(self, at: datetime) -> datetime:
        """This instant if it is open, else the next opening."""
        # The next second to be worked ends one second after the opening that is sought.
        return _utc(self._later(_epoch(at), 1) - 1)

    # Due dates

    def due(self, start: datetime, amount: float | Decimal, unit: Unit | str) -> datetime:
        """When a target of so many units from start is due; days are whole numbers."""
        unit = Unit(unit)
        if amount < 0:
            raise WorkTimeError(f"A target cannot be {amount}: give zero or more.")
        if unit is Unit.WORKING_HOUR:
            return self.add(start, round(amount * HOUR))
        if unit is Unit.HOUR:
            return _utc(_epoch(start) + round(amount * HOUR))
        if amount != int(amount):
            raise WorkTimeError(f"{amount} is not a whole number of days.")
        if unit is Unit.BUSINESS_DAY:
            return self.end_of_business_day(start, int(amount))
        return self.end_of_calendar_day(start, int(amount))

    def end_of_business_day(self, start: datetime, n: int) -> datetime:
        """Closing time of the n-th working day after start's local date, which is day 0.

        A working day is a local date with hours of its own; a night shift closes on the next
        morning. Whether start falls within, before or after the hours of day 0 does not matter.
        """
        if n < 1:
            raise WorkTimeError(f"Business days are counted from 1, not {n}.")
        at = _epoch(start)
        _within_horizon(at + n * DAY)
        return _utc(next(islice(self._closings_after(self._date(at)), n - 1, None)))

    def end_of_calendar_day(self, start: datetime, n: int) -> datetime:
        """Local midnight at the end of the n-th day after start's local date, which is day 0."""
        if n < 0:
            raise WorkTimeError(f"Calendar days are counted from 0, not {n}.")
        day = self._date(_epoch(start))
        last = _within_horizon(midnight_of(day) + (n + 1) * DAY)
        # Two days are read, because a zone that moved across the date line skipped one.
        return _utc(max(self._ends([Stretch(last - 2 * DAY, last, day)])))

    # Why then?

    def explain(self, start: datetime, end: datetime) -> Explanation:
        """Every span counted by `between(start, end)`, and every local day that was not."""
        since, until = _epoch(start), _epoch(end)
        if until < since:
            raise WorkTimeError("Explain from the earlier to the later instant.")
        if since == until:
            return Explanation((), ())
        counted = tuple(map(self._counted, joined(self._open(since, until))))
        days = _days(self._date(since), self._date(until - 1))
        left_out = sorted(set(days) - {span.day for span in counted})
        return Explanation(counted, tuple(map(self._not_counted, left_out)))

    def assumed_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """Years without an official plan on which a count from start to end rests."""
        since, until = _epoch(start), _epoch(end)
        if until <= since:
            return ()
        # By days alone: every date on a page asks this.
        days = _days(self._date(since), self._date(until - 1))
        return tuple(sorted({day.year for day in days if self._plans.is_assumed(day)}))

    def on(self, day: date) -> DayPlan:
        """The hours of one local day, and why it has them."""
        return self._plans.on(day)

    def is_assumed(self, day: date) -> bool:
        """Whether a day's hours rest on a year without an official plan."""
        return self._plans.is_assumed(day)

    # The line

    def _later(self, at: int, seconds: int) -> int:
        # Work takes at least as long as it takes: the impossible is refused without counting.
        if _within_horizon(at + seconds) == at:
            return at
        line = self._covering(at, at)
        while (goal := line.worked_until(at) + seconds) > line.total:
            line = self._compiled(_year(line.begin), _year(line.end))
        return line.earliest(goal)

    def _earlier(self, at: int, seconds: int) -> int:
        if _within_horizon(at - seconds) == at:
            return at
        line = self._covering(at, at)
        while (goal := line.worked_until(at) - seconds) < 0:
            line = self._compiled(_year(line.begin - 1), _year(line.end - 1))
        return line.latest(goal)

    def _covering(self, since: int, until: int) -> Line:
        line = self._line
        if line and line.begin <= since and until < line.end:
            return line
        return self._compiled(_year(since), _year(until))

    def _compiled(self, first: int, last: int) -> Line:
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise OutOfHorizon(FIRST_YEAR, LAST_YEAR)
        if held := self._line:
            first, last = min(first, _year(held.begin)), max(last, _year(held.end - 1))
        years = map(self._open_in_year, range(first, last + 1))
        line = Line(_new_year(first), _new_year(last + 1), chain.from_iterable(years))
        # A line never changes: threads that race here only repeat each other's work.
        self._line = line
        return line

    def _open_in_year(self, year: int) -> tuple[Stretch, ...]:
        if year not in self._years:
            self._years[year] = tuple(self._open(_new_year(year), _new_year(year + 1)))
        return self._years[year]

    def _open(self, since: int, until: int) -> Iterator[Stretch]:
        # A night shift reaches in from the day before, a clock set back at midnight from one more.
        days = _days(self._date(since) - 2 * ONE_DAY, self._date(until) + ONE_DAY)
        read = readings((day, self._plans.on(day)) for day in days)
        return instants(self.zone, read, since, until)

    # Days

    def _date(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.zone).date()

    def _closings_after(self, day: date) -> Iterator[int]:
        while day.year <= LAST_YEAR:
            day += ONE_DAY
            read = readings([(day, self._plans.on(day))])
            # A day whose hours all fall into a skipped hour never closes: nobody worked.
            if ends := self._ends(read):
                yield max(ends)
        raise OutOfHorizon(FIRST_YEAR, LAST_YEAR)

    def _ends(self, read: list[Stretch]) -> list[int]:
        """Every instant at which the wall clock leaves one of these readings."""
        if not read:
            return []
        window = read[0].start - FURTHEST_OFFSET, read[-1].end + FURTHEST_OFFSET
        return [shown.end for shown in instants(self.zone, read, *window)]

    def _counted(self, open_: Stretch) -> CountedSpan:
        plan, assumed = self._plans.on(open_.day), self._plans.is_assumed(open_.day)
        start, end = _utc(open_.start), _utc(open_.end)
        return CountedSpan(start, end, open_.day, plan.reason, plan.label, assumed)

    def _not_counted(self, day: date) -> DayNotCounted:
        plan, assumed = self._plans.on(day), self._plans.is_assumed(day)
        reason = Reason.OUTSIDE_HOURS if plan.minutes else plan.reason
        return DayNotCounted(day, reason, plan.label, assumed)


def _epoch(at: datetime) -> int:
    if at.utcoffset() is None:
        raise NaiveInstant(at)
    return _within_horizon(math.floor(at.timestamp()))


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(_within_horizon(instant), UTC)


def _within_horizon(instant: int) -> int:
    if not HORIZON[0] <= instant <= HORIZON[1]:
        raise OutOfHorizon(FIRST_YEAR, LAST_YEAR)
    return instant


def _year(instant: int) -> int:
    return datetime.fromtimestamp(instant, UTC).year


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


HORIZON = _new_year(FIRST_YEAR), _new_year(LAST_YEAR + 1)

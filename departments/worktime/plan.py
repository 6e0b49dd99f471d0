"""What a calendar says about each local day, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from operator import itemgetter

from .errors import BadSpan, NoOpenHours

MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR

LocalTime = int | str | time
LocalSpan = Sequence[LocalTime]
Minutes = tuple[int, int]


class Reason(StrEnum):
    """Why a day has the hours it has, or none."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    OVERRIDE = "override"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The hours of one day and why; without spans it is closed.

    A span belongs to the day on which it starts, also where it runs past midnight: closing a
    Monday does not send home the night shift that came on Sunday. An end that is not after its
    start lies on the next day, so 22:00-06:00 is a night and 00:00-24:00 or 00:00-00:00 a whole
    day. Times are minutes after midnight, "HH:MM" or `time`. Overlapping spans count once.
    """

    spans: Iterable[LocalSpan] = field(default=(), compare=False)
    reason: Reason = Reason.OVERRIDE
    label: str = ""
    minutes: tuple[Minutes, ...] = field(init=False)

    def __post_init__(self) -> None:
        spans = tuple(self.spans)
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "minutes", _merged(sorted(_minutes_of(span) for span in spans)))


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The days of one year that differ from the week; `assumed` where no official plan exists."""

    days: Mapping[date, DayPlan]
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Holidays:
    """Where the years' plans come from; `key` must change whenever an answer may change."""

    key: str
    plan_of: Callable[[int], YearPlan]


NO_HOLIDAYS = Holidays("none", lambda _year: YearPlan({}))


class DayPlans:
    """The plan of every date: own overrides, then the holidays of its year, then the week.

    Earlier weeks hold on the days before a date, each: what was worked then was worked by them.
    """

    def __init__(
        self,
        weekly: Mapping[int, Iterable[LocalSpan]],
        overrides: Mapping[date, DayPlan],
        holidays: Holidays,
        earlier: Iterable[tuple[date, Mapping[int, Iterable[LocalSpan]]]] = (),
    ) -> None:
        self.weekly = _week(weekly)
        self.earlier = [(until, _week(week)) for until, week in sorted(earlier, key=itemgetter(0))]
        self.overrides = dict(overrides)
        self.holidays = holidays
        self._years: dict[int, YearPlan] = {}
        # Overrides end some day; only the week promises that every sum of hours is reached.
        if not any(plan.minutes for plan in self.weekly):
            raise NoOpenHours

    def on(self, day: date) -> DayPlan:
        """The plan of one local date."""
        if own := self.overrides.get(day):
            return own
        return self._year(day.year).days.get(day) or self._week_of(day)[day.weekday()]

    def is_assumed(self, day: date) -> bool:
        """Whether the plan of this date rests on a year without an official plan."""
        return day not in self.overrides and self._year(day.year).assumed

    def identity(self) -> str:
        """A text that is equal for equal plans."""
        overrides = [
            (day.isoformat(), plan.minutes, plan.reason.value, plan.label)
            for day, plan in sorted(self.overrides.items())
        ]
        weekly = [plan.minutes for plan in self.weekly]
        earlier = [
            (until.isoformat(), [plan.minutes for plan in week]) for until, week in self.earlier
        ]
        return repr((weekly, earlier, overrides, self.holidays.key))

    def _week_of(self, day: date) -> tuple[DayPlan, ...]:
        return next((week for until, week in self.earlier if day < until), self.weekly)

    def _year(self, year: int) -> YearPlan:
        if year not in self._years:
            self._years[year] = self.holidays.plan_of(year)
        return self._years[year]


def _week(weekly: Mapping[int, Iterable[LocalSpan]]) -> tuple[DayPlan, ...]:
    if strangers := set(weekly) - set(range(7)):
        raise BadSpan(f"Weekdays are 0 (Monday) to 6 (Sunday), not {sorted(strangers)}.")
    return tuple(_weekday(weekly.get(day, ())) for day in range(7))


def _weekday(spans: Iterable[LocalSpan]) -> DayPlan:
    spans = tuple(spans)
    return DayPlan(spans, Reason.WEEKDAY if spans else Reason.WEEKEND)


def _minutes_of(span: LocalSpan) -> Minutes:
    match span:
        case [first, last]:
            start, end = _minutes_of_time(first), _minutes_of_time(last)
        case _:
            raise BadSpan(f"{span!r} is not a span: give a start and an end.")
    if start == MINUTES_A_DAY:
        raise BadSpan(f"A span cannot start at 24:00: start {span} at 00:00 of the next day.")
    return start, end if end > start else end + MINUTES_A_DAY


def _minutes_of_time(at: LocalTime) -> int:
    minutes = _clock_face(at)
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise BadSpan(f"{at!r} is not a time of day: use 00:00 to 24:00.")
    return minutes


def _clock_face(at: LocalTime) -> int:
    if isinstance(at, int):
        return at
    if isinstance(at, time):
        if at.second or at.microsecond or at.tzinfo:
            raise BadSpan(f"{at} is not a whole local minute.")
        return at.hour * MINUTES_AN_HOUR + at.minute
    hours, colon, minutes = at.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < MINUTES_AN_HOUR):
        raise BadSpan(f"{at!r} is not a time of day: use HH:MM.")
    return int(hours) * MINUTES_AN_HOUR + int(minutes)


def _merged(spans: Iterable[Minutes]) -> tuple[Minutes, ...]:
    merged: list[Minutes] = []
    for span in spans:
        if merged and span[0] <= merged[-1][1]:
            start, end = merged.pop()
            merged.append((start, max(end, span[1])))
        else:
            merged.append(span)
    return tuple(merged)

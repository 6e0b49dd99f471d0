"""`WorkTime` beside a minute-by-minute oracle; WORKTIME_CASES=10000 runs that many of each."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from departments.worktime import DayPlan, WorkTime
from departments.worktime.errors import OutOfHorizon

from .worktime_oracle import Oracle, Spans

ZONES = (
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "UTC",
)
FIRST, LAST = datetime(2005, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

many = settings(
    max_examples=int(os.environ.get("WORKTIME_CASES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    days = [FIRST + i * DAY for i in range((LAST - FIRST).days)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    changes = zip(days, pairwise(offsets), strict=False)
    return tuple(day for day, (before, after) in changes if before != after)


starts = st.integers(0, 95).map(lambda quarter: quarter * 15) | st.integers(0, 1439)
ends = st.integers(0, 96).map(lambda quarter: quarter * 15) | st.integers(0, 1440)
spans: st.SearchStrategy[Spans] = st.lists(st.tuples(starts, ends), max_size=3)
weeks = st.dictionaries(st.integers(0, 6), spans, min_size=1).filter(
    lambda week: any(week.values())
)


@dataclass(frozen=True)
class Case:
    zone: str
    weekly: dict[int, Spans]
    overrides: dict[date, Spans]
    middle: datetime

    @property
    def work_time(self) -> WorkTime:
        days = {day: DayPlan(spans) for day, spans in self.overrides.items()}
        return WorkTime(self.zone, self.weekly, days)

    def oracle(self, days: int = 3) -> Oracle:
        window = self.middle - days * DAY, self.middle + days * DAY
        return Oracle(self.zone, self.weekly, self.overrides, *window)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    middle = FIRST + draw(st.integers(0, (LAST - FIRST).days)) * DAY
    changes = clock_changes(zone)
    if draw(st.integers(0, 3)) and changes:
        middle = draw(st.sampled_from(changes))
    day = st.integers(-3, 3).map(lambda days: middle.date() + days * DAY)
    overrides = draw(st.dictionaries(day, spans, max_size=3))
    return Case(zone, draw(weeks), overrides, middle)


def offsets(days: int) -> st.SearchStrategy[timedelta]:
    quarters = st.integers(-days * 96, days * 96 - 1).map(lambda quarter: quarter * 900)
    seconds = st.integers(-days * 86400, days * 86400 - 1)
    return (quarters | seconds).map(lambda offset: timedelta(seconds=offset))


@many
@given(cases(), offsets(3), offsets(3))
def test_between_counts_what_the_wall_clock_shows(
    case: Case, one: timedelta, other: timedelta
) -> None:
    start, end = sorted((case.middle + one, case.middle + other))
    counted = case.oracle().between(start, end)
    assert case.work_time.between(start, end) == counted
    assert case.work_time.between(end, start) == -counted


@many
@given(cases(), offsets(3), st.data())
def test_add_and_subtract_stop_where_the_wall_clock_does(
    case: Case, offset: timedelta, data: st.DataObject
) -> None:
    oracle, work_time, at = case.oracle(), case.work_time, case.middle + offset
    if ahead := oracle.between(at, oracle.end):
        seconds = data.draw(st.integers(1, ahead))
        assert work_time.add(at, seconds) == oracle.add(at, seconds)
    if behind := oracle.between(oracle.begin, at):
        seconds = data.draw(st.integers(1, behind))
        assert work_time.subtract(at, seconds) == oracle.subtract(at, seconds)


@many
@given(cases(), offsets(3))
def test_opening_is_read_from_the_wall_clock(case: Case, offset: timedelta) -> None:
    oracle, work_time, at = case.oracle(), case.work_time, case.middle + offset
    assert work_time.is_open(at) == oracle.is_open(at)
    assume(oracle.between(at, oracle.end))
    assert work_time.next_open(at) == oracle.next_open(at)


@many
@given(cases(), offsets(1), st.integers(1, 2))
def test_days_end_when_the_wall_clock_leaves_them(case: Case, offset: timedelta, n: int) -> None:
    oracle, work_time, at = case.oracle(days=5), case.work_time, case.middle + offset
    assert work_time.end_of_calendar_day(at, n) == oracle.end_of_calendar_day(at, n)
    closing = work_time.end_of_business_day(at, n)
    # A night that the window cuts off closes later than the oracle can see.
    assume(closing < oracle.end)
    assert closing == oracle.end_of_business_day(at, n)


@many
@given(cases(), offsets(1000), st.integers(0, 400 * 3600))
def test_what_was_added_lies_between_and_can_be_taken_off(
    case: Case, offset: timedelta, seconds: int
) -> None:
    work_time, start = case.work_time, case.middle + offset
    due = work_time.add(start, seconds)
    assert work_time.between(start, due) == seconds
    assert due == work_time.subtract(start, -seconds)
    opening = work_time.next_open(start) if seconds else start
    assert work_time.subtract(due, seconds) == opening


@many
@given(cases(), offsets(1000), st.integers(0, 400 * 3600))
def test_what_was_taken_off_lies_between(case: Case, offset: timedelta, seconds: int) -> None:
    work_time, end = case.work_time, case.middle + offset
    start = work_time.subtract(end, seconds)
    assert work_time.between(start, end) == seconds
    assert start == work_time.add(end, -seconds)


@many
@given(cases(), offsets(30), offsets(30), st.integers(0, 10**6), st.integers(0, 10**6))
def test_later_starts_and_longer_work_end_later(
    case: Case, one: timedelta, other: timedelta, less: int, more: int
) -> None:
    work_time = case.work_time
    early, late = sorted((case.middle + one, case.middle + other))
    less, more = sorted((less, more))
    assert early <= work_time.add(early, less) <= work_time.add(early, more)
    assert work_time.add(early, less) <= work_time.add(late, less)


@many
@given(cases(), offsets(15), offsets(15))
def test_an_explanation_accounts_for_every_second_and_every_day(
    case: Case, one: timedelta, other: timedelta
) -> None:
    start, end = sorted((case.middle + one, case.middle + other))
    why = case.work_time.explain(start, end)
    edges = [start, *(edge for span in why.counted for edge in (span.start, span.end)), end]
    assert edges == sorted(edges)
    assert why.seconds == case.work_time.between(start, end)
    counted = {span.day for span in why.counted}
    left_out = {each.day for each in why.not_counted}
    assert not counted & left_out
    hours = range(int(start.timestamp()), int(end.timestamp()), 3600)
    touched = {datetime.fromtimestamp(at, ZoneInfo(case.zone)).date() for at in hours}
    assert touched <= counted | left_out
    assert all(one.day != two.day or one.end < two.start for one, two in pairwise(why.counted))


def told(question: Callable[[datetime, int], datetime], at: datetime) -> datetime | str:
    """The answer; where a week of minutes leads out of the years we count in, that it does."""
    try:
        return question(at, 10**6)
    except OutOfHorizon as error:
        return str(error)


@many
@given(cases(), st.permutations(range(-3, 4)))
def test_the_order_of_questions_changes_no_answer(case: Case, years: list[int]) -> None:
    kept = case.work_time
    for year in years:
        at = case.middle + timedelta(days=365 * year)
        assert told(kept.add, at) == told(case.work_time.add, at)
        assert told(kept.subtract, at) == told(case.work_time.subtract, at)

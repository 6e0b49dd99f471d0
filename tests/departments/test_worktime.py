"""`WorkTime` by example; its exactness is shown in `test_worktime_properties.py`."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from departments.worktime import (
    BadSpan,
    DayPlan,
    Holidays,
    NaiveInstant,
    NoOpenHours,
    OutOfHorizon,
    Reason,
    Unit,
    UnknownZone,
    WorkTime,
    WorkTimeError,
    YearPlan,
)

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
SPLIT_DAY = [("09:00", "12:00"), ("13:30", "18:00")]
HOUR = 3600
LAST_OFFICIAL_YEAR = 2026


def split_week() -> dict[int, list[tuple[str, str]]]:
    return dict.fromkeys(range(5), SPLIT_DAY)


def every_day(*spans: tuple[str, str]) -> dict[int, list[tuple[str, str]]]:
    return {weekday: list(spans) for weekday in range(7)}


@pytest.fixture
def office() -> WorkTime:
    return WorkTime("Asia/Shanghai", split_week())


def local(day: str, clock: str = "00:00", zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone)


# 2026-03-02 is a Monday.


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (("2026-03-02", "09:00"), 2, ("2026-03-02", "11:00")),
        (("2026-03-02", "11:00"), 2, ("2026-03-02", "14:30")),  # over lunch
        (("2026-03-02", "09:00"), 3, ("2026-03-02", "12:00")),  # by lunch, not after it
        (("2026-03-02", "16:00"), 4, ("2026-03-03", "11:00")),  # over night
        (("2026-03-06", "17:00"), 2, ("2026-03-09", "10:00")),  # over the weekend
        (("2026-03-07", "15:00"), 1, ("2026-03-09", "10:00")),  # from a Saturday
        (("2026-03-07", "15:00"), 0, ("2026-03-07", "15:00")),
    ],
)
def test_working_hours_pass_only_while_somebody_works(
    office: WorkTime, start: tuple[str, str], hours: int, due: tuple[str, str]
) -> None:
    assert office.add(local(*start), hours * HOUR) == local(*due)
    assert office.between(local(*start), local(*due)) == hours * HOUR


def test_taking_off_stops_at_the_latest_instant(office: WorkTime) -> None:
    monday = local("2026-03-09", "09:00")
    assert office.subtract(monday, HOUR) == local("2026-03-06", "17:00")
    assert office.subtract(local("2026-03-09", "10:00"), HOUR) == monday
    assert office.add(monday, -HOUR) == office.subtract(monday, HOUR)


def test_answers_are_in_utc_and_whole_seconds(office: WorkTime) -> None:
    start = local("2026-03-02", "09:00").replace(microsecond=999_999)
    due = office.add(start, HOUR)
    assert due.tzinfo is UTC
    assert due == local("2026-03-02", "10:00")


def test_spans_are_half_open(office: WorkTime) -> None:
    assert office.is_open(local("2026-03-02", "09:00"))
    assert not office.is_open(local("2026-03-02", "12:00"))
    last = local("2026-03-02", "11:59").replace(second=59, microsecond=999_999)
    assert office.is_open(last)


def test_next_open_is_now_while_open(office: WorkTime) -> None:
    assert office.next_open(local("2026-03-02", "10:07")) == local("2026-03-02", "10:07")
    assert office.next_open(local("2026-03-02", "12:00")) == local("2026-03-02", "13:30")
    assert office.next_open(local("2026-03-06", "18:00")) == local("2026-03-09", "09:00")


# Clock changes: London 29 March and 25 October 2026, Lord Howe 4 October and 5 April 2026


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", "2026-03-28", 2),
        ("Europe/London", "2026-03-29", 1),
        ("Europe/London", "2026-10-25", 3),
        ("Australia/Lord_Howe", "2026-10-04", 1.5),
        ("Australia/Lord_Howe", "2026-04-05", 2.5),
    ],
)
def test_a_night_is_as_long_as_it_really_was(zone: str, day: str, hours: float) -> None:
    nights = WorkTime(zone, every_day(("01:00", "03:00")))
    midnight, noon = local(day, zone=ZoneInfo(zone)), local(day, "12:00", ZoneInfo(zone))
    assert nights.between(midnight, noon) == hours * HOUR
    assert nights.add(midnight, int(hours * HOUR)) == local(day, "03:00", ZoneInfo(zone))


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    nights = WorkTime("Europe/London", every_day(("00:00", "01:30")))
    why = nights.explain(*(local("2026-10-25", clock, LONDON) for clock in ("00:00", "12:00")))
    assert [(span.start.strftime("%H:%M"), span.seconds) for span in why.counted] == [
        ("23:00", 1.5 * HOUR),
        ("01:00", 0.5 * HOUR),
    ]


def test_a_skipped_hour_is_no_working_day() -> None:
    sundays = WorkTime("Europe/London", {6: [("01:15", "01:45")]})
    saturday = local("2026-03-28", "12:00", LONDON)
    assert sundays.end_of_business_day(saturday, 1) == local("2026-04-05", "01:45", LONDON)


def test_a_day_that_a_zone_skipped_has_no_hours_and_no_end() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
    open_ = WorkTime.always_open("Pacific/Apia")
    start = local("2011-12-29", "12:00", apia)
    assert open_.end_of_calendar_day(start, 1) == local("2011-12-31", "00:00", apia)
    assert open_.end_of_business_day(start, 1) == local("2012-01-01", "00:00", apia)
    assert open_.between(start, local("2011-12-31", "12:00", apia)) == 24 * HOUR


# Nights and overlaps


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    closed_monday = {date(2026, 3, 2): DayPlan()}
    nights = WorkTime("Asia/Shanghai", every_day(("22:00", "06:00")), closed_monday)
    assert nights.is_open(local("2026-03-02", "05:59"))
    assert not nights.is_open(local("2026-03-02", "22:00"))
    assert nights.next_open(local("2026-03-02", "06:00")) == local("2026-03-03", "22:00")


@pytest.mark.parametrize(
    "spans",
    [
        [("00:00", "24:00")],
        [("00:00", "00:00")],
        [(time(0), time(12)), (720, 1440)],
        [("12:00", "12:00")],
        [("00:00", "15:00"), ("09:00", "24:00"), ("10:00", "11:00")],
    ],
)
def test_around_the_clock_however_it_is_written(spans: list[tuple[str, str]]) -> None:
    work_time = WorkTime("America/New_York", dict.fromkeys(range(7), spans))
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert work_time.between(start, end) == 365 * 24 * HOUR
    assert work_time.next_open(start) == start


def test_hours_count_once_where_a_night_meets_the_morning() -> None:
    week = every_day(("22:00", "06:00"), ("05:00", "07:00"))
    work_time = WorkTime("Asia/Shanghai", week)
    assert work_time.between(local("2026-03-02"), local("2026-03-03")) == 9 * HOUR


# Due dates


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (("2026-03-02", "10:00"), 1, ("2026-03-03", "18:00")),
        (("2026-03-02", "23:00"), 1, ("2026-03-03", "18:00")),
        (("2026-03-06", "10:00"), 1, ("2026-03-09", "18:00")),
        (("2026-03-07", "10:00"), 1, ("2026-03-09", "18:00")),
        (("2026-03-02", "10:00"), 15, ("2026-03-23", "18:00")),
    ],
)
def test_a_business_day_ends_at_closing_time(
    office: WorkTime, start: tuple[str, str], n: int, due: tuple[str, str]
) -> None:
    assert office.end_of_business_day(local(*start), n) == local(*due)


def test_a_night_shift_closes_on_the_next_morning() -> None:
    nights = WorkTime("Asia/Shanghai", every_day(("22:00", "06:00")))
    assert nights.end_of_business_day(local("2026-03-02"), 1) == local("2026-03-04", "06:00")


def test_a_calendar_day_ends_at_midnight_of_the_zone(office: WorkTime) -> None:
    start = local("2026-03-06", "10:00")
    assert office.end_of_calendar_day(start, 0) == local("2026-03-07")
    assert office.end_of_calendar_day(start, 2) == local("2026-03-09")
    # Already the next day in Shanghai.
    assert office.end_of_calendar_day(datetime(2026, 3, 6, 20, tzinfo=UTC), 0) == local(
        "2026-03-08"
    )


@pytest.mark.parametrize(
    ("amount", "unit", "due"),
    [
        (4, Unit.WORKING_HOUR, ("2026-03-09", "11:30")),
        (0.5, "working_hour", ("2026-03-06", "17:00")),
        (Decimal("1.5"), "working_hour", ("2026-03-06", "18:00")),
        (2, Unit.BUSINESS_DAY, ("2026-03-10", "18:00")),
        (2, Unit.CALENDAR_DAY, ("2026-03-09", "00:00")),
        (72, Unit.HOUR, ("2026-03-09", "16:30")),
    ],
)
def test_due_speaks_the_units_of_policies(
    office: WorkTime, amount: float | Decimal, unit: Unit | str, due: tuple[str, str]
) -> None:
    assert office.due(local("2026-03-06", "16:30"), amount, unit) == local(*due)


# Holidays, overrides, explanations


def golden_week(year: int) -> YearPlan:
    days = {date(year, 10, day): DayPlan((), Reason.HOLIDAY, "National Day") for day in range(1, 8)}
    days[date(year, 10, 10)] = DayPlan(SPLIT_DAY, Reason.MAKE_UP, "instead of 7 October")
    return YearPlan(days, assumed=year > LAST_OFFICIAL_YEAR)


def china(overrides: dict[date, DayPlan] | None = None) -> WorkTime:
    return WorkTime("Asia/Shanghai", split_week(), overrides, Holidays("golden", golden_week))


def test_holidays_are_closed_and_make_up_days_are_worked() -> None:
    eve = local("2026-09-30", "17:00")
    assert china().add(eve, 2 * HOUR) == local("2026-10-08", "10:00")
    assert china().end_of_business_day(eve, 3) == local("2026-10-10", "18:00")


def test_an_override_beats_a_holiday() -> None:
    duty = DayPlan([("10:00", "11:00")], Reason.OVERRIDE, "on duty")
    work_time = china({date(2026, 10, 2): duty})
    assert work_time.add(local("2026-09-30", "18:00"), HOUR) == local("2026-10-02", "11:00")


def test_a_year_is_asked_for_once_and_only_when_needed() -> None:
    asked: list[int] = []

    def plan_of(year: int) -> YearPlan:
        asked.append(year)
        return YearPlan({})

    work_time = WorkTime("Asia/Shanghai", split_week(), holidays=Holidays("asked", plan_of))
    assert asked == []
    for _ in range(3):
        work_time.add(local("2026-06-01"), HOUR)
    assert sorted(asked) == [2025, 2026, 2027]  # with the nights at both ends of the year


def test_an_explanation_names_what_counted_and_why_the_rest_did_not() -> None:
    audit = DayPlan((), Reason.OVERRIDE, "audit")
    work_time = china({date(2026, 9, 29): audit})
    why = work_time.explain(local("2026-09-28", "19:00"), local("2026-10-10", "10:00"))
    assert [(span.day.day, span.reason) for span in why.counted] == [
        (30, Reason.WEEKDAY),
        (30, Reason.WEEKDAY),
        (8, Reason.WEEKDAY),
        (8, Reason.WEEKDAY),
        (9, Reason.WEEKDAY),
        (9, Reason.WEEKDAY),
        (10, Reason.MAKE_UP),
    ]
    left_out = [(each.day.day, each.reason, each.label) for each in why.not_counted]
    assert left_out == [
        (28, Reason.OUTSIDE_HOURS, ""),
        (29, Reason.OVERRIDE, "audit"),
        *((day, Reason.HOLIDAY, "National Day") for day in range(1, 8)),
    ]
    assert why.seconds == 3 * 7.5 * HOUR + HOUR


def test_weekends_are_named_and_the_last_midnight_touches_no_new_day(office: WorkTime) -> None:
    why = office.explain(local("2026-03-07"), local("2026-03-09"))
    assert [(each.day.day, each.reason) for each in why.not_counted] == [
        (7, Reason.WEEKEND),
        (8, Reason.WEEKEND),
    ]
    assert office.explain(local("2026-03-07"), local("2026-03-07")).not_counted == ()


def test_a_year_without_an_official_plan_says_so() -> None:
    start, end = local("2026-12-31", "09:00"), local("2027-01-01", "12:00")
    assert china().assumed_years(start, local("2026-12-31", "18:00")) == ()
    assert china().assumed_years(start, end) == (2027,)
    decided = china({date(2027, 1, 1): DayPlan(SPLIT_DAY)})
    assert decided.assumed_years(start, end) == ()


# Identity


def test_equal_calendars_are_equal_and_share_a_fingerprint() -> None:
    assert china() == china()
    assert len({china(), china()}) == 1
    assert china().fingerprint == china().fingerprint


@pytest.mark.parametrize(
    "other",
    [
        WorkTime("Asia/Shanghai", split_week()),
        WorkTime("Asia/Taipei", split_week(), holidays=Holidays("golden", golden_week)),
        china({date(2026, 10, 2): DayPlan()}),
        WorkTime("Asia/Shanghai", split_week(), holidays=Holidays("golden 2", golden_week)),
    ],
)
def test_any_difference_changes_the_fingerprint(other: WorkTime) -> None:
    assert other != china()
    assert other.fingerprint != china().fingerprint


def test_threads_share_one_instance() -> None:
    shared = china()
    starts = [local(f"{year}-05-04") for year in range(2000, 2040)] * 5
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: shared.add(start, 100 * HOUR), starts))
    assert found == [china().add(start, 100 * HOUR) for start in starts]


# Bad input


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "America", "../etc/passwd", "亚洲/上海"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone, match="IANA"):
        WorkTime(zone, split_week())


@pytest.mark.parametrize("weekly", [{}, {0: []}, every_day()])
def test_a_week_without_an_open_hour_is_refused(weekly: dict[int, list[tuple[str, str]]]) -> None:
    with pytest.raises(NoOpenHours):
        WorkTime("UTC", weekly, {date(2026, 3, 2): DayPlan(SPLIT_DAY)})


@pytest.mark.parametrize(
    "span",
    [
        ("9", "12"),
        ("09:60", "12:00"),
        ("09:00", "24:01"),
        ("24:00", "06:00"),
        ("-1:00", "06:00"),
        (-60, 60),
        (time(9, 0, 30), time(12)),
        (time(9, tzinfo=UTC), time(12)),
        ("09:00",),
        "09",
    ],
)
def test_a_span_that_cannot_be_read_is_refused(span: tuple[str, str]) -> None:
    with pytest.raises(BadSpan):
        DayPlan([span])


def test_an_eighth_weekday_is_refused() -> None:
    with pytest.raises(BadSpan, match="Monday"):
        WorkTime("UTC", {7: SPLIT_DAY})


def test_naive_instants_are_refused(office: WorkTime) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001
    questions: list[Callable[[], object]] = [
        lambda: office.add(naive, 1),
        lambda: office.subtract(naive, 1),
        lambda: office.between(naive, naive),
        lambda: office.is_open(naive),
        lambda: office.next_open(naive),
        lambda: office.due(naive, 1, Unit.HOUR),
        lambda: office.end_of_business_day(naive, 1),
        lambda: office.end_of_calendar_day(naive, 1),
        lambda: office.explain(naive, naive),
    ]
    for question in questions:
        with pytest.raises(NaiveInstant):
            question()


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (-1, Unit.WORKING_HOUR),
        (1.5, Unit.BUSINESS_DAY),
        (Decimal("0.5"), Unit.CALENDAR_DAY),
        (0, Unit.BUSINESS_DAY),
    ],
)
def test_an_impossible_target_is_refused(
    office: WorkTime, amount: float | Decimal, unit: Unit
) -> None:
    with pytest.raises(WorkTimeError):
        office.due(local("2026-03-02"), amount, unit)


def test_backwards_and_unknown_questions_are_refused(office: WorkTime) -> None:
    with pytest.raises(WorkTimeError):
        office.explain(local("2026-03-03"), local("2026-03-02"))
    with pytest.raises(WorkTimeError):
        office.end_of_calendar_day(local("2026-03-02"), -1)
    with pytest.raises(ValueError, match="fortnight"):
        office.due(local("2026-03-02"), 1, "fortnight")


def test_what_lies_beyond_the_horizon_is_refused(office: WorkTime) -> None:
    start = local("2026-03-02")
    questions: list[Callable[[], object]] = [
        lambda: office.add(start, 10**12),
        lambda: office.subtract(start, 10**12),
        lambda: office.due(start, 10**9, Unit.HOUR),
        lambda: office.end_of_business_day(start, 10**6),
        lambda: office.end_of_calendar_day(start, 10**9),
        lambda: office.is_open(local("1023-03-02")),
        lambda: office.between(start, datetime.max.replace(tzinfo=UTC)),
    ]
    for question in questions:
        with pytest.raises(OutOfHorizon, match="1970 to 2199"):
            question()
    assert office.add(start, HOUR) == local("2026-03-02", "10:00")


def test_it_is_pure() -> None:
    probe = "import departments.worktime, sys; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", probe], check=True)

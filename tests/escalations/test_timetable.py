"""When each rung speaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from departments.worktime import Unit, WorkTime
from escalations.clock import clock_for, shifted
from escalations.policy import STANDARD, Span, parse
from escalations.timetable import Timetable
from tests.escalations.clocks import MONDAY, ZONE, at

OFFICE = WorkTime(
    "Asia/Shanghai", {day: [("09:00", "12:00"), ("13:30", "18:00")] for day in range(5)}
)
NIGHTS = WorkTime("Europe/London", {day: [("22:00", "06:00")] for day in range(5)})
STANDARD_RULES = parse(STANDARD)


def table(due_at, *, start=MONDAY, severity="major", work=OFFICE, unit="working_hour"):
    return Timetable(
        STANDARD_RULES.ladder("deliver", severity),
        due_at=due_at,
        total_seconds=clock_for(unit, work).between(start, due_at),
        unit=unit,
        work=work,
    )


def test_a_promise_in_two_business_days():
    two_days = table(at(3, 18))
    assert list(islice(two_days.since(0), 8)) == list(
        enumerate(
            [
                at(3, 9),  # half-way
                at(3, 14),  # 4 h before
                at(3, 18),  # due
                at(5, 9, 30),  # + 8 h
                at(6, 10),  # + 16 h
                at(9, 10),  # then daily
                at(10, 10),
                at(11, 10),
            ]
        )
    )


def test_repetitions_keep_the_rung_of_the_last():
    two_days = table(at(3, 18))
    assert two_days.rung(4) == two_days.rung(40)
    assert two_days.at(6) == at(10, 10)


def test_a_ladder_that_does_not_repeat_ends():
    ladder = STANDARD_RULES.ladder("deliver", "major")[:3]
    ends = Timetable(ladder, due_at=at(3, 18), total_seconds=0, unit="hour", work=OFFICE)
    assert ends.at(2) == at(3, 18)
    assert ends.at(3) is None


def test_what_would_speak_before_a_lower_rung_speaks_with_it():
    soon = table(at(2, 11))
    assert soon.at(0) == soon.at(1) == at(2, 10)


def test_calendar_time_is_halved_in_calendar_time():
    assert table(at(5), unit="hour").at(0) == at(3, 21)


def test_passed_are_those_whose_time_has_come():
    two_days = table(at(3, 18))
    assert [index for index, _ in two_days.passed(0, at(3, 14))] == [0, 1]
    assert [index for index, _ in two_days.passed(1, at(3, 14))] == [1]
    assert two_days.passed(2, at(3, 14)) == []


def test_days_keep_the_time_of_day():
    assert shifted(at(6, 10), Span(1, Unit.BUSINESS_DAY), OFFICE) == at(9, 10)
    assert shifted(at(9, 10), Span(-1, Unit.BUSINESS_DAY), OFFICE) == at(6, 10)
    assert shifted(at(6, 10), Span(1, Unit.CALENDAR_DAY), OFFICE) == at(7, 10)
    assert shifted(at(6, 10), Span(3, Unit.HOUR), OFFICE) == at(6, 13)
    assert shifted(at(6, 17), Span(2, Unit.WORKING_HOUR), OFFICE) == at(9, 10)
    assert shifted(at(6, 10), Span(0, Unit.BUSINESS_DAY), OFFICE) == at(6, 10)


def test_a_time_that_is_closed_waits_for_work_or_ends_with_it():
    assert shifted(at(2, 12, 30), Span(1, Unit.BUSINESS_DAY), OFFICE) == at(3, 13, 30)
    assert shifted(at(3, 18), Span(-1, Unit.BUSINESS_DAY), OFFICE) == at(2, 18)


def test_a_night_shift_has_days_too():
    monday_night = datetime(2026, 3, 2, 23, tzinfo=NIGHTS.zone)
    assert shifted(monday_night, Span(1, Unit.BUSINESS_DAY), NIGHTS) == monday_night + timedelta(
        days=1
    )


spans = st.builds(Span, st.integers(-40, 40), st.sampled_from(list(Unit)))
starts = st.builds(
    lambda minutes, zone: (MONDAY + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(-(10**6), 10**6),
    st.sampled_from([ZONE, NIGHTS.zone]),
)
calendars = st.sampled_from([OFFICE, NIGHTS, WorkTime.always_open("Asia/Shanghai")])


@given(starts, spans, calendars)
def test_forward_is_never_back_and_back_never_forward(start, span, work):
    moved = shifted(start, span, work)
    if span.amount > 0:
        assert moved > start
    elif span.amount < 0:
        assert moved < start + timedelta(seconds=1)


@given(
    starts,
    st.integers(0, 60 * 24 * 3600),
    st.sampled_from(["major", "ordinary"]),
    st.sampled_from(["working_hour", "hour"]),
    calendars,
)
def test_instants_never_step_back_and_repetitions_always_go_on(
    start, seconds, severity, unit, work
):
    due = start + timedelta(seconds=seconds)
    ladder = table(due, start=start, severity=severity, unit=unit, work=work)
    instants = [when for _, when in islice(ladder.since(0), 12)]
    written = len(ladder.ladder)
    assert all(one <= other for one, other in pairwise(instants))
    assert all(one < other for one, other in pairwise(instants[written - 1 :]))
    assert [ladder.at(index) for index in range(12)] == instants

"""How instants, spans, clocks and names are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from departments.formatting import (
    DAY,
    Clock,
    Level,
    capped,
    clock_of,
    day_text,
    full_instant_text,
    initials,
    instant_text,
    span_text,
)

NOW = datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def working(start: datetime, end: datetime) -> float:
    """A calendar in which a third of every day is worked."""
    return (end - start).total_seconds() / 3


@pytest.fixture(autouse=True)
def _shanghai():
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (59, "0 min"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3 * 3600 + 1800, "3 h"),
        (8 * 3600, "1 d"),
        (11 * 3600 + 60, "1 d 3 h"),
    ],
)
def test_a_span_of_working_time_has_days_of_eight_hours(seconds, text):
    assert span_text(seconds) == text


def test_a_span_day_and_night_has_days_of_24_hours():
    assert span_text(27 * 3600, day_seconds=DAY) == "1 d 3 h"


def test_an_instant_is_told_in_the_readers_zone():
    assert instant_text(datetime(2026, 11, 12, 1, 14, tzinfo=UTC), now=NOW) == "12 Nov 09:14"


def test_an_instant_of_another_year_says_which():
    assert instant_text(datetime(2025, 11, 12, 1, 14, tzinfo=UTC), now=NOW) == "12 Nov 2025 09:14"
    assert day_text(datetime(2025, 11, 12, 1, 14, tzinfo=UTC), now=NOW) == "12 Nov 2025"


def test_the_year_is_the_readers_not_utcs():
    new_year = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert day_text(new_year, now=NOW) == "1 Jan 2027"
    assert day_text(new_year, now=new_year) == "1 Jan"


def test_the_full_instant_names_weekday_and_zone():
    at = datetime(2026, 11, 12, 1, 14, tzinfo=UTC)
    assert full_instant_text(at) == "Thursday 12 November 2026, 09:14 (Asia/Shanghai, UTC+0800)"


def test_a_clock_with_time_left():
    clock = clock_of(due_at=NOW + 9 * HOUR, now=NOW, started_at=NOW - HOUR, between=working)
    assert (clock.level, clock.text) == (Level.OK, "3 h left")


def test_a_clock_in_its_last_quarter_is_amber():
    clock = clock_of(due_at=NOW + 3 * HOUR, now=NOW, started_at=NOW - 9 * HOUR, between=working)
    assert (clock.level, clock.text) == (Level.WARN, "1 h left")


def test_a_late_clock_says_how_late_in_working_time():
    clock = clock_of(due_at=NOW - 18 * HOUR, now=NOW, between=working)
    assert (clock.level, clock.text) == (Level.LATE, "6 h late")


def test_a_clock_that_passed_while_nobody_works_is_late_without_a_span():
    clock = clock_of(due_at=NOW - HOUR, now=NOW, between=lambda *_: 0)
    assert (clock.level, clock.text) == (Level.LATE, "late")


def test_at_the_very_instant_a_clock_is_late_and_just_before_it_is_due():
    assert clock_of(due_at=NOW, now=NOW).level is Level.LATE
    assert clock_of(due_at=NOW + timedelta(seconds=30), now=NOW).text == "due now"


def test_a_regulators_clock_counts_days_of_24_hours():
    clock = clock_of(due_at=NOW + timedelta(days=4), now=NOW, started_at=NOW - timedelta(days=11))
    assert (clock.level, clock.text) == (Level.OK, "4 d left")


def test_a_paused_clock_stands_still_even_when_its_date_has_passed():
    clock = clock_of(due_at=NOW - HOUR, now=NOW, between=working, left_when_paused=7200)
    assert (clock.level, clock.text) == (Level.PAUSED, "paused, 2 h left")


def test_without_a_start_half_a_working_day_is_the_last_quarter():
    near = clock_of(due_at=NOW + 12 * HOUR, now=NOW, between=working)
    far = clock_of(due_at=NOW + 15 * HOUR, now=NOW, between=working)
    assert (near.level, far.level) == (Level.WARN, Level.OK)


def test_levels_are_the_classes_of_chips():
    assert Clock(NOW, 60, Level.PAUSED).level.value == "muted"


def test_in_chinese_dates_and_spans_are_written_the_chinese_way():
    with translation.override("zh-hans"):
        at = datetime(2026, 11, 12, 1, 14, tzinfo=UTC)
        assert instant_text(at, now=NOW) == "11月12日 09:14"
        assert instant_text(at - timedelta(days=365), now=NOW) == "2025年11月12日 09:14"
        assert span_text(11 * 3600).replace(" ", "") == "1天3小时"
        clock = clock_of(due_at=NOW - 18 * HOUR, now=NOW, between=working)
        assert clock.text.replace(" ", "") == "超期6小时"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("业务1 王伟", "业1"),
        ("业务1", "业1"),
        ("客服12", "客1"),
        ("科技领导", "科"),
        ("Wang Xiaoming", "WX"),
        ("Mary Ann Lee", "AL"),
        ("admin", "AD"),
        ("a.lovelace", "AL"),
        ("", "?"),
        ("  ", "?"),
    ],
)
def test_two_characters_for_an_avatar(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(("count", "text"), [(-1, ""), (0, ""), (7, "7"), (99, "99"), (100, "99+")])
def test_counters_stay_narrow(count, text):
    assert capped(count) == text

"""Hours as people enter them: what is read, what is refused, and how it is said."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from departments.hours import check_spans, spans_from_text, text_of, validate_week
from departments.worktime import WorkTime

OFFICE = [["09:00", "12:00"], ["13:30", "18:00"]]


def week(*, monday=(), tuesday=(), sunday=()):
    return [list(monday), list(tuesday), [], [], [], [], list(sunday)]


def message(problem):
    return " ".join(problem.value.messages)


@pytest.mark.parametrize(
    "good",
    [
        [OFFICE] * 5 + [[], []],
        week(monday=[["00:00", "24:00"]], tuesday=[["00:00", "24:00"]]),
        week(monday=[["22:00", "06:00"]], tuesday=[["06:00", "14:00"]]),
        week(sunday=[["22:00", "06:00"]], monday=[["06:00", "07:00"]]),
        week(monday=[["18:00", "00:00"]]),
        [[["22:00", "06:00"]]] * 7,
    ],
)
def test_good_weeks_pass_and_compile(good):
    validate_week(good)
    assert WorkTime("Asia/Shanghai", dict(enumerate(good)))


@pytest.mark.parametrize("bad", [None, {}, "09:00-18:00", [], [[]] * 6, [[]] * 8])
def test_a_week_is_seven_lists(bad):
    with pytest.raises(ValidationError, match="seven lists"):
        validate_week(bad)


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        ("09:00", "Give a list of hours"),
        ([["09:00"]], "“09:00” cannot be read"),
        ([["9:00", "12:00"]], "“9:00-12:00” cannot be read"),
        ([["09:00", "24:01"]], "cannot be read"),
        ([["09:60", "12:00"]], "cannot be read"),
        ([[9, 12]], "“9-12” cannot be read"),
        (["09:00-12:00"], "cannot be read"),
        ([["09:00", "09:00"]], "09:00-09:00 has no length"),
        ([["24:00", "08:00"]], "has no length"),
        ([["09:00", "12:00"], ["11:00", "13:00"]], "09:00-12:00 and 11:00-13:00 overlap"),
        ([["22:00", "06:00"], ["23:00", "23:30"]], "overlap"),
    ],
)
def test_each_mistake_is_named_with_its_weekday(spans, says):
    with pytest.raises(ValidationError) as problem:
        check_spans(spans)
    assert says in message(problem)
    with pytest.raises(ValidationError) as problem:
        validate_week(week(tuesday=spans) if isinstance(spans, list) else [[], spans, *[[]] * 5])
    assert message(problem).startswith("Tuesday: ")
    assert says in message(problem)


def test_a_week_without_an_open_hour():
    with pytest.raises(ValidationError, match="no open hour"):
        validate_week([[]] * 7)


@pytest.mark.parametrize(
    ("bad", "days"),
    [
        (week(monday=[["22:00", "06:00"]], tuesday=[["05:59", "14:00"]]), "Monday run into those"),
        (week(sunday=[["22:00", "06:00"]], monday=[["05:00", "14:00"]]), "Sunday run into those"),
    ],
)
def test_a_night_may_not_run_into_the_next_days_hours(bad, days):
    with pytest.raises(ValidationError) as problem:
        validate_week(bad)
    assert days in message(problem)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("  ", []),
        ("09:00-12:00", [["09:00", "12:00"]]),
        ("9:00 - 12:00, 13:30–18:00", OFFICE),
        ("13:30-18:00 09:00-12:00", OFFICE),
        ("9:00至12:00,13:30~18:00", OFFICE),
        ("22:00-06:00", [["22:00", "06:00"]]),
    ],
)
def test_text_is_read_as_people_write_it(text, spans):
    assert spans_from_text(text) == spans


@pytest.mark.parametrize("text", ["nine to five", "09:00", "09:00-12:00-13:00", "09-17", "a-b"])
def test_text_that_cannot_be_read_is_quoted(text):
    with pytest.raises(ValidationError, match="cannot be read"):
        spans_from_text(text)


@given(st.lists(st.integers(0, 24 * 60), unique=True, max_size=8))
def test_text_of_spans_reads_back(minutes):
    times = [f"{at // 60:02}:{at % 60:02}" for at in sorted(minutes)]
    spans = [list(pair) for pair in zip(times[::2], times[1::2], strict=False)]
    assert spans_from_text(text_of(spans)) == spans

"""The handover line: who held a case, side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from departments.charts import Held, Mark
from departments.handover import handover_line

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _shanghai():
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


def held(*hours: float) -> list[Held]:
    """Turns of so many hours each; the last one still lasts."""
    turns, at = [], START
    for number, length in enumerate(hours, start=1):
        until = None if number == len(hours) else at + length * HOUR
        kind = "business" if number % 2 else "technology"
        turns.append(Held(kind.capitalize(), kind, at, until))
        at += length * HOUR
    return turns


def at(*hours: float) -> datetime:
    return START + sum(hours) * HOUR


def number(share: str) -> float:
    return float(share.removesuffix("%"))


def test_widths_are_the_times_held():
    line = handover_line(held(2, 6, 2), now=at(10))
    widths = [number(part.width) for part in line.segments]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.001)
    assert [part.span for part in line.segments] == ["2 h", "6 h", "2 h"]


def test_segments_touch_and_end_at_now():
    line = handover_line(held(2, 6, 2), now=at(10))
    ends = [number(part.x) + number(part.width) for part in line.segments]
    starts = [number(part.x) for part in line.segments[1:]] + [number(line.now)]
    assert ends == pytest.approx(starts, abs=0.02)


def test_a_moment_is_seen_too():
    line = handover_line(held(100, 0, 100), now=at(200))
    assert number(line.segments[1].width) > 1


def test_a_case_that_was_filed_this_instant():
    line = handover_line(held(0), now=START)
    assert number(line.segments[0].width) > 90
    assert line.segments[0].span == "0 min"


def test_nobody_has_held_it():
    line = handover_line([], now=START)
    assert (line.segments, line.now) == ([], "0.00%")


def test_marks_lie_where_they_happened():
    mark = Mark(at(5), "returned", "returned")
    line = handover_line(held(10), now=at(10), marks=[mark])
    assert number(line.marks[0].x) == pytest.approx(number(line.now) / 2, abs=0.1)


def test_labels_that_would_touch_are_left_to_the_tooltip():
    marks = [Mark(at(5 + n / 100), "returned", "returned") for n in range(3)]
    line = handover_line(held(10), now=at(10), marks=marks)
    assert [mark.minor for mark in line.marks] == [False, True, True]


def test_a_limit_ahead_leaves_room_behind_now():
    limit = Mark(at(240), "limit", "regulator 27 Nov")
    line = handover_line(held(10), now=at(10), limit=limit)
    assert number(line.now) < 94
    assert line.limit is not None
    assert line.limit.label == "regulator 27 Nov"


def test_names_are_written_where_they_fit():
    line = handover_line(held(1, 60), now=at(61))
    assert [part.wide for part in line.segments] == ["none", "all"]
    assert line.segments[1].small == "all"


def test_days_are_written_once():
    line = handover_line(held(2, 2, 24, 24), now=at(52))
    assert [tick.label for tick in line.ticks] == ["12 Nov", "13 Nov"]


def test_days_leave_room_for_the_limit():
    limit = Mark(at(90), "limit", "resolve by 25 Nov")
    line = handover_line(held(2, 2, 60, 1), now=at(65), limit=limit)
    assert [tick.label for tick in line.ticks] == ["12 Nov"]


def test_days_that_touch_on_a_phone_are_left_out_there():
    line = handover_line(held(17, 2, 100), now=at(119))
    assert [(tick.label, tick.minor) for tick in line.ticks] == [
        ("12 Nov", False),
        ("13 Nov", True),
    ]


def test_working_time_decides_not_the_wall():
    def nobody_works_after_noon(start: datetime, end: datetime) -> float:
        noon = at(4)
        return max((min(end, noon) - min(start, noon)).total_seconds(), 0)

    line = handover_line(held(4, 20), now=at(24), between=nobody_works_after_noon)
    assert number(line.segments[0].width) > 90

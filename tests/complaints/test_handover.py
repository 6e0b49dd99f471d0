"""The handover line: pure, so drawn here without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from complaints.handover import MIXED, MOST_DRAWN, Meter, Picture, Raised, Turn, drawn, picture
from departments.formatting import Between, elapsed

MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = {"Business": "business", "Technology": "technology", "Service": "customer_service"}


def turn(
    department: str,
    since: float,
    until: float | None,
    ended_by: str = "",
    between: Between = elapsed,
) -> Turn:
    """A turn from so many hours after Monday's start until so many."""
    return Turn(
        department=department,
        kind=KINDS[department],
        person="",
        since=MONDAY + since * HOUR,
        until=None if until is None else MONDAY + until * HOUR,
        ended_by=ended_by,
        between=between,
    )


def in_turns(count: int, hours: float = 1.0) -> list[Turn]:
    """Business and technology by turns, the last still on."""
    names = ["Business", "Technology"]
    return [
        turn(names[n % 2], n * hours, (n + 1) * hours if n < count - 1 else None)
        for n in range(count)
    ]


def xs(drawing: Picture) -> list[float]:
    return [float(part.x.rstrip("%")) for part in drawing.line.segments]


def test_one_turn_fills_the_line() -> None:
    drawing = picture([turn("Service", 0, None)], now=MONDAY + 3 * HOUR)
    assert [part.x for part in drawing.line.segments] == ["0.00%"]
    assert drawing.rows[0].span == "3 h"
    assert drawing.handovers == 0
    assert "now Service for 3 h" in drawing.summary


def test_a_turn_is_as_wide_as_it_was_long() -> None:
    turns = [turn("Business", 0, 1), turn("Technology", 1, None)]
    drawing = picture(turns, now=MONDAY + 4 * HOUR)
    first, second = (float(part.width.rstrip("%")) for part in drawing.line.segments)
    assert second == pytest.approx(3 * first, rel=0.01)
    assert drawing.handovers == 1


def test_each_turn_counts_by_the_hours_of_its_holder() -> None:
    def never(_start: datetime, _end: datetime) -> float:
        return 0.0

    turns = [turn("Business", 0, 5, between=never), turn("Technology", 5, None)]
    drawing = picture(turns, now=MONDAY + 6 * HOUR)
    assert [row.span for row in drawing.rows] == ["0 min", "1 h"]
    assert float(drawing.line.segments[0].width.rstrip("%")) > 0.5


def test_two_hundred_turns_stay_readable() -> None:
    drawing = picture(in_turns(200), now=MONDAY + 200 * HOUR)
    assert len(drawing.line.segments) <= MOST_DRAWN
    assert len(drawing.rows) == 200
    assert drawing.handovers == 199
    assert all(one < two for one, two in pairwise(xs(drawing)))
    assert drawing.line.segments[0].kind == MIXED


def test_gathering_keeps_the_whole_span() -> None:
    turns = in_turns(130, 0.1)
    meter = Meter(turns, MONDAY + 13 * HOUR)
    held = drawn(turns, meter)
    assert held[0].since == turns[0].since
    assert held[-1].until is None
    assert all(one.until == two.since for one, two in pairwise(held))


def test_long_turns_are_not_gathered_with_short_ones() -> None:
    quick = [turn("Business" if n % 2 else "Service", n / 100, (n + 1) / 100) for n in range(99)]
    turns = [*quick, turn("Technology", 0.99, None)]
    drawing = picture(turns, now=MONDAY + 100 * HOUR)
    assert drawing.line.segments[-1].department == "Technology"


def test_turns_without_any_working_time_can_be_gathered() -> None:
    turns = [
        Turn(one.department, one.kind, "", one.since, one.until, "", lambda _a, _b: 0.0)
        for one in in_turns(100)
    ]
    assert len(picture(turns, now=MONDAY + 100 * HOUR).line.segments) <= MOST_DRAWN


def test_what_went_back_is_marked() -> None:
    turns = [turn("Technology", 0, 2, "return"), turn("Business", 2, None)]
    drawing = picture(turns, now=MONDAY + 4 * HOUR)
    assert [mark.kind for mark in drawing.line.marks] == ["returned"]


def test_signs_of_one_instant_lie_side_by_side() -> None:
    turns = [turn("Technology", 0, 2, "return"), turn("Business", 2, None)]
    raised = [Raised(MONDAY + 2 * HOUR, 1)]
    drawing = picture(turns, now=MONDAY + 4 * HOUR, raised=raised)
    first, second = (float(mark.x.rstrip("%")) for mark in drawing.line.marks)
    assert second > first


def test_the_level_of_an_escalation_is_told() -> None:
    drawing = picture(
        [turn("Business", 0, None)], now=MONDAY + 4 * HOUR, raised=[Raised(MONDAY + HOUR, 2)]
    )
    assert drawing.line.marks[0].label == "escalated · L2"


def test_a_date_ahead_stands_behind_now() -> None:
    now = MONDAY + 4 * HOUR
    drawing = picture([turn("Business", 0, None)], now=now, resolve_by=now + 24 * HOUR)
    assert drawing.line.limit is not None
    assert "resolve by" in drawing.line.limit.label
    assert float(drawing.line.now.rstrip("%")) < 95


def test_a_date_that_is_past_lies_on_the_line() -> None:
    now = MONDAY + 4 * HOUR
    drawing = picture([turn("Business", 0, None)], now=now, resolve_by=MONDAY + 2 * HOUR)
    assert drawing.line.limit is None
    assert [mark.kind for mark in drawing.line.marks] == ["due"]


def test_the_line_of_an_ended_case_stops_where_it_ended() -> None:
    turns = [turn("Service", 0, 2, "close")]
    drawing = picture(turns, now=MONDAY + 500 * HOUR)
    assert drawing.has_ended
    assert drawing.rows[0].span == "2 h"
    assert "last Service for 2 h" in drawing.summary


def test_a_case_that_began_again_says_so() -> None:
    turns = [turn("Service", 0, 2, "close"), turn("Service", 100, None)]
    drawing = picture(turns, now=MONDAY + 101 * HOUR)
    assert [mark.kind for mark in drawing.line.marks] == ["reopened"]
    assert drawing.handovers == 0
    # Nobody held it in between: those hours are no part of the line.
    assert sum(Meter(turns, MONDAY + 101 * HOUR).length(one) for one in turns) == 3 * 3600


def test_nobody_yet() -> None:
    drawing = picture([], now=MONDAY)
    assert drawing.line.segments == []
    assert drawing.summary == "Nobody has held the case yet."


def test_the_meter_counts_across_turns() -> None:
    turns = [turn("Business", 0, 2), turn("Technology", 2, 4), turn("Business", 4, None)]
    meter = Meter(turns, MONDAY + 10 * HOUR)
    assert meter.between(MONDAY + HOUR, MONDAY + 5 * HOUR) == 4 * 3600
    assert meter.between(MONDAY + 5 * HOUR, MONDAY + HOUR) == 0

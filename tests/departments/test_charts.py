"""Geometry of bars and lines."""

from __future__ import annotations

import pytest

from departments.charts import Series, line_chart, round_up, sparkline, stacked_bar


def test_parts_of_a_bar_stand_side_by_side():
    parts = stacked_bar([("ok", "new", 3), ("warn", "old", 1)], whole=8)
    assert [(part.x, part.width) for part in parts] == [("0.00%", "37.50%"), ("37.50%", "12.50%")]


def test_empty_parts_are_not_drawn_and_leave_no_gap():
    parts = stacked_bar([("ok", "new", 0), ("warn", "old", 2)], whole=4)
    assert [(part.tone, part.x, part.width) for part in parts] == [("warn", "0.00%", "50.00%")]


def test_a_bar_of_nothing():
    assert stacked_bar([("ok", "new", 0)], whole=0) == []


@pytest.mark.parametrize(
    ("value", "top"), [(0, 4), (4, 4), (5, 5), (6, 10), (11, 20), (33, 50), (100, 100), (101, 200)]
)
def test_a_scale_ends_at_a_round_number(value, top):
    assert round_up(value) == top


def test_lines_share_one_scale_from_the_bottom_left():
    chart = line_chart(
        [Series("opened", "opened", [0, 5, 10]), Series("closed", "closed", [0, 0, 5])],
        ["1 Nov", "2 Nov", "3 Nov"],
    )
    assert [line.points for line in chart.lines] == [
        "0.00,100.00 50.00,50.00 100.00,0.00",
        "0.00,100.00 50.00,100.00 100.00,50.00",
    ]
    assert (chart.first, chart.middle, chart.last) == ("1 Nov", "2 Nov", "3 Nov")
    assert chart.rows[1] == ("2 Nov", [5, 0])


def test_level_lines_are_whole_numbers():
    chart = line_chart([Series("opened", "opened", [3])], ["today"])
    assert (chart.grid[0].label, chart.grid[0].y) == ("0", "100.00%")
    assert [level.label for level in chart.grid] == ["0", "1", "2", "3", "4"]


def test_a_chart_of_no_days():
    chart = line_chart([Series("opened", "opened", [])], [])
    assert (chart.lines[0].points, chart.first, chart.rows) == ("", "", [])


def test_sparklines():
    assert sparkline([]) == ""
    assert sparkline([0, 2]) == "0.00,100.00 100.00,0.00"
    assert sparkline([0, 0]) == "0.00,100.00 100.00,100.00"

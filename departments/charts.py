"""Geometry of the pictures that the server draws: bars, lines, and who held a case how long.

All of it pure. Positions are percentages, so that a picture fits any width while its letters keep
their size; strict CSP leaves no style attribute to do that with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, log10

WIDE, SMALL = 1180, 330
"""Widths in pixels of the handover line on a desk's screen and on a phone."""


def percent(value: float) -> str:
    """A position for an SVG attribute; never localised."""
    return f"{value:.2f}%"


@dataclass(frozen=True, slots=True)
class BarPart:
    """One part of a stacked bar."""

    tone: str
    label: str
    count: int
    x: str
    width: str


def stacked_bar(parts: Sequence[tuple[str, str, int]], *, whole: int) -> list[BarPart]:
    """(tone, label, count)s side by side, on a scale on which `whole` is the full width."""
    drawn: list[BarPart] = []
    at = 0.0
    for tone, label, count in parts:
        width = 100 * count / whole if whole else 0.0
        if count:
            drawn.append(BarPart(tone, label, count, percent(at), percent(width)))
        at += width
    return drawn


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: its name, its tone and a value for each label below."""

    label: str
    tone: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as points in a square of 100 × 100."""

    label: str
    tone: str
    points: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A level line and its number."""

    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """The strip around one label, with what all lines say there: shown where one points at it."""

    x: str
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over common labels, with level lines; `rows` is the same as a table."""

    lines: list[Line]
    grid: list[Grid]
    first: str
    middle: str
    last: str
    rows: list[tuple[str, list[float]]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


def line_chart(series: Sequence[Series], labels: Sequence[str]) -> LineChart:
    """A chart of several series; all have as many values as there are labels."""
    top = round_up(max((max(one.values, default=0) for one in series), default=0))
    marks = labels or [""]
    return LineChart(
        lines=[_line(one, top) for one in series],
        grid=[Grid(percent(100 - 100 * level / top), f"{level:g}") for level in _levels(top)],
        first=marks[0],
        middle=marks[len(marks) // 2],
        last=marks[-1],
        rows=[(label, [one.values[at] for one in series]) for at, label in enumerate(labels)],
        columns=[_column(series, label, at, len(labels)) for at, label in enumerate(labels)],
    )


def _column(series: Sequence[Series], label: str, at: int, count: int) -> Column:
    step = 100 / max(count - 1, 1)
    left, right = max(step * (at - 0.5), 0.0), min(step * (at + 0.5), 100.0)
    said = ", ".join(f"{one.label} {one.values[at]:g}" for one in series)
    return Column(percent(left), percent(right - left), f"{label}: {said}")


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, …; four at least, so that small counts lie low."""
    if value <= 4:
        return 4
    size = 10.0 ** int(log10(value))
    return next(size * step for step in (1, 2, 5, 10) if size * step >= value)


def _levels(top: float) -> list[float]:
    step = top / (4 if top % 4 == 0 else 5 if top % 5 == 0 else 2)
    return [step * number for number in range(ceil(top / step) + 1)]


def _line(one: Series, top: float) -> Line:
    gaps = max(len(one.values) - 1, 1)
    heights = [100 - 100 * value / top for value in one.values]
    points = " ".join(f"{100 * at / gaps:.2f},{y:.2f}" for at, y in enumerate(heights))
    return Line(one.label, one.tone, points)


def sparkline(values: Sequence[float]) -> str:
    """Points in a square of 100 × 100 for a line without letters."""
    if not values:
        return ""
    return _line(Series("", "", values), max(*values, 1)).points


@dataclass(frozen=True, slots=True)
class Held:
    """A department had the case from `since` to `until` (None: still)."""

    department: str
    kind: str
    since: datetime
    until: datetime | None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on the way: kind `returned`, `escalated` or another verb."""

    at: datetime
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A department's stretch of the line; `wide` and `small` say how much of its name fits."""

    department: str
    kind: str
    person: str
    span: str
    since: datetime
    until: datetime | None
    x: str
    width: str
    wide: str
    small: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter or a sign at its place; `minor` ones are left out on a phone, `anchor` is SVG's."""

    x: str
    label: str
    kind: str = ""
    minor: bool = False
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """Who held the case and for how long, ready to be drawn."""

    segments: list[Segment]
    marks: list[Placed]
    ticks: list[Placed]
    now: str
    limit: Placed | None = None

"""The handover line of a case: spans of holding laid side by side in working time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from departments.charts import (
    SMALL,
    WIDE,
    HandoverLine,
    Held,
    Mark,
    Placed,
    Segment,
    percent,
)
from departments.formatting import (
    WORKDAY,
    Between,
    day_text,
    elapsed,
    is_wide,
    span_text,
)

LEAST = 0.012
"""Share of the line that even a moment gets: what happened must be seen."""
AHEAD = 0.07
"""Share that is kept free behind `now` for the limit that lies ahead."""
SIGN = 0.009
"""Share that a sign below the line takes."""
LETTER, WIDE_LETTER, PADDING = 6.4, 11.5, 14
"""Pixels, for saying what fits before it is drawn."""


class Scale:
    """From instants to shares of the line; within a span of holding it is even."""

    def __init__(
        self, holdings: Sequence[Held], now: datetime, between: Between, room: float
    ) -> None:
        self.now = now
        spans = [(held.since, held.until or now) for held in holdings]
        seconds = [max(between(start, end), 0) for start, end in spans]
        least = LEAST * (sum(seconds) or 1)
        widths = [max(length, least) for length in seconds]
        whole = sum(widths) or 1
        self.between = between
        self.parts: list[tuple[datetime, datetime, float, float]] = []
        at = 0.0
        for (start, end), width in zip(spans, widths, strict=True):
            self.parts.append((start, end, at, room * width / whole))
            at += room * width / whole
        self.end = at

    def place(self, at: datetime) -> float:
        """Where an instant lies, from 0 to 1."""
        for start, end, x, width in self.parts:
            if at <= end:
                length = self.between(start, end)
                inside = self.between(start, at) / length if length and at > start else 0
                return x + width * min(inside, 1)
        return self.end


def handover_line(
    holdings: Sequence[Held],
    *,
    now: datetime,
    between: Between = elapsed,
    marks: Sequence[Mark] = (),
    limit: Mark | None = None,
    day_seconds: int = WORKDAY,
) -> HandoverLine:
    """Lay out who held the case; `between` measures, `limit` is a date that lies ahead."""
    scale = Scale(holdings, now, between, room=1 - (AHEAD if limit else 0.012))
    segments = [
        _segment(held, part, scale, day_seconds)
        for held, part in zip(holdings, scale.parts, strict=True)
    ]
    return HandoverLine(
        segments=segments,
        marks=_marks(marks, scale),
        ticks=_ticks(holdings, scale, now, limit.label if limit else ""),
        now=percent(100 * scale.end),
        limit=Placed("99.60%", limit.label, limit.kind, anchor="end") if limit else None,
    )


def _segment(
    held: Held, part: tuple[datetime, datetime, float, float], scale: Scale, day_seconds: int
) -> Segment:
    start, end, x, width = part
    span = span_text(scale.between(start, end), day_seconds=day_seconds)
    return Segment(
        department=held.department,
        kind=held.kind,
        person=held.person,
        span=span,
        since=held.since,
        until=held.until,
        x=percent(100 * x),
        width=percent(100 * width),
        wide=_fit(held.department, span, WIDE * width),
        small=_fit(held.department, span, SMALL * width),
    )


def letters(text: str) -> float:
    """About how many pixels a label takes."""
    return sum(WIDE_LETTER if is_wide(char) else LETTER for char in text)


def _fit(name: str, span: str, pixels: float) -> str:
    """How much can be written: everything, the name alone, or nothing."""
    room = pixels - PADDING
    if letters(f"{name} {span}") <= room:
        return "all"
    return "name" if letters(name) <= room else "none"


def _marks(marks: Sequence[Mark], scale: Scale) -> list[Placed]:
    """Signs below the line; a label that would touch the one before is left to the tooltip."""
    placed: list[Placed] = []
    free, taken = 0.0, -1.0
    for mark in sorted(marks, key=lambda one: one.at):
        # What happened at one instant lies side by side.
        x = taken = max(scale.place(mark.at), taken + SIGN)
        half = letters(mark.label) / WIDE / 2
        fits = x - half >= free
        free = x + half + 0.01 if fits else free
        anchor = "start" if x < half else "middle"
        placed.append(Placed(percent(100 * x), mark.label, mark.kind, not fits, anchor))
    return placed


def _ticks(holdings: Sequence[Held], scale: Scale, now: datetime, limit: str) -> list[Placed]:
    """The days on which somebody took over, as far as there is room for their dates.

    `limit` is what is written at the right end of the same row.
    """
    ticks: list[Placed] = []
    wide, small, seen = Row(WIDE, limit), Row(SMALL, limit), ""
    for held, (_, _, x, _) in zip(holdings, scale.parts, strict=True):
        day = day_text(held.since, now=now)
        if day == seen or not wide.takes(x, day):
            continue
        seen = day
        ticks.append(Placed(percent(100 * x), day, minor=not small.takes(x, day), anchor="start"))
    return ticks


class Row:
    """A row of labels that must not touch each other, on a line of so many pixels."""

    def __init__(self, pixels: float, last: str) -> None:
        self.pixels = pixels
        self.free = 0.0
        self.end = pixels - (letters(last) + PADDING if last else 0)

    def takes(self, share: float, label: str) -> bool:
        """Whether a label that begins at this share of the line fits; then its place is taken."""
        start = share * self.pixels
        if start < self.free or start + letters(label) > self.end:
            return False
        self.free = start + letters(label) + PADDING
        return True

"""The handover line of a case: its turns measured in the working time of whoever held it.

Pure. The geometry of the picture is in departments.handover; here is what a turn of a case
means: how long it took its holder, what ended it, and which turns are too short to be drawn alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.charts import HandoverLine, Held, Mark
from departments.formatting import Between, day_text, span_text
from departments.handover import handover_line

MOST_DRAWN = 48
"""Turns that can be told apart on a desk's screen."""
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Turn:
    """A department had the case from `since` to `until`; `between` counts its working seconds."""

    department: str
    kind: str
    person: str
    since: datetime
    until: datetime | None
    ended_by: str
    between: Between


@dataclass(frozen=True, slots=True)
class Raised:
    """A leader was asked to decide."""

    at: datetime
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    """A turn in words, for the table below the picture."""

    turn: Turn
    span: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The line to draw, and all of it in words."""

    line: HandoverLine
    rows: list[Row]
    handovers: int
    summary: str
    has_ended: bool


class Meter:
    """Working seconds along the line: each turn counts by the hours of who held it."""

    def __init__(self, turns: Sequence[Turn], now: datetime) -> None:
        self.turns = turns
        self.now = now
        self.starts = [turn.since for turn in turns]

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds worked from start to end by the holders in turn."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        total = 0.0
        for turn in self.turns[first:]:
            if turn.since >= end:
                break
            since, until = max(turn.since, start), min(turn.until or self.now, end)
            if since < until:
                total += turn.between(since, until)
        return total

    def length(self, turn: Turn) -> float:
        return max(turn.between(turn.since, turn.until or self.now), 0)


def picture(
    turns: Sequence[Turn],
    *,
    now: datetime,
    raised: Sequence[Raised] = (),
    resolve_by: datetime | None = None,
) -> Picture:
    """Draw the turns, oldest first; `resolve_by` is the date by which the case is due."""
    has_ended = bool(turns) and turns[-1].until is not None
    # The line of an ended case stops where it ended.
    end = turns[-1].until if has_ended and turns[-1].until else now
    meter = Meter(turns, end)
    ahead = resolve_by is not None and resolve_by > end
    line = handover_line(
        drawn(turns, meter),
        now=end,
        between=meter.between,
        marks=[*_ends(turns), *_raised(raised), *_overrun(resolve_by, end)],
        limit=_limit(resolve_by, end) if ahead and resolve_by else None,
    )
    rows = [Row(turn, span_text(meter.length(turn))) for turn in turns]
    handovers = sum(one.department != two.department for one, two in pairwise(turns))
    return Picture(line, rows, handovers, _summary(rows, handovers, has_ended=has_ended), has_ended)


def drawn(turns: Sequence[Turn], meter: Meter) -> list[Held]:
    """The turns as they are drawn: where there are too many, neighbours that are short as one."""
    groups = [[turn] for turn in turns]
    whole = sum(meter.length(turn) for turn in turns)
    least = whole / (4 * MOST_DRAWN) or 1.0
    while len(groups) > MOST_DRAWN:
        groups = _gathered(groups, meter, least)
        least *= 1.5
    return [_held(group) for group in groups]


def _gathered(groups: list[list[Turn]], meter: Meter, least: float) -> list[list[Turn]]:
    """Neighbours joined until each group is at least so many seconds long."""
    joined: list[list[Turn]] = []
    room = 0.0
    for group in groups:
        length = sum(meter.length(turn) for turn in group)
        if joined and length < least and room < least:
            joined[-1].extend(group)
            room += length
        else:
            joined.append(list(group))
            room = length
    return joined


def _held(group: list[Turn]) -> Held:
    first, last = group[0], group[-1]
    if len(group) == 1:
        return Held(first.department, first.kind, first.since, first.until, first.person)
    names = list(dict.fromkeys(turn.department for turn in group))
    kinds = {turn.kind for turn in group}
    label = ngettext("%(n)d turn", "%(n)d turns", len(group)) % {"n": len(group)}
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    return Held(label, kind, first.since, last.until, ", ".join(names))


def _ends(turns: Sequence[Turn]) -> list[Mark]:
    """Where work went back, and where a closed case began again."""
    marks = []
    for turn, after in pairwise(turns):
        if turn.ended_by == "return":
            marks.append(Mark(after.since, "returned", _("returned")))
        elif turn.ended_by in {"close", "withdraw"} and turn.until != after.since:
            marks.append(Mark(after.since, "reopened", _("reopened")))
    return marks


def _raised(raised: Sequence[Raised]) -> list[Mark]:
    return [
        Mark(one.at, "escalated", _("escalated · L%(level)d") % {"level": one.level})
        for one in raised
    ]


def _overrun(resolve_by: datetime | None, end: datetime) -> list[Mark]:
    """A date that is past lies on the line itself."""
    if resolve_by is None or resolve_by > end:
        return []
    return [Mark(resolve_by, "due", _due(resolve_by, end))]


def _limit(resolve_by: datetime, end: datetime) -> Mark:
    return Mark(resolve_by, "limit", _due(resolve_by, end))


def _due(resolve_by: datetime, end: datetime) -> str:
    return _("resolve by %(day)s") % {"day": day_text(resolve_by, now=end)}


def _summary(rows: list[Row], handovers: int, *, has_ended: bool) -> str:
    """The picture in one sentence, for those who hear the page."""
    if not rows:
        return _("Nobody has held the case yet.")
    last = rows[-1]
    counted = ngettext("%(n)d handover", "%(n)d handovers", handovers) % {"n": handovers}
    said = {"department": last.turn.department, "span": last.span, "handovers": counted}
    if has_ended:
        return _("Who held the case: %(handovers)s, last %(department)s for %(span)s.") % said
    return _("Who held the case: %(handovers)s, now %(department)s for %(span)s.") % said

"""Why then: what was counted towards a date and what was not, in words, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from departments.formatting import span_text
from departments.worktime import CountedSpan, DayNotCounted, Explanation, Reason
from departments.yearview import reason_text, weekday_and_day

LONGEST = 40
"""So many lines are read; more are summed up in one."""


@dataclass(frozen=True, slots=True)
class WhyLine:
    """A day, or several alike: what of it counted, or why nothing did."""

    days: str
    text: str
    counted: bool
    assumed: bool


@dataclass(frozen=True, slots=True)
class Why:
    """The lines, how many days are behind the last one, and the years without official plans."""

    lines: Sequence[WhyLine]
    more: int
    seconds: int
    assumed_years: Sequence[int]


def why_then(explanation: Explanation, zone: ZoneInfo) -> Why:
    """An explanation in words; hours are those of the zone's clock."""
    days = sorted(_by_day(explanation), key=lambda pair: pair[0])
    lines = [_line(day, told, zone) for day, told in days]
    folded = list(_folded(lines))
    return Why(
        lines=folded[:LONGEST],
        more=max(0, len(folded) - LONGEST),
        seconds=explanation.seconds,
        assumed_years=explanation.assumed_years,
    )


Told = list[CountedSpan] | DayNotCounted


def _by_day(explanation: Explanation) -> Iterator[tuple[date, Told]]:
    for day, spans in groupby(explanation.counted, key=lambda span: span.day):
        yield day, list(spans)
    for left_out in explanation.not_counted:
        yield left_out.day, left_out


def _line(day: date, told: Told, zone: ZoneInfo) -> tuple[date, WhyLine]:
    name = weekday_and_day(day)
    if isinstance(told, DayNotCounted):
        why = reason_text(told.reason, told.label) or pgettext("working hours", "closed")
        return day, WhyLine(name, why, counted=False, assumed=told.assumed)
    hours = ", ".join(f"{_face(span.start, zone)}–{_face(span.end, zone)}" for span in told)
    text = f"{hours} · {_length(sum(span.seconds for span in told))}"
    if (
        why := ""
        if told[0].reason is Reason.WEEKDAY
        else reason_text(told[0].reason, told[0].label)
    ):
        text = f"{text} · {why}"
    return day, WhyLine(name, text, counted=True, assumed=told[0].assumed)


def _length(seconds: int) -> str:
    """To the minute, so that the lines add up."""
    hours, minutes = divmod(seconds // 60, 60)
    if hours and minutes:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return span_text(seconds, day_seconds=25 * 60 * 60)


def _folded(lines: Sequence[tuple[date, WhyLine]]) -> Iterator[WhyLine]:
    """Days in a row on which nothing counted, for the same reason, are one line."""
    held: list[tuple[date, WhyLine]] = []
    for day, line in lines:
        if held and not _goes_on(held[-1], (day, line)):
            yield _joined(held)
            held = []
        held.append((day, line))
    if held:
        yield _joined(held)


def _goes_on(before: tuple[date, WhyLine], after: tuple[date, WhyLine]) -> bool:
    same = (before[1].text, before[1].assumed) == (after[1].text, after[1].assumed)
    return not after[1].counted and same and (after[0] - before[0]).days == 1


def _joined(held: Sequence[tuple[date, WhyLine]]) -> WhyLine:
    first, last = held[0][1], held[-1][1]
    days = first.days if first is last else f"{first.days} – {last.days}"
    return WhyLine(days, first.text, first.counted, first.assumed)


def _face(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"

"""A year and a week of working time as pictures with words: pure, in the active language."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from departments.hours import DAY, WEEKDAYS, Span, minutes_of, read_out
from departments.worktime import DayPlan, Reason, WorkTime

FIRST_YEAR, LAST_YEAR = 2000, 2100
TONES = {
    Reason.WEEKDAY: "open",
    Reason.WEEKEND: "closed",
    Reason.HOLIDAY: "holiday",
    Reason.MAKE_UP: "make-up",
    Reason.OVERRIDE: "override",
}


@dataclass(frozen=True, slots=True)
class DayView:
    """One square: its colour's name, and the same in words."""

    date: date
    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month, and how many squares stay empty before its first day."""

    name: str
    blanks: range
    days: Sequence[DayView]


@dataclass(frozen=True, slots=True)
class YearView:
    """Twelve months; `assumed` where no official plan of holidays exists yet."""

    year: int
    months: Sequence[MonthView]
    assumed: bool


@dataclass(frozen=True, slots=True)
class WeekdayView:
    """A weekday: its hours in words, and as (start, length) in minutes from midnight."""

    name: str
    text: str
    bars: Sequence[tuple[int, int]]


def year_view(work: WorkTime, year: int) -> YearView:
    """Every day of a year as it is worked."""
    months = [_month(work, year, month) for month in range(1, 13)]
    days = (date(year, month, day) for month in range(1, 13) for day in range(1, 29))
    return YearView(year, months, assumed=any(map(work.is_assumed, days)))


def _month(work: WorkTime, year: int, month: int) -> MonthView:
    blanks, length = monthrange(year, month)
    days = [date(year, month, number) for number in range(1, length + 1)]
    name = date_format(days[0], pgettext("a month above its days", "M"))
    return MonthView(name, range(blanks), [_day(day, work.on(day)) for day in days])


def _day(day: date, plan: DayPlan) -> DayView:
    return DayView(day, TONES[plan.reason], f"{weekday_and_day(day)}: {plan_text(plan)}")


def weekday_and_day(day: date) -> str:
    """Such as "Thu 1 Oct 2026"."""
    return date_format(day, pgettext("a day with its weekday", "D j M Y"))


def plan_text(plan: DayPlan) -> str:
    """The hours of a day in words, with why where it differs from the week."""
    hours = read_out(plan.minutes) if plan.minutes else pgettext("working hours", "closed")
    why = reason_text(plan.reason, plan.label)
    return f"{hours} ({why})" if why else hours


def reason_text(reason: Reason, label: str) -> str:
    """Why a day has the hours it has; empty for an ordinary day of the week."""
    label = _(label) if label else ""
    if reason is Reason.MAKE_UP:
        return _("make-up workday for %(holiday)s") % {"holiday": label}
    if reason is Reason.OUTSIDE_HOURS:
        return _("outside the hours")
    return label


def week_view(week: Sequence[Sequence[Span]]) -> list[WeekdayView]:
    """The seven days; a night goes on in the line of the next day."""
    minutes = [minutes_of(spans) for spans in week]
    rows = []
    for weekday, spans in enumerate(minutes):
        bars = [(0, end - DAY) for _start, end in minutes[weekday - 1] if end > DAY]
        bars += [(start, min(end, DAY) - start) for start, end in spans]
        text = read_out(spans) if spans else pgettext("working hours", "closed")
        rows.append(WeekdayView(str(WEEKDAYS[weekday]), text, bars))
    return rows


def hours_in_words(week: Sequence[Sequence[Span]]) -> str:
    """A week in one line: "Mon–Fri 09:00–18:00; Sat 10:00–12:00"."""
    texts = [read_out(minutes_of(spans)) for spans in week]
    parts, first = [], 0
    for last in range(len(texts)):
        if last + 1 < len(texts) and texts[last + 1] == texts[first]:
            continue
        if texts[first]:
            parts.append(f"{_span_of_days(first, last)} {texts[first]}")
        first = last + 1
    return "; ".join(parts)


def _span_of_days(first: int, last: int) -> str:
    # The 1st of January 2024 was a Monday.
    names = [
        date_format(date(2024, 1, 1 + day), pgettext("a weekday, short", "D"))
        for day in (first, last)
    ]
    if first == last:
        return names[0]
    return pgettext("from weekday to weekday", "%s–%s") % tuple(names)

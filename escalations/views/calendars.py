"""Calendars to read: who works when, every day of a year with its reason, and what is due when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from departments.calendars import departments_by_calendar, week_on, work_time_from
from departments.explaining import Why, why_then
from departments.forms_calendars import SampleForm
from departments.hours import minutes_of, read_out
from departments.models import CalendarDay, Department, WorkCalendar
from departments.permissions import CHANGE_CALENDARS
from departments.public_holidays import official_until
from departments.worktime import Unit, WorkTime, WorkTimeError
from departments.yearview import (
    FIRST_YEAR,
    LAST_YEAR,
    WeekdayView,
    hours_in_words,
    week_view,
    weekday_and_day,
    year_view,
)
from escalations.calendar_history import lines_of
from escalations.models import Recount
from escalations.services.calendars import stream_of, today_at
from journal.queries import entries_of

HISTORY = 20
WORKING = frozenset({Unit.WORKING_HOUR, Unit.BUSINESS_DAY})


@dataclass(frozen=True, slots=True)
class Row:
    """A calendar in the list."""

    calendar: WorkCalendar
    hours: str
    official_until: str
    direct: list[Department]
    inherited: list[Department]


@dataclass(frozen=True, slots=True)
class Answer:
    """When the sample is due, and why then; nothing to count where it runs day and night."""

    due_at: datetime
    why: Why
    counts_work: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in pictures, and from when on they hold if that is still to come."""

    days: Sequence[WeekdayView]
    since: str = ""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that differs, in words."""

    date: date
    name: str
    hours: str
    label: str


@require_safe
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Every calendar, with its hours and who works by it."""
    users = departments_by_calendar()
    now = timezone.now()
    rows = [_row(each, users.get(each.pk, []), now) for each in WorkCalendar.objects.order_by("pk")]
    context = {"rows": rows, "may_change": request.user.has_perm(CHANGE_CALENDARS)}
    return render(request, "departments/calendars.html", context)


@require_safe
def calendar_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One calendar: its week, a year of it, its own days, a sample, its history."""
    calendar = get_object_or_404(WorkCalendar, pk=pk)
    now = timezone.now()
    departments = departments_by_calendar().get(pk, [])
    days = list(calendar.days.order_by("date"))
    work = work_time_from(calendar, days)
    year = _year(request, now.astimezone(work.zone).year)
    form, answer = _sample(request, work, now)
    context = {
        "row": _row(calendar, departments, now),
        "calendar": calendar,
        "weeks": list(_weeks(calendar, today_at(calendar, now))),
        "year": year_view(work, year),
        "older": year - 1 if year > FIRST_YEAR else None,
        "newer": year + 1 if year < LAST_YEAR else None,
        "days": [_own(day) for day in days if day.date.year == year],
        "form": form,
        "answer": answer,
        "pending": _pending(departments),
        "history": lines_of(entries_of(stream_of(calendar), limit=HISTORY)),
        "may_change": request.user.has_perm(CHANGE_CALENDARS),
        "now": now,
    }
    return render(request, "departments/calendar.html", context)


def _row(calendar: WorkCalendar, departments: Iterable[Department], now: datetime) -> Row:
    direct, inherited = [], []
    for department in departments:
        (direct if department.calendar_id == calendar.pk else inherited).append(department)
    hours = hours_in_words(week_on(calendar, today_at(calendar, now)))
    return Row(calendar, hours, official_until(calendar.country), direct, inherited)


def _weeks(calendar: WorkCalendar, today: date) -> Iterator[Week]:
    """The week that holds today, and those that are announced."""
    yield Week(week_view(week_on(calendar, today)))
    for each in calendar.earlier_weeks:
        until = date.fromisoformat(each["until"])
        if until > today:
            yield Week(week_view(week_on(calendar, until)), weekday_and_day(until))


def _own(day: CalendarDay) -> OwnDay:
    hours = read_out(minutes_of(day.spans)) if day.spans else pgettext("working hours", "closed")
    return OwnDay(day.date, weekday_and_day(day.date), hours, day.label)


def _year(request: HttpRequest, this_year: int) -> int:
    wanted = request.GET.get("year", "")
    if not wanted:
        return this_year
    if not (wanted.isascii() and wanted.isdigit() and FIRST_YEAR <= int(wanted) <= LAST_YEAR):
        raise Http404
    return int(wanted)


def _sample(
    request: HttpRequest, work: WorkTime, now: datetime
) -> tuple[SampleForm, Answer | None]:
    """The question as asked, else two working days from now; in the calendar's own zone."""
    with timezone.override(work.zone):
        asked: Any = request.GET if "start" in request.GET else None
        example = {"start": now.replace(second=0, microsecond=0), "amount": 16}
        form = SampleForm(asked, initial=example)
        if asked is None:
            return form, _answer(work, example["start"], 16, Unit.WORKING_HOUR)
        if not form.is_valid():
            return form, None
        try:
            return form, _answer(work, **form.cleaned_data)
        except WorkTimeError as error:
            form.add_error(None, str(error))
            return form, None


def _answer(work: WorkTime, start: Any, amount: Any, unit: str) -> Answer:
    due_at = work.due(start, amount, unit)
    why = why_then(work.explain(start, due_at), work.zone)
    return Answer(due_at, why, counts_work=Unit(unit) in WORKING)


def _pending(departments: Iterable[Department]) -> dict[str, int]:
    """How many departments wait for new dates, and how many dates have moved already."""
    waiting = Recount.objects.filter(department__in=list(departments), since__isnull=False)
    return waiting.aggregate(departments=Count("pk"), moved=Coalesce(Sum("moved"), 0))

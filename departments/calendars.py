"""Working time from what is stored: the week, the country's holidays, the calendar's own days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

from departments.hours import Span
from departments.models import CalendarDay, Department, WorkCalendar
from departments.public_holidays import holidays_of
from departments.tree import tree_path
from departments.worktime import DayPlan, WorkTime

OFFICE_HOURS: list[list[Span]] = [[("09:00", "18:00")]] * 5 + [[], []]
ONE_DAY = timedelta(days=1)
# No tree is deeper; the bound ends a climb through a cycle in old data.
DEEPEST = 50

# A department works by the nearest calendar above it. The stamp is of the content, so that
# no change is missed, however it was made.
NEAREST = """
    WITH RECURSIVE climb(origin, parent_id, calendar_id, steps) AS (
        SELECT id, parent_id, calendar_id, 0 FROM departments_department WHERE id = ANY(%s)
        UNION ALL
        SELECT climb.origin, up.parent_id, up.calendar_id, climb.steps + 1
        FROM climb JOIN departments_department up ON up.id = climb.parent_id
        WHERE climb.calendar_id IS NULL AND climb.steps < %s
    )
    SELECT climb.origin, calendar.id, md5(calendar::text || coalesce((
        SELECT string_agg(day::text, ' ' ORDER BY day.id)
        FROM departments_calendarday day WHERE day.calendar_id = calendar.id
    ), ''))
    FROM climb JOIN departments_workcalendar calendar ON calendar.id = climb.calendar_id
"""

# By calendar: the stamp of its content, and what was compiled from it. One entry per calendar.
_compiled: dict[int, tuple[str, WorkTime]] = {}


def work_time_of(department: Department) -> WorkTime:
    """When the department works: by its own calendar, else the nearest above, else office hours.

    One query while the calendar stays as it was; ask `work_times_of` for several at once.
    """
    return work_times_of([department.pk])[department.pk]


def work_times_of(department_ids: Iterable[int]) -> dict[int, WorkTime]:
    """The same for many departments, still in one query."""
    wanted = list(department_ids)
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [wanted, DEEPEST])
        nearest = {origin: (calendar, stamp) for origin, calendar, stamp in cursor.fetchall()}
    _compile(dict(nearest.values()))
    return {
        pk: _compiled[nearest[pk][0]][1] if pk in nearest else default_work_time() for pk in wanted
    }


def departments_by_calendar() -> dict[int, list[Department]]:
    """Who works by which calendar, their own or one above, in the tree's order. Two queries."""
    departments = list(Department.objects.filter(is_active=True).order_by(tree_path()))
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [[each.pk for each in departments], DEEPEST])
        calendar_of = {origin: calendar for origin, calendar, _stamp in cursor.fetchall()}
    users: dict[int, list[Department]] = {}
    for department in departments:
        if department.pk in calendar_of:
            users.setdefault(calendar_of[department.pk], []).append(department)
    return users


def default_work_time() -> WorkTime:
    """Office hours in the installation's zone, for departments without any calendar."""
    return _office_hours(settings.TIME_ZONE)


def work_time_from(calendar: WorkCalendar, days: Iterable[CalendarDay]) -> WorkTime:
    """What the calendar and its days mean. Raises WorkTimeError on data that was never checked."""
    return WorkTime(
        calendar.zone,
        dict(enumerate(calendar.week)),
        {day.date: DayPlan(day.spans, label=day.label) for day in days},
        holidays_of(calendar.country, _usual_hours(calendar.week)),
        earlier=[(until, dict(enumerate(week))) for until, week in _earlier(calendar)],
    )


def week_on(calendar: WorkCalendar, day: date) -> list[list[Span]]:
    """The weekly hours that hold on a day."""
    return next((week for until, week in _earlier(calendar) if day < until), calendar.week)


def weeks_before(calendar: WorkCalendar, since: date) -> list[dict[str, Any]]:
    """The weeks of a calendar that go on to hold before a date from which others hold."""
    kept = [(until, week) for until, week in _earlier(calendar) if until < since]
    kept.append((since, week_on(calendar, since - ONE_DAY)))
    return [{"until": until.isoformat(), "week": week} for until, week in kept]


def _earlier(calendar: WorkCalendar) -> list[tuple[date, list[list[Span]]]]:
    return [(date.fromisoformat(each["until"]), each["week"]) for each in calendar.earlier_weeks]


def _usual_hours(week: list[list[Span]]) -> list[Span]:
    """The hours of the first open weekday: those of a make-up workday as well."""
    return next((spans for spans in week if spans), [])


def _compile(stamps: dict[int, str]) -> None:
    """Compiles the calendars that are new or have changed: two queries for all of them."""
    known = {pk: stamp for pk, (stamp, _) in _compiled.items()}
    changed = [pk for pk, stamp in stamps.items() if known.get(pk) != stamp]
    if not changed:
        return
    for calendar in WorkCalendar.objects.filter(pk__in=changed).prefetch_related("days"):
        # A change since the stamp was read is noticed by the next call, which reads another.
        compiled = work_time_from(calendar, calendar.days.all())
        _compiled[calendar.pk] = (stamps[calendar.pk], compiled)


@cache
def _office_hours(zone: str) -> WorkTime:
    return WorkTime(zone, dict(enumerate(OFFICE_HOURS)))

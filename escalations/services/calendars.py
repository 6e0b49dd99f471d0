"""Working hours are changed: seen first, checked, saved, journalled; the clocks follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.calendars import departments_by_calendar, weeks_before
from departments.models import CalendarDay, User, WorkCalendar
from departments.permissions import CHANGE_CALENDARS
from escalations.services.recounting import ask
from journal.errors import Conflict, Invalid, NotAllowed
from journal.models import Entry
from journal.services import record

HOURS = frozenset({"zone", "country", "week"})


def today_at(calendar: WorkCalendar, now: datetime) -> date:
    """The date on the wall where the calendar holds."""
    return now.astimezone(ZoneInfo(calendar.zone)).date()


def stream_of(calendar: WorkCalendar) -> str:
    """Where the history of a calendar is kept."""
    return f"CALENDAR-{calendar.pk}"


@transaction.atomic
def create_calendar(*, actor: User, values: Mapping[str, Any], now: datetime) -> WorkCalendar:
    """A calendar that nobody works by yet. Raises NotAllowed, Invalid."""
    _permit(actor)
    calendar = WorkCalendar(**values)
    _save(calendar)
    _note(calendar, "calendar:created", actor, now, after=dict(values))
    return calendar


@transaction.atomic
def change_calendar(
    *,
    calendar: WorkCalendar,
    actor: User,
    values: Mapping[str, Any],
    seen: datetime | None,
    now: datetime,
    since: date | None = None,
) -> WorkCalendar:
    """Give a calendar these values; the clocks that run by it are counted again.

    Another week holds from `since` on, today if it is not said: what was worked before was
    worked by the week as it was. The same once more is nothing. Raises NotAllowed, Invalid,
    Conflict if it was changed since it was `seen`.
    """
    _permit(actor)
    fresh = _locked(calendar)
    before = {name: getattr(fresh, name) for name in values if getattr(fresh, name) != values[name]}
    if not before:
        return fresh
    _refuse_stale(fresh, seen)
    after = {name: values[name] for name in before}
    if "week" in after:
        since = since or today_at(fresh, now)
        fresh.earlier_weeks = weeks_before(fresh, since)
    for name, value in after.items():
        setattr(fresh, name, value)
    _save(fresh)
    begins = {"since": since.isoformat()} if since and "week" in after else {}
    entry = _note(fresh, "calendar:changed", actor, now, before=before, after=after | begins)
    if HOURS & before.keys():
        _count_again(fresh, entry, now)
    return fresh


@transaction.atomic
def put_day(
    *,
    calendar: WorkCalendar,
    actor: User,
    day: date,
    spans: Sequence[Sequence[str]],
    label: str,
    seen: datetime | None,
    now: datetime,
    instead_of: date | None = None,
) -> WorkCalendar:
    """Let one day be closed, or open at other hours; `instead_of` is the day it stood on before.

    Raises NotAllowed, Invalid, Conflict.
    """
    _permit(actor)
    fresh = _locked(calendar)
    old = fresh.days.filter(date=instead_of or day).first()
    row = old or CalendarDay(calendar=fresh)
    before = None if old is None else told(old)
    row.date, row.spans, row.label = day, [list(span) for span in spans], label
    if before == told(row):
        return fresh
    _refuse_stale(fresh, seen)
    _save(row)
    _save(fresh)
    entry = _note(fresh, "calendar:day_set", actor, now, before=before, after=told(row))
    _count_again(fresh, entry, now)
    return fresh


@transaction.atomic
def drop_day(
    *, calendar: WorkCalendar, actor: User, day: date, seen: datetime | None, now: datetime
) -> WorkCalendar:
    """Let a day be again what the week and the country say. Raises NotAllowed, Conflict."""
    _permit(actor)
    fresh = _locked(calendar)
    row = fresh.days.filter(date=day).first()
    if row is None:
        return fresh
    _refuse_stale(fresh, seen)
    before = told(row)
    row.delete()
    _save(fresh)
    entry = _note(fresh, "calendar:day_dropped", actor, now, before=before)
    _count_again(fresh, entry, now)
    return fresh


def _permit(actor: User) -> None:
    if not actor.has_perm(CHANGE_CALENDARS):
        raise NotAllowed(_("Only compliance and administrators change working hours."))


def _locked(calendar: WorkCalendar) -> WorkCalendar:
    return WorkCalendar.objects.select_for_update().get(pk=calendar.pk)


def _refuse_stale(calendar: WorkCalendar, seen: datetime | None) -> None:
    if seen is None or calendar.changed_at == seen:
        return
    since = Entry.objects.filter(stream=stream_of(calendar), at__gt=seen).select_related("actor")
    raise Conflict(
        _("This calendar was changed meanwhile. What you entered is kept below."),
        since=list(since.order_by("seq")),
    )


def _save(row: WorkCalendar | CalendarDay) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from None
    row.save()


def told(day: CalendarDay) -> dict[str, Any]:
    """A day as the journal keeps it."""
    return {"date": day.date.isoformat(), "spans": day.spans, "label": day.label}


def _note(calendar: WorkCalendar, tag: str, actor: User, now: datetime, **data: object) -> Entry:
    stream = stream_of(calendar)
    return record(stream=stream, subject=stream, tag=tag, actor=actor, now=now, data=data)


def _count_again(calendar: WorkCalendar, entry: Entry, now: datetime) -> None:
    """Whoever works by it: their clocks follow with the next tick, batch by batch."""
    ask(departments=departments_by_calendar().get(calendar.pk, []), entry=entry, now=now)

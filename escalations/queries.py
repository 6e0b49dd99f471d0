"""Reads: what runs, what waits for whom, how it stands, and the figures of a dashboard."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, DateTimeField, Min, Q, QuerySet, Sum, Value

from departments.calendars import work_times_of
from departments.formatting import clock_of, elapsed
from departments.models import User
from departments.standing import Standing
from departments.worktime import Unit, WorkTime
from escalations.models import DailyFigure, Deadline, Escalation, SweepTick

WAITING_SHOWN = 50
WORKING = frozenset({Unit.WORKING_HOUR, Unit.BUSINESS_DAY})


def live_deadlines(stream: str) -> QuerySet[Deadline]:
    """The clocks of a case that run or are paused, soonest first."""
    return _shown(stream=stream).order_by("due_at", "pk")


def with_working_left(deadlines: Iterable[Deadline], now: datetime) -> list[Deadline]:
    """Put `working_left` and `working_total` (seconds), `clock` and `tone` on each. One query.

    `clock` is a `departments.formatting.Clock`, ready to be shown, in working time unless its
    target counts day and night; `tone` its level: ok, warn, late, or muted while it is paused.
    Seconds left are negative once it is late.
    """
    rows = list(deadlines)
    times = work_times_of({row.department_id for row in rows})
    for row in rows:
        work = times[row.department_id]
        paused = row.paused_at is not None
        left = work.between(row.paused_at or now, row.due_at)
        clock = clock_of(
            due_at=row.due_at,
            now=now,
            between=work.between if row.unit in WORKING else elapsed,
            started_at=row.started_at,
            left_when_paused=row.left_seconds if paused else None,
            assumed=assumed_years(row, work, now),
            about=row.pk,
        )
        row.working_left = left
        row.working_total = max(0, work.between(row.started_at, row.due_at))
        row.clock = clock
        row.tone = clock.level.value
    return rows


def assumed_years(deadline: Deadline, work: WorkTime, now: datetime) -> tuple[int, ...]:
    """The years without an official plan of holidays on which its date rests."""
    if deadline.counted_unit not in WORKING:
        return ()
    return work.assumed_years(now, deadline.due_at)


def waiting_for(
    user: User,
    standing: Standing,
    now: datetime,
    limit: int = WAITING_SHOWN,
    *,
    after: tuple[datetime, int] | None = None,
    without: Collection[str] = (),
) -> list[Deadline]:
    """What the person has to do, soonest first, with how much time is left.

    Theirs, that of those for whom they stand in now, and what nobody in their departments has
    taken yet. Two queries, each along one index, and one for the calendars. A further page
    begins `after` the due date and id of a row; `without` leaves kinds out.
    """
    if not standing.is_active:
        return []
    soonest = heapq.merge(
        *(
            rows.filter(_after(after)).exclude(kind__in=without).order_by("due_at", "pk")[:limit]
            for rows in _waiting(user, standing)
        ),
        key=lambda row: (row.due_at, row.pk),
    )
    return with_working_left([row for row, _ in zip(soonest, range(limit), strict=False)], now)


def _waiting(user: User, standing: Standing) -> tuple[QuerySet[Deadline], QuerySet[Deadline]]:
    """What the person owns, also by standing in, and what nobody has taken. Never both."""
    return (
        _shown(owner__in={user.pk, *standing.stands_in_for}),
        _shown(owner__isnull=True, department__in=standing.departments),
    )


def _after(place: tuple[datetime, int] | None) -> Q:
    if place is None:
        return Q()
    due_at, pk = place
    # The first condition is the one an index can begin at.
    return Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(pk__gt=pk))


def count_waiting(user: User, standing: Standing, now: datetime, cap: int) -> tuple[int, bool]:
    """How many things wait for the person, and whether one is late: for the top bar.

    What `waiting_for` and `open_escalations_for` list, counted to `cap` + 1 of each. One query.
    """
    if not standing.is_active:
        return 0, False
    most = 3 * cap
    owned, untaken = (
        rows.exclude(kind=Deadline.Kind.DECIDE)
        .order_by("due_at")
        .values_list("subject", "due_at")[:most]
        for rows in _waiting(user, standing)
    )
    # An escalation counts, and is not late by itself: its date is that of its own clock.
    later = Value(now + timedelta(days=1), output_field=DateTimeField())
    asked = open_escalations_for(standing).order_by("pk").annotate(due_at=later)
    rows = owned.union(untaken, asked.values_list("reference", "due_at")[:most], all=True)
    dates = list(rows)
    # A case is one thing, however many clocks run on it.
    things = len({subject for subject, _ in dates}) if len(dates) < most else cap + 1
    return min(things, cap + 1), any(due_at <= now for _, due_at in dates)


def open_escalations_for(standing: Standing) -> QuerySet[Escalation]:
    """What the person is asked to decide, the highest level and the longest wait first."""
    return (
        Escalation.objects.open()
        .addressed_to(standing)
        .select_related("leader", "department", "seat")
        .order_by("-level", "raised_at", "pk")
    )


def overdue_counts(department_ids: Iterable[int] | None, now: datetime) -> dict[int, int]:
    """By department, how many clocks run past their date. None for all departments."""
    late = Deadline.objects.running().filter(_within(department_ids), due_at__lte=now)
    return dict(late.values_list("department").annotate(Count("pk")).order_by())


@dataclass(frozen=True, slots=True)
class Day:
    """What was opened and closed on one day."""

    day: date
    opened: int = 0
    closed: int = 0


def daily_figures(department_ids: Iterable[int] | None, since: date, until: date) -> list[Day]:
    """Every day from since to until, both included, also those on which nothing happened."""
    rows = _figures(department_ids, since, until).values_list("day")
    counted = {
        day: Day(day, opened, closed)
        for day, opened, closed in rows.annotate(Sum("opened"), Sum("closed")).order_by()
    }
    days = ((since + timedelta(days=n)) for n in range((until - since).days + 1))
    return [counted.get(day, Day(day)) for day in days]


@dataclass(frozen=True, slots=True)
class Promises:
    """How many promises of a department ended in time, and how many did not."""

    kept: int = 0
    broken: int = 0

    @property
    def percent(self) -> int | None:
        """Of those that ended, the share kept; None if none ended."""
        ended = self.kept + self.broken
        return round(100 * self.kept / ended) if ended else None


def promises_kept(
    department_ids: Iterable[int] | None, since: date, until: date
) -> dict[int, Promises]:
    """By department, over the days from since to until, both included."""
    rows = _figures(department_ids, since, until).values_list("department")
    sums = rows.annotate(Sum("promises_kept"), Sum("promises_broken")).order_by()
    return {department: Promises(kept, broken) for department, kept, broken in sums}


def promises_total(by_department: Iterable[Promises]) -> Promises:
    """Of several departments together."""
    rows: Sequence[Promises] = list(by_department)
    return Promises(sum(row.kept for row in rows), sum(row.broken for row in rows))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When the sweep last ticked, what that tick did, and what it has not reached yet."""

    ticked_at: datetime | None
    lag: timedelta
    fired: int = 0
    failed: int = 0


def heartbeat(now: datetime) -> Heartbeat:
    """The state of the sweep, in two queries."""
    tick = SweepTick.objects.first()
    if tick is None:
        return Heartbeat(None, lag(now))
    return Heartbeat(tick.ticked_at, lag(now), tick.fired, tick.failed)


def lag(now: datetime) -> timedelta:
    """For how long the oldest due rung has waited; zero if none is due."""
    due = Deadline.objects.filter(state=Deadline.State.RUNNING, wake_at__lte=now)
    oldest = due.aggregate(oldest=Min("wake_at"))["oldest"]
    return now - oldest if oldest else timedelta()


def _shown(**conditions: object) -> QuerySet[Deadline]:
    live = Deadline.objects.live().filter(**conditions)
    return live.select_related("department", "owner")


def _figures(
    department_ids: Iterable[int] | None, since: date, until: date
) -> QuerySet[DailyFigure]:
    return DailyFigure.objects.filter(_within(department_ids), day__range=(since, until))


def _within(department_ids: Iterable[int] | None) -> Q:
    return Q() if department_ids is None else Q(department__in=list(department_ids))

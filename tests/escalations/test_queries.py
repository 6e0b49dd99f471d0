"""What runs, what waits for whom, and the figures of a dashboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.standing import standing_of
from escalations import queries
from escalations.models import DailyFigure, Deadline, Escalation
from escalations.services import acknowledge_escalation, pause_deadline, sweep
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)


def left(deadline, now):
    (row,) = queries.with_working_left([deadline], now)
    return row


def test_the_live_clocks_of_a_case_soonest_first(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.cs, org.cs1, kind="resolve", subject="C-2026-00001")
    start(org.biz, org.biz1, kind="accept")
    start(org.biz, org.biz1, subject="T-2", stream="C-2", due_at=DUE)
    Deadline.objects.filter(kind="resolve").update(state="met", ended_at=MONDAY, wake_at=None)
    live = queries.live_deadlines("C-2026-00001")
    assert [row.kind for row in live] == ["accept", "deliver"]


@pytest.mark.parametrize(
    ("now", "seconds", "tone"),
    [
        (at(2, 9), 18 * 3600, "ok"),
        (at(3, 13), 5 * 3600, "ok"),
        (at(3, 14), 4 * 3600, "warn"),
        (at(3, 20), 0, "late"),
        (at(4, 12), -3 * 3600, "late"),
    ],
)
def test_how_much_working_time_is_left(org, now, seconds, tone):
    row = left(start(org.tech, org.tech1, due_at=DUE), now)
    assert (row.working_left, row.working_total, row.tone) == (seconds, 18 * 3600, tone)


def test_a_paused_clock_keeps_what_was_left(org):
    start(org.tech, org.tech1, due_at=DUE)
    paused = pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(3, 9))
    row = left(paused, at(20))
    assert (row.working_left, row.tone) == (9 * 3600, "muted")


def test_one_query_for_the_calendars_of_all(org):
    rows = [
        start(department, None, subject=f"T-{n}", due_at=DUE)
        for n, department in enumerate(org.departments)
    ]
    with CaptureQueriesContext(connection) as captured:
        queries.with_working_left(rows, MONDAY)
    assert len(captured) == 1


# --- My desk ------------------------------------------------------------------------------------


def waiting(person, now=MONDAY):
    return [row.subject for row in queries.waiting_for(person, standing_of(person, now), now)]


def test_mine_soonest_first_then_what_nobody_has_taken(org):
    start(org.tech, org.tech1, subject="T-1", due_at=DUE)
    start(org.tech, org.tech1, subject="T-2", due_at=at(2, 12))
    start(org.tech, None, subject="T-3", due_at=at(2, 18))
    start(org.tech, org.tech2, subject="T-4", due_at=DUE)
    start(org.biz, None, subject="T-5", due_at=DUE)
    assert waiting(org.tech1) == ["T-2", "T-3", "T-1"]
    assert waiting(org.tech_lead) == ["T-3"]
    assert waiting(org.outsider) == []


def test_a_stand_in_has_the_absent_ones_work(org):
    start(org.biz, org.biz1, due_at=DUE)
    org.away(org.biz1, stand_in=org.biz2, starts_at=MONDAY)
    assert waiting(org.biz2) == ["T-1"]


def test_inactive_people_have_none(org):
    start(org.tech, org.tech1, due_at=DUE)
    org.tech1.is_active = False
    assert waiting(org.tech1) == []


def test_the_desk_costs_three_queries_and_is_cut(org):
    for n in range(6):
        start(org.tech, org.tech1 if n % 2 else None, subject=f"T-{n}", due_at=at(3, 10 + n))
    standing = standing_of(org.tech1, MONDAY)
    with CaptureQueriesContext(connection) as captured:
        rows = queries.waiting_for(org.tech1, standing, MONDAY, limit=4)
        _ = [(row.department.name, row.owner) for row in rows]
    assert [row.subject for row in rows] == ["T-0", "T-1", "T-2", "T-3"]
    assert len(captured) == 3


# --- Leaders ------------------------------------------------------------------------------------


def test_what_waits_for_a_leader(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.biz, org.biz1, subject="T-2", stream="C-2", due_at=DUE)
    sweep(now=DUE)
    first = Escalation.objects.get(stream="C-2")
    acknowledge_escalation(escalation=first, actor=org.biz_lead, now=DUE)

    def asked(person):
        return [row.stream for row in queries.open_escalations_for(standing_of(person, DUE))]

    assert asked(org.biz_lead) == asked(org.biz_deputy) == ["C-2"]
    assert asked(org.tech_lead) == ["C-2026-00001"]
    # The one above may decide, and is not asked yet.
    assert asked(org.ceo) == asked(org.cs1) == []


def test_overdue_by_department(org):
    for n in range(3):
        start(org.tech, org.tech1, subject=f"T-{n}", due_at=DUE)
    start(org.biz, org.biz1, subject="T-9", due_at=DUE)
    assert queries.overdue_counts(None, DUE) == {org.tech.pk: 3, org.biz.pk: 1}
    assert queries.overdue_counts([org.biz.pk], DUE) == {org.biz.pk: 1}
    assert queries.overdue_counts(None, DUE - timedelta(seconds=1)) == {}


def test_days_on_which_nothing_happened_are_there(org):
    DailyFigure.objects.create(day=date(2026, 3, 2), department=org.cs, opened=3, closed=1)
    DailyFigure.objects.create(day=date(2026, 3, 2), department=org.biz, opened=1)
    days = queries.daily_figures(None, date(2026, 3, 1), date(2026, 3, 3))
    assert [(day.opened, day.closed) for day in days] == [(0, 0), (4, 1), (0, 0)]
    only = queries.daily_figures([org.biz.pk], date(2026, 3, 2), date(2026, 3, 2))
    assert [(day.opened, day.closed) for day in only] == [(1, 0)]


def test_promises_kept(org):
    for day, kept, broken in ((2, 8, 1), (3, 1, 1), (9, 5, 5)):
        DailyFigure.objects.create(
            day=date(2026, 3, day), department=org.tech, promises_kept=kept, promises_broken=broken
        )
    kept = queries.promises_kept(None, date(2026, 3, 1), date(2026, 3, 5))
    assert kept == {org.tech.pk: queries.Promises(9, 2)}
    assert kept[org.tech.pk].percent == 82
    assert queries.promises_total(kept.values()) == queries.Promises(9, 2)
    assert queries.Promises().percent is None


# --- The sweep ----------------------------------------------------------------------------------


def test_the_heartbeat(org):
    assert queries.heartbeat(MONDAY) == queries.Heartbeat(None, timedelta())
    start(org.tech, org.tech1, due_at=DUE)
    assert queries.lag(at(3, 9, 5)) == timedelta(minutes=5)
    sweep(now=at(3, 9, 5))
    assert queries.heartbeat(at(3, 9, 6)) == queries.Heartbeat(at(3, 9, 5), timedelta(), fired=1)

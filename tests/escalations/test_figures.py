"""Daily figures: counted from the journal, in the installation's day, as often as one likes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from escalations.figures import recount, recount_day
from escalations.models import DailyFigure
from escalations.tasks import figures
from journal.services import record
from tests.escalations.clocks import at

pytestmark = pytest.mark.django_db
TODAY = at(4, 12)


def happened(tag, department, now=TODAY, **data):
    record(
        stream="C-1",
        subject="C-1",
        tag=tag,
        actor=None,
        department=department,
        now=now,
        data=data,
    )


def counted(**which):
    rows = DailyFigure.objects.filter(**which)
    return [
        (row.department_id, row.opened, row.closed, row.promises_kept, row.promises_broken)
        for row in rows.order_by("department")
    ]


def test_what_counts_as_what(org):
    for tag in ("complaint:filed", "complaint:filed", "complaint:reopened"):
        happened(tag, org.cs)
    happened("complaint:closed", org.cs)
    happened("complaint:withdrawn", org.cs)
    happened("ticket:opened", org.cs)
    happened("commitment:kept", org.tech, late=False)
    happened("commitment:kept", org.tech, late=True)
    happened("commitment:withdrawn", org.tech)
    happened("commitment:withdrawn", org.tech, late=True)
    happened("complaint:filed", None)
    recount(now=TODAY)
    assert counted() == [(org.cs.pk, 3, 2, 0, 0), (org.tech.pk, 0, 0, 1, 2)]


def test_counting_again_changes_nothing(org):
    happened("complaint:filed", org.cs)
    for _ in range(2):
        recount(now=TODAY)
    assert counted() == [(org.cs.pk, 1, 0, 0, 0)]


def test_a_figure_without_cause_goes_to_zero(org):
    DailyFigure.objects.create(day=TODAY.date(), department=org.ops, opened=7)
    recount_day(TODAY.date())
    assert counted() == [(org.ops.pk, 0, 0, 0, 0)]


def test_the_day_is_the_installations(org):
    # 23:30 and 00:30 in Shanghai are the same day in UTC.
    happened("complaint:filed", org.cs, datetime(2026, 3, 3, 15, 30, tzinfo=UTC))
    happened("complaint:filed", org.cs, datetime(2026, 3, 3, 16, 30, tzinfo=UTC))
    recount(now=TODAY)
    assert counted(day="2026-03-03") == counted(day="2026-03-04") == [(org.cs.pk, 1, 0, 0, 0)]


def test_older_days_are_left_alone(org):
    happened("complaint:filed", org.cs, TODAY - timedelta(days=2))
    recount(now=TODAY)
    assert counted() == []
    recount(now=TODAY, days=3)
    assert len(counted()) == 1


def test_the_task_counts_now(org, time_machine):
    time_machine.move_to(TODAY)
    happened("complaint:filed", org.cs)
    figures()
    assert counted() == [(org.cs.pk, 1, 0, 0, 0)]

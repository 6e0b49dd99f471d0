"""What happened in each department on each day, counted from the journal."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from escalations.models import DailyFigure
from journal.models import Entry

OPENED, CLOSED = "opened", "closed"
KEPT, BROKEN = "promises_kept", "promises_broken"
COLUMNS = (OPENED, CLOSED, KEPT, BROKEN)

# Entries of these kinds say in their data whether it was late.
PROMISE_ENDS = ("commitment:kept", "commitment:withdrawn")
COLUMN_OF = {
    "complaint:filed": OPENED,
    "complaint:reopened": OPENED,
    "complaint:closed": CLOSED,
    "complaint:withdrawn": CLOSED,
    "commitment:broken": BROKEN,
}


def recount(*, now: datetime, days: int = 2) -> None:
    """Count the last days again, today included; the same journal gives the same figures."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    for back in range(days):
        recount_day(today - timedelta(days=back))


def recount_day(day: date) -> None:
    """Count one day of the installation's zone."""
    counted = _count(day)
    with transaction.atomic():
        DailyFigure.objects.filter(day=day).exclude(department__in=counted).update(
            **dict.fromkeys(COLUMNS, 0)
        )
        # In the order of departments, so that two counts at once do not wait for each other.
        DailyFigure.objects.bulk_create(
            [
                DailyFigure(day=day, department_id=department, **columns)
                for department, columns in sorted(counted.items())
            ],
            update_conflicts=True,
            unique_fields=["day", "department"],
            update_fields=COLUMNS,
        )


def _count(day: date) -> dict[int, dict[str, int]]:
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    rows = (
        Entry.objects.filter(
            tag__in=[*COLUMN_OF, *PROMISE_ENDS], at__gte=start, at__lt=end, department__isnull=False
        )
        .order_by()
        .values_list("department_id", "tag", "data__late")
        .annotate(Count("pk"))
    )
    counted: defaultdict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    for department, tag, late, count in rows:
        if column := COLUMN_OF.get(tag) or _of_promise(tag, late=bool(late)):
            counted[department][column] += count
    return counted


def _of_promise(tag: str, *, late: bool) -> str | None:
    """Kept in time, or broken: kept late, or withdrawn when its date had passed."""
    if late:
        return BROKEN
    return KEPT if tag == "commitment:kept" else None

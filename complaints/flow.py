"""What came in and what went out, day by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Holding
from complaints.scope import Scope
from departments.charts import LineChart, Series, line_chart
from escalations.queries import Day, daily_figures


@dataclass(frozen=True, slots=True)
class Flow:
    """The days with their two counts, how these are called, and the picture of them."""

    title: str
    came: str
    went: str
    days: list[Day]
    chart: LineChart
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(day.opened or day.closed for day in self.days)


def flow(scope: Scope) -> Flow:
    """Complaints opened and closed; for departments that file none, cases that came and left."""
    if scope.has_first_contact:
        days = daily_figures(scope.ids, scope.since, scope.today)
        title, came, went = _("Opened and closed"), _("opened"), _("closed")
    else:
        days = _turns(scope)
        title, came, went = _("Came in and passed on"), _("came in"), _("passed on")
    labels = [_label(day.day) for day in days]
    chart = line_chart(
        [
            Series(came, "opened", [day.opened for day in days]),
            Series(went, "closed", [day.closed for day in days]),
        ],
        labels,
    )
    every = _("every severity") if scope.severity and scope.has_first_contact else ""
    return Flow(title, came, went, days, chart, note=every)


def _turns(scope: Scope) -> list[Day]:
    """By the turns that began and ended: only open cases and turns that ended since are read."""
    held = Holding.objects.filter(department__in=scope.ids or [])
    if scope.severity:
        held = held.filter(complaint__severity=scope.severity)
    began = held.filter(Q(until__gte=scope.start) | Q(until__isnull=True), since__gte=scope.start)
    came = _by_day(began, "since")
    went = _by_day(held.filter(until__gte=scope.start), "until")
    days = (scope.since + timedelta(days=n) for n in range(scope.days))
    return [Day(day, came[day], went[day]) for day in days]


def _by_day(rows: QuerySet[Holding], instant: str) -> Counter[date]:
    day = TruncDate(instant, tzinfo=ZoneInfo(settings.TIME_ZONE))
    counted = rows.annotate(day=day).values_list("day").annotate(Count("pk")).order_by()
    return Counter(dict(counted))


def _label(day: date) -> str:
    return date_format(datetime(day.year, day.month, day.day), pgettext("date, this year", "j M"))  # noqa: DTZ001

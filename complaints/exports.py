"""The dashboard's figures as comma-separated files that spreadsheets open as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.dashboard import open_escalations, where_cases_wait
from complaints.flow import flow
from complaints.questions import questions_of
from complaints.scope import Scope
from escalations.queries import promises_kept

MOST = 5000
BOM = "\ufeff"
# A cell that begins so is a formula to a spreadsheet, whoever typed it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HOUR = 3600

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Export:
    """One file: what it is called, and its rows, the headings first."""

    label: str | Promise
    rows: Callable[[Scope], Iterable[Row]]


def as_csv(filename: str, rows: Iterable[Row]) -> HttpResponse:
    """The rows as a download, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    text.write(BOM)
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _plain(cell: object) -> object:
    """The cell, without the power to be a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell


def _departments(scope: Scope) -> Iterable[Row]:
    yield (
        _("Department"), _("Open, less than 2 days"), _("Open, 2 to 5 days"),
        _("Open, 5 days and more"), _("Overdue"), _("Median hold, working hours"),
        _("Promises kept"), _("Promises broken"),
    )  # fmt: skip
    for row in where_cases_wait(scope, promises_kept(scope.ids, scope.since, scope.today)):
        hold = None if row.median_hold is None else round(row.median_hold / HOUR, 1)
        yield (
            row.department.name, row.young, row.middling, row.old, row.overdue, hold,
            row.promises.kept, row.promises.broken,
        )  # fmt: skip


def _days(scope: Scope) -> Iterable[Row]:
    counted = flow(scope)
    yield (_("Day"), counted.came, counted.went)
    for day in counted.days:
        yield (day.day.isoformat(), day.opened, day.closed)


def _escalations(scope: Scope) -> Iterable[Row]:
    yield (
        _("Escalation"), _("Case"), _("In one line"), _("Severity"), _("Reason"), _("Level"),
        _("Leader"), _("State"), _("Raised"),
    )  # fmt: skip
    rows = open_escalations(scope).select_related("leader", "department", "seat", "raised_by")
    for row in questions_of(rows.order_by("raised_at", "pk")[:MOST], scope.user, scope.now):
        one = row.escalation
        yield (
            one.reference, one.stream, row.title, one.get_severity_display(),
            one.get_reason_display(), one.level, str(one.leader), one.get_state_display(),
            timezone.localtime(one.raised_at).isoformat(sep=" ", timespec="minutes"),
        )  # fmt: skip


EXPORTS: Final[dict[str, Export]] = {
    "departments": Export(gettext_lazy("Where cases wait"), _departments),
    "days": Export(gettext_lazy("Day by day"), _days),
    "escalations": Export(gettext_lazy("What waits for a leader"), _escalations),
}

"""The leaders' dashboard: figures over what is open and over days that were counted, nothing else.

No query here reads the whole history: open cases, running clocks, the latest turns that ended,
and one row per department and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.filters import ComplaintFilter
from complaints.models import Complaint, Holding, Involvement
from complaints.paging import CAP
from complaints.paging import Count as Counted
from complaints.scope import Scope
from departments.calendars import work_times_of
from departments.charts import BarPart, stacked_bar
from departments.models import Department
from escalations.models import Deadline, Escalation
from escalations.queries import Promises, promises_total

YOUNG, MIDDLING = timedelta(days=2), timedelta(days=5)
HOLDINGS_READ = 200
"""The latest turns of a department that are measured; a median needs no more."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with what it means beside it, and the list behind it."""

    label: str
    value: str
    note: str
    url: str
    tone: str = ""
    change: str = ""
    change_tone: str = ""


# --- The numbers on top ---------------------------------------------------------------------------
def tiles(scope: Scope, promises: Iterable[Promises]) -> list[Tile]:
    """Five numbers in five queries; `promises` are those of the departments looked at."""
    return [
        _waiting(scope),
        _overdue(scope),
        _open(scope),
        _resolved(scope),
        _kept(scope, promises_total(promises)),
    ]


def open_escalations(scope: Scope) -> QuerySet[Escalation]:
    """Those that wait for a decision, on cases that may be read, and within the view."""
    rows = Escalation.objects.open()
    if not scope.standing.sees_every_case:
        # Few are open: each is looked up among the cases, not the cases among each other.
        cases = Complaint.objects.visible_to(scope.user).filter(reference=OuterRef("stream"))
        asked = Escalation.objects.open().visible_to(scope.user)
        rows = rows.filter(Q(pk__in=asked.values("pk")) | Exists(cases))
    return within(scope, rows)


def within(scope: Scope, rows: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Of the departments and the severity looked at."""
    rows = rows.filter(scope.of_severity)
    return rows if scope.chosen is None else rows.filter(department__in=scope.ids)


def list_address(scope: Scope, **filters: str) -> str:
    """The list of complaints behind a number."""
    where = "part" if filters.get("state") == "all" else "within"
    said = {
        **filters,
        "severity": scope.severity,
        where: str(scope.chosen.pk) if scope.chosen else "",
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('complaints:list')}?{query}"


def listed(scope: Scope, **filters: str) -> QuerySet[Complaint]:
    """The same list's rows: what is counted is what the link shows."""
    asked = QueryDict(list_address(scope, **filters).partition("?")[2])
    return ComplaintFilter(asked, user=scope.user, now=scope.now).qs


def _waiting(scope: Scope) -> Tile:
    states = list(open_escalations(scope).order_by().values_list("state", flat=True)[: CAP + 1])
    unseen = sum(state == Escalation.State.RAISED for state in states)
    note = ngettext("%(n)d not seen yet", "%(n)d not seen yet", unseen) % {"n": unseen}
    query = scope.query()
    return Tile(
        _("Waiting for a leader"),
        _capped(len(states)),
        note if unseen else _("all of them seen") if states else _("nobody has to decide"),
        reverse("complaints:escalations") + (f"?{query}" if query else ""),
        tone="late" if unseen else "",
    )


def _overdue(scope: Scope) -> Tile:
    grave = _severities(listed(scope, late="1"))
    major = grave.count("major")
    note = ngettext("%(n)d of them major", "%(n)d of them major", major) % {"n": major}
    return Tile(
        _("Overdue now"),
        _capped(len(grave)),
        note if major else _("none of them major") if grave else _("every clock is in time"),
        list_address(scope, late="1"),
        tone="late" if major else "" if grave else "ok",
    )


def _open(scope: Scope) -> Tile:
    grave = _severities(listed(scope, state="open"))
    major, serious = grave.count("major"), grave.count("serious")
    note = _("%(major)d major, %(serious)d serious") % {"major": major, "serious": serious}
    return Tile(_("Open"), _capped(len(grave)), note, list_address(scope, state="open"))


def _severities(rows: QuerySet[Complaint]) -> list[str]:
    """Of as many as are counted, and one more."""
    return list(rows.order_by().values_list("severity", flat=True)[: CAP + 1])


def _resolved(scope: Scope) -> Tile:
    """By the clocks that ran until the customer accepted, of cases in which we have a part.

    Each case once: what is reviewed after it was opened again has a clock of another kind.
    """
    ended = Deadline.objects.filter(
        scope.of_severity,
        kind=Deadline.Kind.RESOLVE,
        state__in=[Deadline.State.MET, Deadline.State.MET_LATE],
        ended_at__gte=scope.before,
    )
    if scope.ids is not None:
        part = Involvement.objects.filter(
            complaint__reference=OuterRef("stream"), department__in=scope.ids
        )
        ended = ended.filter(Exists(part))
    met, now = Q(state=Deadline.State.MET), Q(ended_at__gte=scope.start)
    counts = ended.aggregate(
        met=Count("ended_at", filter=met & now),
        all=Count("ended_at", filter=now),
        met_before=Count("ended_at", filter=met & ~now),
        all_before=Count("ended_at", filter=~now),
    )
    share = _share(counts["met"], counts["all"])
    change, tone = _change(share, _share(counts["met_before"], counts["all_before"]))
    return Tile(
        _("Resolved on time"),
        _percent(share),
        _late_of(counts["all"] - counts["met"], counts["all"]),
        list_address(scope, slow=str(scope.days), state="all"),
        change=change,
        change_tone=tone,
    )


def _kept(scope: Scope, promises: Promises) -> Tile:
    ended = promises.kept + promises.broken
    note = _late_of(promises.broken, ended)
    if scope.severity:
        note = _("%(note)s, every severity") % {"note": note}
    return Tile(
        _("Promises kept"),
        _percent(_share(promises.kept, ended)),
        note,
        list_address(scope, broken=str(scope.days), state="all"),
        tone="late" if promises.broken * 5 > ended else "",
    )


def _late_of(late: int, ended: int) -> str:
    if not ended:
        return _("none ended in these days")
    return _("%(late)s of %(all)s late") % {"late": f"{late:,}", "all": f"{ended:,}"}


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1f}".removesuffix(".0") + " %"


def _change(share: float | None, before: float | None) -> tuple[str, str]:
    """Compared with as many days before, in points."""
    if share is None or before is None or round(share, 1) == round(before, 1):
        return "", ""
    points = {"points": f"{abs(share - before):.1f}"}
    if share > before:
        return _("▲ %(points)s pt") % points, "ok"
    return _("▼ %(points)s pt") % points, "late"


def _capped(number: int) -> str:
    return str(Counted(min(number, CAP), capped=number > CAP))


# --- Where cases wait -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """What one department holds, how old it is, and how it has done lately."""

    department: Department
    young: int
    middling: int
    old: int
    overdue: int
    bar: list[BarPart]
    median_hold: float | None
    promises: Promises
    open_url: str

    @property
    def open(self) -> int:
        return self.young + self.middling + self.old

    @property
    def overdue_url(self) -> str:
        return f"{self.open_url}&late=1"


def where_cases_wait(scope: Scope, promises: Mapping[int, Promises]) -> list[DepartmentRow]:
    """By the department that holds them, in the order of the tree. Three queries."""
    counted = {counts.pop("holder_department"): counts for counts in _held(scope)}
    most = max((sum(counts.values()) - counts["overdue"] for counts in counted.values()), default=0)
    holds = _median_holds(scope)
    return [
        DepartmentRow(
            department=one,
            bar=_bar(counts, most),
            median_hold=holds.get(one.pk),
            promises=promises.get(one.pk, Promises()),
            open_url=_held_by(scope, one),
            **counts,
        )
        for one in scope.shown
        if one.is_active or one.pk in counted
        for counts in [counted.get(one.pk, _NOTHING)]
    ]


_NOTHING = {"young": 0, "middling": 0, "old": 0, "overdue": 0}


def _bar(counts: Mapping[str, int], most: int) -> list[BarPart]:
    parts = [
        ("ok", _("less than 2 days"), counts["young"]),
        ("warn", _("2 to 5 days"), counts["middling"]),
        ("late", _("5 days and more"), counts["old"]),
    ]
    return stacked_bar(parts, whole=most)


def _held_by(scope: Scope, department: Department) -> str:
    said = {"holder": department.pk, "severity": scope.severity}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('complaints:list')}?{query}"


def _held(scope: Scope) -> Iterable[dict[str, int]]:
    """Whoever oversees a department may read what it holds: it has a part in it."""
    rows = Complaint.objects.open().filter(scope.of_severity)
    if scope.ids is not None:
        rows = rows.filter(holder_department__in=scope.ids)
    late = Deadline.objects.running().filter(due_at__lt=scope.now)
    young = Q(received_at__gt=scope.now - YOUNG)
    old = Q(received_at__lte=scope.now - MIDDLING)
    return (
        rows.values("holder_department")
        .annotate(
            young=Count("pk", filter=young),
            middling=Count("pk", filter=~young & ~old),
            old=Count("pk", filter=old),
            overdue=Count("pk", filter=Q(reference__in=late.values("stream"))),
        )
        .order_by()
    )


def _median_holds(scope: Scope) -> dict[int, float]:
    """By department, in its working time, how long it had a case: its latest turns that ended."""
    shown = [one.pk for one in scope.shown]
    if not shown:
        return {}
    ended = Holding.objects.filter(until__gte=scope.start).order_by("-until")
    latest = [
        ended.filter(department=pk).values_list("department_id", "since", "until")[:HOLDINGS_READ]
        for pk in shown
    ]
    rows = latest[0].union(*latest[1:], all=True) if len(latest) > 1 else latest[0]
    times = work_times_of(shown)
    spans: dict[int, list[float]] = {}
    for department, since, until in rows:
        spans.setdefault(department, []).append(times[department].between(since, until))
    return {department: median(found) for department, found in spans.items()}

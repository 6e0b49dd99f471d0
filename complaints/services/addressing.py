"""Who decides: the leader whom the table names for a risk, else the lowest above the sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import zip_longest

from django.utils.translation import gettext as _

from complaints.models import Complaint, Risk, RiskKind, Ticket
from complaints.services.holding import involve
from departments.models import Department, User
from escalations.chart import load_chart
from escalations.models import Escalation
from escalations.routing import NO_ONE, OrgChart

OF_TICKETS = (Escalation.Reason.RETURNED_TWICE, Escalation.Reason.HANDED_ON)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose leader is asked, who that is today, and why: in a sentence."""

    department: Department
    leader: User
    seat: Department
    why: str


def addressee_of(case: Complaint, *, asking: User | None, now: datetime) -> Addressee | None:
    """Who decides about the case as it stands; None where nobody leads any department."""
    chart = load_chart(now)
    kinds = risked_kinds(case)
    sides = [kind.department for kind in kinds if kind.department] or sides_of(case)
    start = lowest_above(chart, sides)
    avoid = frozenset({asking.pk}) if asking else NO_ONE
    route = chart.leader_route(start.pk, 1, avoid=avoid)
    if route.person is None or route.department is None:
        return None
    seat = Department.objects.get(pk=route.department)
    why = _because_of_risks(kinds) if kinds else _because_of_sides(sides)
    return Addressee(start, User.objects.get(pk=route.person), seat, why)


def asked_by_limits(case: Complaint, asked: Addressee | None) -> Escalation | None:
    """What the same leader is asked about the case already, because a limit was reached.

    One question is enough: what a person adds joins it.
    """
    if asked is None:
        return None
    open_ = Escalation.objects.open().filter(stream=case.reference, leader=asked.leader)
    found = open_.filter(reason__in=OF_TICKETS).select_related("leader").order_by("pk")
    return found.first()


def routes_of(case: Complaint, *, asking: User | None, now: datetime) -> list[Addressee]:
    """Other leaders that could be asked: of those who take part, those answering for risks, above.

    Each leader once, lowest first. Two queries and the chart.
    """
    chart = load_chart(now)
    avoid = frozenset({asking.pk}) if asking else NO_ONE
    named = RiskKind.objects.filter(is_active=True, department__isnull=False)
    below = [
        *case.involvements.order_by("pk").values_list("department_id", flat=True),
        *named.values_list("department_id", flat=True),
    ]
    lines = [chart.line_above(pk) for pk in below]
    ordered = dict.fromkeys(pk for step in zip_longest(*lines) for pk in step if pk is not None)
    found: dict[int, int] = {}
    for pk in ordered:
        route = chart.leader_route(pk, 1, avoid=avoid)
        if route.person is not None and route.department == pk:
            found.setdefault(route.person, pk)
    people, departments = User.objects.in_bulk(found), Department.objects.in_bulk(found.values())
    return [
        Addressee(departments[pk], people[person], departments[pk], "")
        for person, pk in found.items()
    ]


def risked_kinds(case: Complaint) -> list[RiskKind]:
    """The kinds of risk of the options on offer for which a department is named."""
    risked = Risk.objects.filter(
        proposal__complaint=case, proposal__state="offered", kind__department__is_active=True
    )
    kinds = RiskKind.objects.filter(pk__in=risked.values("kind")).select_related("department")
    return list(kinds)


def let_read(case: Complaint, escalation: Escalation, *, now: datetime) -> None:
    """Whoever is asked to decide reads what it is about. Called inside a move."""
    if not Complaint.objects.visible_to(escalation.leader).filter(pk=case.pk).exists():
        involve(case, escalation.seat, now=now)


def department_for_risks(case: Complaint, *, now: datetime) -> Department | None:
    """Whose leader answers for what the options risk; None where no such risk is on offer."""
    sides = [kind.department for kind in risked_kinds(case) if kind.department]
    if not sides:
        return None
    return sides[0] if len(set(sides)) == 1 else lowest_above(load_chart(now), sides)


def sides_of(case: Complaint) -> list[Department]:
    """The two that the liveliest ticket is between; without one, the department that holds it."""
    ticket: Ticket | None = (
        case.tickets.open()
        .select_related("asking_department", "department")
        .order_by("-moved_at", "-pk")
        .first()
    )
    if ticket is None:
        return [case.holder_department]
    return [ticket.asking_department, ticket.department]


def lowest_above(chart: OrgChart, sides: list[Department]) -> Department:
    """The lowest department above all of them, or one of them; the first in separate trees."""
    by_pk = {side.pk: side for side in sides}
    found = reduce(lambda one, other: chart.lowest_above_both(one, other) or one, by_pk)
    return by_pk.get(found) or Department.objects.get(pk=found)


def _because_of_risks(kinds: list[RiskKind]) -> str:
    names = ", ".join(
        _("%(kind)s (%(department)s)") % {"kind": kind.name, "department": kind.department.name}
        for kind in kinds
        if kind.department
    )
    return _("The table of risks names who answers for what the options risk: %(names)s.") % {
        "names": names
    }


def _because_of_sides(sides: list[Department]) -> str:
    names = list(dict.fromkeys(side.name for side in sides))
    if len(names) == 1:
        return _("%(department)s holds the case: its leader, or the next above, decides.") % {
            "department": names[0]
        }
    return _("The lowest leader above both %(one)s and %(other)s decides.") % {
        "one": names[0],
        "other": names[1],
    }

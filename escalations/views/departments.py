"""Departments to read: who leads, who is away, what is risky, and who would be told now and why.

Everybody inside may read them: who answers for what is no secret in the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.models import Absence, Department, Deputyship, User, WorkCalendar
from departments.organisation import Organisation, read_organisation
from departments.queries import absences_at
from departments.warnings import OrgWarning, warnings_in
from escalations.chart import load_chart
from escalations.forms_departments import WhoForm
from escalations.whoistold import people_in, who_is_told
from escalations.wording import Names

DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody with a role, and the absence that holds."""

    person: User
    away: Absence | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A department in the tree."""

    department: Department
    depth: int
    leader: Post | None
    deputies: Sequence[Post]
    members: int
    risks: Sequence[OrgWarning]


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """The tree, with leaders, who is away, and what is risky."""
    now = timezone.now()
    organisation = read_organisation(now)
    warnings = warnings_in(organisation)
    rows = [_row(one, depth, organisation, warnings) for one, depth in in_order(organisation)]
    away = [
        absence
        for own in organisation.absences.values()
        for absence in own
        if absence.starts_at <= now < absence.ends_at
    ]
    context = {"rows": rows, "warnings": warnings, "away": away, "now": now}
    return render(request, "departments/departments.html", context)


@require_safe
def department_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: its people, its hours, and who would be told."""
    rows = Department.objects.select_related("leader", "parent", "calendar")
    department = get_object_or_404(rows, pk=pk)
    now = timezone.now()
    form, owner, at = _asked(request, department, now)
    organisation = read_organisation(now)
    people = _people(department, at)
    above = organisation.line_above(organisation.departments[pk])[1:]
    context = {
        "department": department,
        "above": above[::-1],
        "below": [one for one in organisation.departments.values() if one.parent_id == pk],
        "calendar": _calendar(department, above),
        "risks": [each for each in warnings_in(organisation) if each.concerns(department)],
        "form": form,
        "at": at,
        "is_now": at == now,
        "answers": _answers(department, owner, at, organisation) if form.is_valid() else [],
        "now": now,
        **people,
    }
    return render(request, "departments/department.html", context)


def in_order(organisation: Organisation) -> list[tuple[Department, int]]:
    """Each department below its parent, with its depth; those in a circle come last."""
    below: dict[int | None, list[Department]] = {}
    for department in organisation.departments.values():
        parent = department.parent_id if department.parent_id in organisation.departments else None
        below.setdefault(parent, []).append(department)
    order: list[tuple[Department, int]] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        department, depth = waiting.pop()
        order.append((department, min(depth, DEEPEST)))
        waiting += [(one, depth + 1) for one in reversed(below.get(department.pk, []))]
    placed = {department for department, _depth in order}
    circling = [one for one in organisation.departments.values() if one not in placed]
    return order + [(department, 0) for department in circling]


def _row(
    department: Department,
    depth: int,
    organisation: Organisation,
    warnings: Iterable[OrgWarning],
) -> Row:
    leader = department.leader
    return Row(
        department,
        depth,
        leader=Post(leader, organisation.away_now(leader)) if leader else None,
        deputies=[
            Post(one, organisation.away_now(one))
            for one in organisation.deputies.get(department.pk, ())
        ],
        members=organisation.members.get(department.pk, 0),
        risks=[one for one in warnings if one.concerns(department)],
    )


def _asked(
    request: HttpRequest, department: Department, now: datetime
) -> tuple[WhoForm, User | None, datetime]:
    """The question as asked; else about what nobody has taken, now."""
    form = WhoForm(request.GET, department=department)
    if not form.is_valid():
        return form, None, now
    return form, form.cleaned_data["owner"], form.cleaned_data["at"] or now


def _answers(
    department: Department, owner: User | None, at: datetime, organisation: Organisation
) -> list[Any]:
    chart = load_chart(at)
    wanted = people_in(chart) | ({owner.pk} if owner else set())
    names = Names(User.objects.in_bulk(wanted), organisation.departments)
    return who_is_told(chart, department, owner, names)


def _people(department: Department, at: datetime) -> Mapping[str, Any]:
    """The leader, the deputies and the members, each with the absence of that time."""
    deputies = Deputyship.objects.filter(department=department).select_related("person")
    members = department.members.filter(is_active=True).order_by("name", "pk")
    roles = [one.person for one in deputies.order_by("rank", "id")]
    everybody = {*roles, *members, *([department.leader] if department.leader else [])}
    rows = absences_at(at).filter(person__in=everybody).select_related("stand_in")
    away = {absence.person_id: absence for absence in rows.order_by("starts_at", "id")}
    leader = department.leader
    return {
        "leader": Post(leader, away.get(leader.pk)) if leader else None,
        "deputies": [Post(one, away.get(one.pk)) for one in roles],
        "members": [Post(one, away.get(one.pk)) for one in members],
    }


def _calendar(department: Department, above: Iterable[Department]) -> WorkCalendar | None:
    """Its own, or the nearest above."""
    nearest = (one.calendar_id or 0 for one in (department, *above) if one.calendar_id)
    return WorkCalendar.objects.filter(pk=next(nearest, 0)).first()

"""Loads the `OrgChart` of one instant: four queries, however many rows it then routes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from departments.models import Department, Deputyship, User
from departments.queries import absences_at
from escalations.routing import OrgChart, Post


def load_chart(now: datetime) -> OrgChart:
    """Departments with their leaders and deputies, who is away, who is inactive."""
    deputies: defaultdict[int, list[int]] = defaultdict(list)
    for department, person in Deputyship.objects.order_by("rank", "id").values_list(
        "department_id", "person_id"
    ):
        deputies[department].append(person)
    posts = {
        pk: Post(
            parent=parent,
            leader=leader,
            deputies=tuple(deputies[pk]),
            is_executive=kind == Department.Kind.EXECUTIVE,
            is_active=active,
        )
        for pk, parent, leader, kind, active in Department.objects.values_list(
            "id", "parent_id", "leader_id", "kind", "is_active"
        )
    }
    inactive = User.objects.filter(is_active=False).values_list("id", flat=True)
    return OrgChart(posts=posts, inactive=frozenset(inactive), away=_away(now))


def _away(now: datetime) -> dict[int, int | None]:
    """By absent person the stand-in; of several absences the latest that names one."""
    away: dict[int, int | None] = {}
    rows = absences_at(now).order_by("starts_at", "id").values_list("person_id", "stand_in_id")
    for person, stand_in in rows:
        away[person] = stand_in or away.get(person)
    return away

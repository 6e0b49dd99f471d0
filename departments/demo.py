"""Who there is to try, on an installation with demo data; elsewhere nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Exists, F, OuterRef
from django.utils.translation import get_language, gettext

from departments.models import Department, Deputyship, User


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account to try."""

    username: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """The accounts of one department; those without one come last, without a name."""

    name: str
    kind: str
    people: list[DemoPerson] = field(default_factory=list)


def demo_accounts() -> list[DemoGroup]:
    """Demo accounts by department, the leader first. One query."""
    home = OuterRef("memberships__department")
    leads = Department.objects.filter(pk=home, leader=OuterRef("pk"))
    deputises = Deputyship.objects.filter(department=home, person=OuterRef("pk"))
    rows = (
        User.objects.filter(is_demo=True, is_active=True)
        .annotate(
            home=F("memberships__department"),
            home_en=F("memberships__department__name_en"),
            home_zh=F("memberships__department__name_zh"),
            kind=F("memberships__department__kind"),
            is_leader=Exists(leads),
            is_deputy=Exists(deputises),
        )
        .order_by(F("home").asc(nulls_last=True), "-is_leader", "-is_deputy", "pk")
    )
    return [_group(list(people)) for _, people in groupby(rows, key=lambda row: row.home)]


def _group(rows: list[User]) -> DemoGroup:
    first = rows[0]
    chinese = (get_language() or "").startswith("zh")
    name = first.home_zh if chinese else first.home_en  # type: ignore[attr-defined]
    people = [DemoPerson(row.username, row.name, _role(row)) for row in rows]
    return DemoGroup(name or gettext("Without a department"), first.kind or "system", people)  # type: ignore[attr-defined]


def _role(row: User) -> str:
    if row.is_leader:  # type: ignore[attr-defined]
        return gettext("leader")
    if row.is_deputy:  # type: ignore[attr-defined]
        return gettext("deputy")
    if row.is_auditor:
        return gettext("auditor")
    if row.is_staff:
        return gettext("administrator")
    return gettext("member")

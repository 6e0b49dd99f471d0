"""A small organisation for every test: `org` makes it, in a handful of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from departments.models import (
    Absence,
    CalendarDay,
    Department,
    Deputyship,
    Membership,
    User,
    WorkCalendar,
)
from departments.standing import forget_standing

PASSWORD = "cranes-over-the-lake"
ZONE = "Asia/Shanghai"
OFFICE_HOURS = [[["09:00", "18:00"]]] * 5 + [[], []]

# attribute -> (name, department; None for none, flags)
PEOPLE: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    "cs1": ("客服1 陈静", "cs", {}),
    "cs2": ("客服2 周敏", "cs", {}),
    "cs_lead": ("客服领导 林岚", "cs", {}),
    "biz1": ("业务1 王伟", "biz", {}),
    "biz2": ("业务2 赵倩", "biz", {}),
    "biz_lead": ("业务领导 孙涛", "biz", {}),
    "biz_deputy": ("业务副职 吴磊", "biz", {}),
    "tech1": ("科技1 李强", "tech", {}),
    "tech2": ("科技2 郑洁", "tech", {}),
    "tech_lead": ("科技领导 何峰", "tech", {}),
    "ops1": ("运营1 马丽", "ops", {}),
    "ops_lead": ("运营领导 许宁", "ops", {}),
    "comp1": ("合规1 高洋", "comp", {}),
    "ceo": ("总经理 沈明", "exec", {}),
    "admin": ("管理员 Admin", None, {"is_staff": True, "is_superuser": True}),
    "auditor": ("审计 罗文", None, {"is_auditor": True}),
    "outsider": ("外人 Nobody", None, {}),
}

# attribute -> (name in English, name in Chinese, kind, leader, deputies)
DEPARTMENTS: dict[str, tuple[str, str, Department.Kind, str, list[str]]] = {
    "exec": ("Management", "管理层", Department.Kind.EXECUTIVE, "ceo", []),
    "cs": ("Customer service", "客服", Department.Kind.CUSTOMER_SERVICE, "cs_lead", []),
    "biz": ("Business", "业务", Department.Kind.BUSINESS, "biz_lead", ["biz_deputy"]),
    "tech": ("Technology", "科技", Department.Kind.TECHNOLOGY, "tech_lead", []),
    "ops": ("Operations", "运营管理", Department.Kind.OPERATIONS, "ops_lead", []),
    "comp": ("Compliance", "合规", Department.Kind.COMPLIANCE, "comp1", []),
}


@dataclass(frozen=True, slots=True)
class Org:
    """Departments (`exec` above the five others) and the people in them."""

    calendar: WorkCalendar
    exec: Department
    cs: Department
    biz: Department
    tech: Department
    ops: Department
    comp: Department
    cs1: User
    cs2: User
    cs_lead: User
    biz1: User
    biz2: User
    biz_lead: User
    biz_deputy: User
    tech1: User
    tech2: User
    tech_lead: User
    ops1: User
    ops_lead: User
    comp1: User
    ceo: User
    admin: User
    auditor: User
    outsider: User

    @property
    def departments(self) -> list[Department]:
        """All six, the root first."""
        return [getattr(self, key) for key in DEPARTMENTS]

    @property
    def people(self) -> dict[str, User]:
        """Everybody by their attribute's name: handy to parametrize over roles."""
        return {key: getattr(self, key) for key in PEOPLE}

    def away(
        self,
        person: User,
        *,
        stand_in: User | None = None,
        starts_at: datetime | None = None,
        days: float = 7,
    ) -> Absence:
        """Send somebody away, from an hour ago unless `starts_at` says otherwise."""
        starts_at = starts_at or timezone.now() - timedelta(hours=1)
        forget_standing(*self.people.values())
        return Absence.objects.create(
            person=person,
            stand_in=stand_in,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=days),
        )

    def holiday(self, day: date, label: str = "Holiday") -> CalendarDay:
        """Close the default calendar for one day."""
        return CalendarDay.objects.create(calendar=self.calendar, date=day, label=label)


def build_org(*, country: str = "") -> Org:
    """Create the organisation; with `country` its calendar keeps that country's holidays."""
    calendar = WorkCalendar.objects.create(
        name_en="Office hours", name_zh="办公时间", zone=ZONE, country=country, week=OFFICE_HOURS
    )
    people = _people()
    departments = _departments(people, calendar)
    Membership.objects.bulk_create(
        Membership(person=people[key], department=departments[home])
        for key, (_, home, _) in PEOPLE.items()
        if home
    )
    Deputyship.objects.bulk_create(
        Deputyship(person=people[deputy], department=departments[key], rank=rank)
        for key, (*_, deputies) in DEPARTMENTS.items()
        for rank, deputy in enumerate(deputies, start=1)
    )
    return Org(calendar=calendar, **departments, **people)


def _people() -> dict[str, User]:
    hashed = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(
            username=key,
            name=name,
            email=f"{key}@example.com",
            password=hashed,
            time_zone=ZONE,
            **flags,
        )
        for key, (name, _, flags) in PEOPLE.items()
    )
    return dict(zip(PEOPLE, made, strict=True))


def _departments(people: dict[str, User], calendar: WorkCalendar) -> dict[str, Department]:
    rows = {
        key: Department(code=key, name_en=en, name_zh=zh, kind=kind, leader=people[leader])
        for key, (en, zh, kind, leader, _) in DEPARTMENTS.items()
    }
    root = rows["exec"]
    root.calendar = calendar
    root.save()
    below = [row for key, row in rows.items() if key != "exec"]
    for row in below:
        row.parent = root
    Department.objects.bulk_create(below)
    return rows


@pytest.fixture
def org(db: None) -> Org:
    """Six departments and seventeen people; office hours in Shanghai, without holidays."""
    return build_org()

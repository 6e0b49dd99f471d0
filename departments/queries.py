"""Reads: who belongs where, who leads, who is away, and when a department works."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from departments.calendars import work_time_of, work_times_of
from departments.models import Absence, Department, Deputyship, Membership, User
from departments.standing import standing_of
from departments.tree import line_above, subtree_ids

__all__ = [
    "absences_at",
    "ancestors",
    "colleagues",
    "department_ids_of",
    "is_absent",
    "leaders_of",
    "led_ids",
    "overseen_ids",
    "stand_in_of",
    "subtree_ids",
    "with_absent",
    "work_time_of",
    "work_times_of",
]


def ancestors(department: Department) -> list[Department]:
    """The departments above, nearest first, each with its leader. Two queries at most."""
    ids = line_above(department.parent_id)
    found = Department.objects.select_related("leader").in_bulk(ids)
    return [found[pk] for pk in ids if pk != department.pk]


def department_ids_of(user: User) -> set[int]:
    """Where the person is a member, leads or deputises; standing in does not count."""
    joined = Membership.objects.filter(person=user).values_list("department_id")
    deputised = Deputyship.objects.filter(person=user).values_list("department_id")
    led = Department.objects.filter(leader=user).order_by().values_list("id")
    return {pk for (pk,) in joined.union(deputised, led)}


def led_ids(user: User, now: datetime) -> frozenset[int]:
    """Departments led, deputised, or led by somebody for whom the person stands in now."""
    return standing_of(user, now).leads


def overseen_ids(user: User, now: datetime) -> frozenset[int]:
    """Everything at and below `led_ids`."""
    return standing_of(user, now).oversees


def leaders_of(department: Department) -> list[User]:
    """Who may decide for the department: its leader, then its deputies by rank; active ones."""
    deputies = list(
        User.objects.filter(deputyships__department=department, is_active=True).order_by(
            "deputyships__rank", "deputyships__id"
        )
    )
    leader = department.leader
    first = [leader] if leader is not None and leader.is_active else []
    return first + [person for person in deputies if person not in first]


def colleagues(department: Department) -> QuerySet[User]:
    """Everyone active who is a member, the leader or a deputy; by name."""
    here = Q(pk__in=Membership.objects.filter(department=department).values("person"))
    deputy = Q(pk__in=Deputyship.objects.filter(department=department).values("person"))
    leader = Q(pk=department.leader_id)
    return User.objects.filter(here | deputy | leader, is_active=True).order_by("name", "pk")


def absences_at(now: datetime) -> QuerySet[Absence]:
    """The absences that hold at `now`."""
    return Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)


def with_absent(people: QuerySet[User], now: datetime) -> QuerySet[User]:
    """The same people with `absent` on each, for lists to choose from."""
    return people.annotate(absent=Exists(absences_at(now).filter(person=OuterRef("pk"))))


def is_absent(user: User, now: datetime) -> bool:
    """Whether the person is away at `now`."""
    return absences_at(now).filter(person=user).exists()


def stand_in_of(user: User, now: datetime) -> User | None:
    """Who stands in for an absent person: the first one present and active.

    Follows a stand-in who is away to theirs; None if nobody is left, or nobody is absent.
    One query per step.
    """
    asked: set[int] = set()
    waiting = [user.pk]
    while waiting:
        asked.update(waiting)
        named = _stand_ins(waiting, now)
        for person in named:
            if not person.absent and person.is_active:  # type: ignore[attr-defined]
                return person
        waiting = [person.pk for person in named if person.pk not in asked]
    return None


def _stand_ins(people: list[int], now: datetime) -> list[User]:
    """Whom these absent people named, the latest absence first, each with `absent`."""
    return list(
        with_absent(User.objects.all(), now)
        .filter(
            stands_in__person__in=people,
            stands_in__starts_at__lte=now,
            stands_in__ends_at__gt=now,
        )
        .order_by("-stands_in__starts_at", "-stands_in__id")
    )

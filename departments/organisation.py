"""The organisation as it stands at one instant, read once: for warnings and for its pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from departments.models import Absence, Department, Deputyship, Membership, User


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that warnings look at, read once."""

    now: datetime
    departments: Mapping[int, Department]
    deputies: Mapping[int, list[User]]
    members: Mapping[int, int]
    absences: Mapping[int, list[Absence]]

    def line_above(self, department: Department) -> list[Department]:
        """The department and those above it, nearest first; a cycle is cut."""
        line: list[Department] = []
        current: Department | None = department
        while current is not None and current not in line:
            line.append(current)
            current = self.departments.get(current.parent_id or 0)
        return line

    def leads(self, department: Department) -> list[User]:
        """The active leader and the active deputies."""
        roles = [department.leader, *self.deputies.get(department.pk, ())]
        return [person for person in roles if person is not None and person.is_active]

    def away_now(self, person: User) -> Absence | None:
        """The absence that holds now."""
        own = self.absences.get(person.pk, ())
        return next((one for one in own if one.starts_at <= self.now < one.ends_at), None)

    @property
    def active(self) -> list[Department]:
        """The departments that work."""
        return [one for one in self.departments.values() if one.is_active]


def read_organisation(now: datetime) -> Organisation:
    """Four queries, however large it is."""
    deputies: defaultdict[int, list[User]] = defaultdict(list)
    for row in Deputyship.objects.select_related("person").order_by("rank", "id"):
        deputies[row.department_id].append(row.person)
    absences: defaultdict[int, list[Absence]] = defaultdict(list)
    to_come = Absence.objects.filter(ends_at__gt=now, person__is_active=True)
    for absence in to_come.select_related("person", "stand_in").order_by("starts_at", "id"):
        absences[absence.person_id].append(absence)
    joined = Membership.objects.filter(person__is_active=True).values_list("department", flat=True)
    return Organisation(
        now=now,
        departments=Department.objects.select_related("leader").in_bulk(),
        deputies=deputies,
        members=Counter(joined),
        absences=absences,
    )

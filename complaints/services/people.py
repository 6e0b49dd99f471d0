"""Which people and departments may be named in a move."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from departments.models import Department, User
from journal.errors import Invalid


def people_of(*departments: Department) -> QuerySet[User]:
    """Members, leaders and deputies who are active."""
    return (
        User.objects.filter(is_active=True)
        .filter(
            Q(memberships__department__in=departments)
            | Q(leads__in=departments)
            | Q(deputyships__department__in=departments)
        )
        .distinct()
        .order_by("name", "pk")
    )


def colleague_or_invalid(person: User, department: Department, field: str) -> User:
    """The person, if they work in the department; else Invalid at the field."""
    if not people_of(department).filter(pk=person.pk).exists():
        raise Invalid(
            _("%(person)s does not work in %(department)s.")
            % {"person": person, "department": department},
            field,
        )
    return person


def department_of(person: User) -> Department:
    """Where the person works, or what they lead; the oldest such department."""
    found = (
        Department.objects.filter(
            Q(memberships__person=person) | Q(leader=person) | Q(deputyships__person=person)
        )
        .order_by("pk")
        .first()
    )
    if found is None:
        raise Invalid(_("%(person)s works in no department.") % {"person": person}, "owner")
    return found


def active_or_invalid(department: Department, field: str) -> Department:
    """The department, if work can be given to it; else Invalid at the field."""
    if not department.is_active:
        raise Invalid(
            _("%(department)s is no longer active.") % {"department": department}, field
        )
    return department

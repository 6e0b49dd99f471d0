"""Who may: predicates from a person's standing. The floors above compose their rules of them."""

from __future__ import annotations

import rules
from django.contrib.auth.models import AnonymousUser

from departments.models import Department, User
from departments.standing import standing_of

Person = User | AnonymousUser


@rules.predicate  # type: ignore[untyped-decorator]
def is_customer_service(user: Person) -> bool:
    """Belongs to, or acts for, a customer service department."""
    return Department.Kind.CUSTOMER_SERVICE in standing_of(user).kinds


@rules.predicate  # type: ignore[untyped-decorator]
def is_compliance(user: Person) -> bool:
    """Belongs to, or acts for, a compliance department."""
    return Department.Kind.COMPLIANCE in standing_of(user).kinds


@rules.predicate  # type: ignore[untyped-decorator]
def is_member_of(user: Person, department: Department | None) -> bool:
    """Works in this department, or leads it."""
    return department is not None and department.pk in standing_of(user).departments


@rules.predicate  # type: ignore[untyped-decorator]
def is_leader_of(user: Person, department: Department | None) -> bool:
    """Leads or deputises this department, or stands in for its absent leader."""
    return department is not None and department.pk in standing_of(user).leads


@rules.predicate  # type: ignore[untyped-decorator]
def oversees(user: Person, department: Department | None) -> bool:
    """Leads this department or one above it."""
    return department is not None and department.pk in standing_of(user).oversees


@rules.predicate  # type: ignore[untyped-decorator]
def is_auditor(user: Person) -> bool:
    """Reads everything, changes nothing."""
    return bool(user.is_active and getattr(user, "is_auditor", False))


@rules.predicate  # type: ignore[untyped-decorator]
def is_administrator(user: Person) -> bool:
    """Runs the installation; that alone shows no case."""
    return bool(user.is_active and user.is_staff)


CHANGE_CALENDARS = "departments.change_calendars"
rules.add_perm(CHANGE_CALENDARS, is_compliance | is_administrator)

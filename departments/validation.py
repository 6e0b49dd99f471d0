"""What may be entered about people and departments; each message says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.tree import line_above

if TYPE_CHECKING:
    from departments.models import Absence, Department, Deputyship, User


def validate_zone(name: str) -> None:
    """Raises ValidationError unless this machine knows the IANA zone."""
    try:
        ZoneInfo(name)
    # KeyError: not there; ValueError: not a name; OSError: a folder of zones such as "America".
    except (KeyError, ValueError, OSError):
        raise ValidationError(
            _("Unknown time zone “%(zone)s”: use a name such as Asia/Shanghai or Europe/Berlin."),
            code="zone",
            params={"zone": name},
        ) from None


def clean_person(person: User) -> None:
    """Refuses to deactivate somebody who still leads a department."""
    if person.is_active or person.pk is None:
        return
    still = [str(department) for department in person.leads.filter(is_active=True)]
    if still:
        raise ValidationError(
            {"is_active": _("%(name)s still leads %(departments)s: name another leader first.")
             % {"name": person, "departments": ", ".join(still)}}
        )  # fmt: skip


def clean_department(department: Department) -> None:
    """Refuses a leader who has left, and a parent that lies below."""
    errors = {}
    leader = department.leader
    if leader is not None and not leader.is_active and department.is_active:
        errors["leader"] = _("%(name)s is no longer active: choose another leader.") % {
            "name": leader
        }
    if department.pk is not None and department.pk in line_above(department.parent_id):
        errors["parent"] = _(
            "%(parent)s lies below %(department)s: choose a parent outside its own branch."
        ) % {"parent": department.parent, "department": department}
    if errors:
        raise ValidationError(errors)


def clean_deputy(deputyship: Deputyship) -> None:
    """Refuses a deputy who has left, or who leads the department already."""
    if not deputyship.person_id:
        return  # the field says so already
    person = deputyship.person
    if not person.is_active:
        raise ValidationError(
            {"person": _("%(name)s is no longer active: choose another deputy.") % {"name": person}}
        )
    if deputyship.department.leader_id == person.pk:
        raise ValidationError(
            {"person": _("%(name)s is the leader: choose somebody else.") % {"name": person}}
        )


def clean_absence(absence: Absence) -> None:
    """Refuses a stand-in who has left, or whose own stand-ins lead back to the person."""
    if absence.stand_in is None or absence.stand_in_id == absence.person_id:
        return  # nobody stands in; or the database's own constraint refuses it
    if not absence.stand_in.is_active:
        raise ValidationError(
            {"stand_in": _("%(name)s is no longer active: choose another stand-in.")
             % {"name": absence.stand_in}}
        )  # fmt: skip
    dates_given = absence.starts_at is not None and absence.ends_at is not None
    if dates_given and absence.person_id is not None and _leads_back(absence):
        raise ValidationError(
            {"stand_in": _("%(stand_in)s is away in these days, and %(person)s would stand in for"
                           " them in turn: choose somebody who is there, or change the dates.")
             % {"stand_in": absence.stand_in, "person": absence.person}}
        )  # fmt: skip


def _leads_back(absence: Absence) -> bool:
    """Whether at some instant the stand-ins of stand-ins come round to the absent person."""
    others = type(absence).objects.exclude(pk=absence.pk).filter(stand_in__isnull=False)
    paths = [(absence.stand_in_id, absence.starts_at, absence.ends_at, {absence.stand_in_id})]
    while paths:
        stand_in, starts_at, ends_at, seen = paths.pop()
        while_away = others.filter(person=stand_in, starts_at__lt=ends_at, ends_at__gt=starts_at)
        for other in while_away:
            if other.stand_in_id == absence.person_id:
                return True
            if other.stand_in_id not in seen:
                start, end = max(starts_at, other.starts_at), min(ends_at, other.ends_at)
                paths.append((other.stand_in_id, start, end, seen | {other.stand_in_id}))
    return False

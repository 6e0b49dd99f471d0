"""What a case is about, and how grave it is: both choose its policy, and so its clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Complaint
from complaints.search import search_of
from complaints.services import clocks, limits
from complaints.services.ending import involved_people
from complaints.services.moving import begin, finish, require
from departments.models import User
from escalations.models import Preset
from journal.errors import Invalid
from journal.models import Entry
from notifications.services import tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Sorting:
    """What the policy of a case is chosen by, but for its severity."""

    category: Category
    cause: Category | None = None
    product: str = ""
    preset: str = ""
    group: Category | None = None

    @classmethod
    def of(cls, case: Complaint) -> Sorting:
        """As the case is sorted now."""
        return cls(
            category=case.category,
            cause=case.cause,
            product=case.product,
            preset=case.preset,
            group=case.customer.group,
        )

    def differs_from(self, other: Sorting) -> list[str]:
        """What is not the same."""
        names = ("category", "cause", "product", "preset", "group")
        return [name for name in names if getattr(self, name) != getattr(other, name)]


@transaction.atomic
def change_severity(
    *,
    complaint: Complaint,
    actor: User,
    severity: str,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """The clocks of the case go by the new severity's targets, from when they began."""
    case = begin(complaint, "change_severity", actor=actor, version=version)
    if severity == case.severity:
        raise Invalid(_("That is the severity already."), "severity")
    reason = require(reason, "reason", _("Say why."))
    before, case.severity = case.severity, severity
    data = {"from": before, "to": severity}
    entry = finish(case, "change_severity", actor=actor, now=now, text=reason, data=data)
    clocks.retime(case, actor=actor, now=now)
    _tell(case, "severity_changed", entry, actor, now=now)
    return case


@transaction.atomic
def recategorise(
    *,
    complaint: Complaint,
    actor: User,
    sorting: Sorting,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """What it is about, whose rules hold, what group the customer is of: the policy follows."""
    case = begin(complaint, "recategorise", actor=actor, version=version)
    before = Sorting.of(case)
    changed = sorting.differs_from(before)
    if not changed:
        raise Invalid(_("Nothing was changed."), "category")
    if "preset" in changed:
        require_preset(sorting.preset)
    reason = require(reason, "reason", _("Say why."))
    case.category, case.cause = sorting.category, sorting.cause
    case.product, case.preset = sorting.product, sorting.preset
    if "product" in changed:
        case.search = search_of(case)
    if "group" in changed:
        case.customer.group = sorting.group
        case.customer.save(update_fields=["group"])
    data = {"changed": _changes(before, sorting, changed)}
    entry = finish(case, "recategorise", actor=actor, now=now, text=reason, data=data)
    clocks.retime(case, actor=actor, now=now)
    if {"cause", "product"} & set(changed):
        limits.cause_changed(case, now=now)
        limits.recurred(case, now=now)
    _tell(case, "recategorised", entry, actor, now=now)
    return case


def require_preset(code: str) -> None:
    """Raises Invalid where nobody knows such rules."""
    if code and not Preset.objects.filter(code=code).exists():
        raise Invalid(_("Choose the regulator's rules from the list."), "preset")


def _changes(before: Sorting, after: Sorting, changed: list[str]) -> dict[str, Any]:
    return {name: [_code(getattr(each, name)) for each in (before, after)] for name in changed}


def _code(value: Category | str | None) -> str:
    return value.code if isinstance(value, Category) else value or ""


def _tell(case: Complaint, kind: str, entry: Entry, actor: User, *, now: datetime) -> None:
    tell(
        people=[person for person in involved_people(case) if person != actor],
        kind=kind,
        entry=entry,
        subject=case.reference,
        label=case.title,
        now=now,
    )

"""What the dashboard looks at: departments, days, severity. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import Department, User
from departments.standing import Standing, standing_of
from departments.tree import tree_path
from escalations.models import Severity

DAYS: Final = (7, 30, 90)
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter's menu."""

    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip that opens to its choices."""

    name: str
    label: str
    choices: list[Choice]
    is_set: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person looks at. `ids` are the departments counted; None for all there are."""

    user: User
    standing: Standing
    now: datetime
    departments: list[Department]
    chosen: Department | None
    ids: frozenset[int] | None
    is_limited: bool = False
    days: int = USUAL_DAYS
    severity: str = ""

    @property
    def today(self) -> date:
        """By the installation's clock, as the figures of a day are counted."""
        return self.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()

    @property
    def since(self) -> date:
        """The first day looked at; today is the last."""
        return self.today - timedelta(days=self.days - 1)

    @property
    def start(self) -> datetime:
        """When that day began."""
        return start_of(self.days, self.now)

    @property
    def before(self) -> datetime:
        """When as many days before began, to compare with."""
        return self.start - timedelta(days=self.days)

    @property
    def of_severity(self) -> Q:
        """The condition on what has a severity."""
        return Q(severity=self.severity) if self.severity else Q()

    @property
    def shown(self) -> list[Department]:
        """The departments counted, in the order of the tree."""
        return [one for one in self.departments if self.ids is None or one.pk in self.ids]

    @property
    def has_first_contact(self) -> bool:
        """Whether complaints are filed and closed by the departments counted."""
        kinds = {one.kind for one in self.shown}
        return self.ids is None or Department.Kind.CUSTOMER_SERVICE in kinds

    def query(self, **changes: object) -> str:
        """The address of this view, or of one with another choice; the usual ones are left out."""
        said = {
            "department": self.chosen.pk if self.chosen else "",
            "days": self.days,
            "severity": self.severity,
        } | changes
        if said["days"] == USUAL_DAYS:
            del said["days"]
        return urlencode({name: value for name, value in said.items() if value})

    def filters(self) -> list[Filter]:
        """The chips above the dashboard."""
        return [self._by_department(), self._by_days(), self._by_severity()]

    def _by_department(self) -> Filter:
        everything = _("My departments") if self.is_limited else _("All departments")
        choices = [Choice(everything, self.query(department=""), self.chosen is None)]
        choices += [
            Choice(one.name, self.query(department=one.pk), one == self.chosen)
            for one in self.departments
        ]
        label = self.chosen.name if self.chosen else everything
        return Filter("department", label, choices, self.chosen is not None)

    def _by_days(self) -> Filter:
        choices = [Choice(_last(days), self.query(days=days), days == self.days) for days in DAYS]
        return Filter("days", _last(self.days), choices, self.days != USUAL_DAYS)

    def _by_severity(self) -> Filter:
        labels = {"": _("Every severity"), **{code: str(text) for code, text in Severity.choices}}
        choices = [
            Choice(label, self.query(severity=code), code == self.severity)
            for code, label in labels.items()
        ]
        return Filter("severity", labels[self.severity], choices, bool(self.severity))


def start_of(days: int, now: datetime) -> datetime:
    """When the first of so many days began, today being the last, by the installation's clock."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone)


def scope_of(user: User, asked: QueryDict, now: datetime) -> Scope:
    """What the address asks for, as far as the person may look; the usual view for the rest."""
    standing = standing_of(user)
    tree = list(Department.objects.annotate(path=tree_path()).order_by("path"))
    reach = None if standing.sees_every_case else standing.reach
    visible = [one for one in tree if reach is None or one.pk in reach]
    chosen = next((one for one in visible if str(one.pk) == asked.get("department")), None)
    # Who oversees everything counts everything, which asks less of the database.
    ids = None if len(visible) == len(tree) else reach
    if chosen is not None:
        below = _below(chosen, tree)
        ids = below if reach is None else below & reach
    days = asked.get("days", "")
    severity = asked.get("severity", "")
    return Scope(
        user=user,
        standing=standing,
        now=now,
        departments=visible,
        chosen=chosen,
        ids=ids,
        is_limited=len(visible) < len(tree),
        days=next((known for known in DAYS if str(known) == days), USUAL_DAYS),
        severity=severity if severity in Severity.values else "",
    )


def _below(department: Department, tree: Iterable[Department]) -> frozenset[int]:
    """The department and everything under it; the tree is in order, parents first."""
    found = {department.pk}
    for one in tree:
        if one.parent_id in found:
            found.add(one.pk)
    return frozenset(found)


def _last(days: int) -> str:
    return ngettext("Last %(days)d day", "Last %(days)d days", days) % {"days": days}

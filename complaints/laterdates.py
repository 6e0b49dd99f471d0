"""Later dates of a case as they are shown: on its page, and to the leaders who approve them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaints.acts import Acts, act_for, acts_of
from complaints.models import Complaint, Extension
from complaints.permissions import allowed_moves
from complaints.scope import Scope
from departments.formatting import Clock
from departments.models import User
from escalations.models import Deadline
from escalations.queries import with_working_left

SHOWN = 20


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A later date that was asked for, and how it stands."""

    extension: Extension
    clock: Clock | None
    acts: Acts

    @property
    def case(self) -> Complaint:
        return self.extension.complaint


def extension_rows(
    case: Complaint, clocks: Mapping[tuple[str, str], Clock], user: User
) -> list[ExtensionRow]:
    """All of a case, the latest first. One query."""
    found = case.extensions.select_related("asked_by", "leader", "department", "decided_by")
    rows = list(found.order_by("-asked_at", "-pk"))
    for row in rows:
        # The same object, so that permissions ask the case once.
        row.complaint = case
    approve = Deadline.Kind.APPROVE
    return [
        ExtensionRow(row, clocks.get((row.reference, approve)), acts_of(user, row)) for row in rows
    ]


def waiting_for_approval(scope: Scope, *, back: str) -> list[ExtensionRow]:
    """Those that this person may approve now, within what is looked at. Three queries at most."""
    found = _asked(scope)
    rows = [row for row in found if "approve" in allowed_moves(scope.user, row)][:SHOWN]
    if not rows:
        return []
    clocks = _clocks([row.reference for row in rows], scope.now)
    return [ExtensionRow(row, clocks.get(row.reference), _to_approve(row, back)) for row in rows]


def _asked(scope: Scope) -> Iterable[Extension]:
    people = {scope.user.pk, *scope.standing.stands_in_for}
    mine = Extension.objects.waiting()
    if scope.severity:
        mine = mine.filter(complaint__severity=scope.severity)
    if scope.chosen is not None:
        mine = mine.filter(asking_department__in=scope.ids)
    asked = mine.filter(leader__in=people) | mine.filter(department__in=scope.standing.oversees)
    return asked.select_related(
        "complaint__customer", "asked_by", "asking_department", "leader"
    ).order_by("asked_at", "pk")


def _clocks(references: list[str], now: datetime) -> dict[str, Clock]:
    live = Deadline.objects.live().filter(subject__in=references, kind=Deadline.Kind.APPROVE)
    return {row.subject: row.clock for row in with_working_left(live, now)}


def _to_approve(extension: Extension, back: str) -> Acts:
    verbs = ("approve", "refuse")
    return Acts([act_for(extension, verb, primary=verb == "approve", back=back) for verb in verbs])

"""The vocabulary in which cases and tickets are asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from complaints.search import search_query
from departments.standing import standing_of
from escalations.models import Deadline

if TYPE_CHECKING:
    from departments.models import User


def _involvements(complaint: str, reach: frozenset[int]) -> Exists:
    involvement = apps.get_model("complaints", "Involvement")
    return Exists(
        involvement.objects.filter(complaint=OuterRef(complaint), department_id__in=reach)
    )


class ComplaintQuerySet(QuerySet[Any]):
    """Complaints."""

    def visible_to(self, user: User) -> Self:
        """What the person may read: everything, or the cases of the departments they answer for."""
        standing = standing_of(user)
        if standing.sees_every_case:
            return self
        return self.filter(_involvements("pk", standing.reach))

    def open(self) -> Self:
        return self.exclude(state__in=("closed", "withdrawn"))

    def late(self, now: datetime) -> Self:
        """With a clock past due."""
        late = Deadline.objects.running().filter(due_at__lt=now)
        return self.filter(reference__in=late.values("stream"))

    def matching(self, text: str) -> Self:
        """With every word of the text, Chinese included, in title, story, account or customer."""
        query = search_query(text)
        return self.filter(search=query) if query is not None else self


class TicketQuerySet(QuerySet[Any]):
    """Tickets."""

    def visible_to(self, user: User) -> Self:
        standing = standing_of(user)
        if standing.sees_every_case:
            return self
        return self.filter(_involvements("complaint_id", standing.reach))

    def open(self) -> Self:
        return self.exclude(state__in=("done", "withdrawn"))


class CommitmentQuerySet(QuerySet[Any]):
    """Promises."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read."""
        standing = standing_of(user)
        if standing.sees_every_case:
            return self
        return self.filter(_involvements("complaint_id", standing.reach))


def _cause_parts(root_cause: str, reach: frozenset[int]) -> Exists:
    part = apps.get_model("complaints", "CausePart")
    return Exists(part.objects.filter(root_cause=OuterRef(root_cause), department_id__in=reach))


class RootCauseQuerySet(QuerySet[Any]):
    """Root causes."""

    def visible_to(self, user: User) -> Self:
        """Those in which the departments have a part that the person answers for, or all."""
        standing = standing_of(user)
        if standing.sees_every_case:
            return self
        return self.filter(_cause_parts("pk", standing.reach))

    def open(self) -> Self:
        return self.exclude(state__in=("verified", "merged", "withdrawn"))


class OfRootCauseQuerySet(QuerySet[Any]):
    """What belongs to a root cause: its milestones, and whom it hits."""

    def visible_to(self, user: User) -> Self:
        """Those of root causes that the person may read."""
        standing = standing_of(user)
        if standing.sees_every_case:
            return self
        return self.filter(_cause_parts("root_cause_id", standing.reach))

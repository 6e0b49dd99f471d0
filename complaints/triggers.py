"""What lies behind an escalation that no clock of a promise raised: as far as the reader may see.

Dates that were moved and why, the way from department to department, the last movement before
the silence, the other cases of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from complaints.models import Complaint
from complaints.timeline import Item, items_again
from departments.models import User
from escalations.models import Escalation
from escalations.services import rules_for
from escalations.services.stalls import movements
from journal.models import Entry

SHOWN = 12
Reason = Escalation.Reason
_TAGS: Final = {
    Reason.RETURNED_TWICE: "ticket:returned",
    Reason.HANDED_ON: "ticket:forwarded",
    Reason.DATES_MOVED: "commitment:moved",
}


@dataclass(frozen=True, slots=True)
class Behind:
    """The entries that gave cause, oldest first; the cases alike; since when it is still."""

    items: Sequence[Item] = ()
    alike: Sequence[Complaint] = ()
    alike_days: int = 0
    hidden: int = 0
    still_since: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.items or self.alike or self.hidden)


def behind(escalation: Escalation, case: Complaint, user: User) -> Behind:
    """What the leader has to know beside the case; the reader of it may read the case."""
    if escalation.reason == Reason.RECURRED:
        return _recurred(case, user, escalation.raised_at)
    if escalation.reason == Reason.STALLED:
        return _stalled(escalation)
    tag = _TAGS.get(Reason(escalation.reason))
    if tag is None:
        return Behind()
    entries = Entry.objects.filter(
        stream=escalation.stream, subject__in=_subjects(escalation), tag=tag
    )
    return Behind(items=_oldest_first(list(entries.order_by("-seq")[:SHOWN])))


def _subjects(escalation: Escalation) -> set[str]:
    """What it is about, and what joined it."""
    joined = Entry.objects.filter(
        stream=escalation.stream, subject=escalation.reference, tag="escalation:joined"
    ).values_list("data__subject", flat=True)
    return {escalation.subject, *filter(None, joined)}


def _oldest_first(entries: Sequence[Entry]) -> list[Item]:
    return items_again(entries)[::-1] if entries else []


def _stalled(escalation: Escalation) -> Behind:
    moves = movements(escalation.stream).filter(at__lte=escalation.raised_at)
    last = list(moves.order_by("-seq")[:1])
    return Behind(items=_oldest_first(last), still_since=last[0].at if last else None)


def _recurred(case: Complaint, user: User, raised_at: datetime) -> Behind:
    """Those of the same cause and product that the reader may see; how many there are besides."""
    if case.cause_id is None or not case.product:
        return Behind()
    days = rules_for(case.reference, severity=case.severity)[1].limits["recurrence_days"]
    alike = Complaint.objects.filter(
        cause=case.cause_id,
        product=case.product,
        received_at__gte=raised_at - timedelta(days=days),
    ).exclude(pk=case.pk)
    seen = Complaint.objects.visible_to(user).filter(pk__in=alike.values("pk"))
    shown = list(seen.order_by("-received_at", "-pk")[:SHOWN])
    return Behind(alike=shown, alike_days=days, hidden=alike.count() - len(shown))

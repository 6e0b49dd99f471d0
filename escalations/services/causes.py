"""An escalation goes when its cause goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from escalations.models import Deadline, Escalation
from journal.services import record
from notifications.services import tell

Causes = Escalation.deadlines.through


def withdraw_without_cause(*, deadlines: Sequence[Deadline], now: datetime) -> int:
    """Withdraw the open escalations of which these ended deadlines were the last cause."""
    if not deadlines:
        return 0
    of_these = Causes.objects.filter(escalation=OuterRef("pk"), deadline__in=deadlines)
    open_ = Escalation.objects.open().filter(stream__in={row.stream for row in deadlines})
    return withdraw(without_live_cause(open_.filter(Exists(of_these))), now=now)


def withdraw_in_time(*, deadline: Deadline, now: datetime) -> int:
    """Withdraw what only asked because this clock was late, which it is no longer."""
    ours = Causes.objects.filter(escalation=OuterRef("pk"), deadline=deadline)
    others = Causes.objects.filter(escalation=OuterRef("pk"), deadline__state__in=Deadline.LIVE)
    late = Escalation.objects.open().filter(
        Exists(ours), stream=deadline.stream, reason__in=Escalation.BY_CLOCK
    )
    return withdraw(late.exclude(Exists(others.exclude(deadline=deadline))), now=now)


def without_live_cause(escalations: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Leave out those that a running or paused deadline still gives cause for."""
    live = Causes.objects.filter(escalation=OuterRef("pk"), deadline__state__in=Deadline.LIVE)
    return escalations.exclude(Exists(live))


def withdraw(escalations: QuerySet[Escalation], *, now: datetime) -> int:
    """Withdraw these, and tell each leader that nothing is asked any more."""
    found = escalations.select_for_update(of=("self",)).select_related("leader", "department")
    count = 0
    for escalation in found.order_by("pk"):
        escalation.state, escalation.ended_at = Escalation.State.WITHDRAWN, now
        escalation.version += 1
        escalation.save(update_fields=["state", "ended_at", "version"])
        entry = record(
            stream=escalation.stream,
            subject=escalation.reference,
            tag="escalation:withdrawn",
            actor=None,
            department=escalation.department,
            now=now,
            data={"reason": escalation.reason, "subject": escalation.subject},
        )
        tell(
            people=[escalation.leader],
            kind="escalation_withdrawn",
            entry=entry,
            subject=escalation.reference,
            label=escalation.label,
            now=now,
        )
        count += 1
    return count

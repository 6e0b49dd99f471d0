"""The state of the house in numbers, for monitoring and for the administrators' page.

Each is found along an index and counted to a cap: asking costs the same however much there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, QuerySet

from escalations.models import Deadline, Escalation, Recount
from escalations.queries import Heartbeat, heartbeat
from escalations.services.sweep import LONGEST_PAUSE
from notifications.models import Delivery

CAP = 1_000
# A clock that failed to fire is tried again within an hour: those that did lie in this stretch.
AHEAD = LONGEST_PAUSE + timedelta(minutes=1)
# Milliseconds. Whoever looks on must not add to what is wrong.
PATIENCE = 5_000


@dataclass(frozen=True, slots=True)
class Outbox:
    """Deliveries on their way, and those that failed for good.

    `oldest` is when the oldest of them was written, `next_at` when the first was or is to be sent
    next; `tried` says that some were attempted in vain.
    """

    pending: int
    oldest: datetime | None
    next_at: datetime | None
    tried: bool
    failed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one instant; counts end at CAP + 1."""

    now: datetime
    beat: Heartbeat
    due: int
    failing: int
    escalations: Mapping[int, int]
    outbox: Outbox
    recounts: int


def read_figures(now: datetime) -> Figures:
    """Eight reads; raises django.db.Error, after seconds at most."""
    running = Deadline.objects.filter(state=Deadline.State.RUNNING)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        return Figures(
            now=now,
            beat=heartbeat(now),
            due=count(running.filter(wake_at__lte=now)),
            failing=count(failing_clocks(now)),
            escalations=_open_by_level(),
            outbox=_outbox(),
            recounts=count(Recount.objects.filter(since__isnull=False)),
        )


def failing_clocks(now: datetime) -> QuerySet[Deadline]:
    """Running clocks that raised instead of firing, and are tried again within the hour."""
    soon = Deadline.objects.filter(state=Deadline.State.RUNNING, wake_at__lte=now + AHEAD)
    return soon.filter(failures__gt=0).order_by("wake_at", "pk")


def count(rows: QuerySet[Any]) -> int:
    """How many there are, counted to CAP + 1."""
    return rows.order_by()[: CAP + 1].count()


def _open_by_level() -> Mapping[int, int]:
    return Counter(Escalation.objects.open().values_list("level", flat=True)[: CAP + 1])


def _outbox() -> Outbox:
    # In the order of the index: of more than the cap, those whose turn comes first.
    pending = Delivery.objects.pending().order_by("next_attempt_at", "id")[: CAP + 1]
    found = pending.aggregate(
        waiting=Count("pk"),
        oldest=Min("created_at"),
        next_at=Min("next_attempt_at"),
        most=Max("attempts"),
    )
    return Outbox(
        pending=found["waiting"],
        oldest=found["oldest"],
        next_at=found["next_at"],
        tried=bool(found["most"]),
        failed=count(Delivery.objects.failed()),
    )

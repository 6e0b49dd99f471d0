"""Short ways to set clocks going; every test says the time itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from departments.models import Department, User
from escalations.models import Deadline
from escalations.services import start_deadline
from journal.services import lock_stream

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    """A time in March 2026, in Shanghai; the 2nd is a Monday. Office hours are 9 to 18."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


MONDAY = at(2)


def start(
    department: Department,
    owner: User | None = None,
    *,
    subject: str = "T-1",
    stream: str = "C-2026-00001",
    kind: str = "deliver",
    severity: str = "major",
    now: datetime = MONDAY,
    due_at: datetime | None = None,
) -> Deadline:
    """Start a clock as a move does: within a transaction that holds the case."""
    with transaction.atomic():
        lock_stream(stream)
        deadline = start_deadline(
            subject=subject,
            stream=stream,
            kind=kind,
            label="Was the refund promised?",
            department=department,
            owner=owner,
            severity=severity,
            now=now,
            due_at=due_at,
        )
    assert deadline is not None
    return deadline


def fired(deadline: Deadline) -> list[tuple[int, int, str]]:
    """Every firing as (version, rung, state), in order."""
    return list(
        deadline.firings.order_by("version", "rung").values_list("version", "rung", "state")
    )

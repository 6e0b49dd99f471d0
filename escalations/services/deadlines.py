"""Clocks: start, pause, resume, move, hand over, meet, cancel.

Signatures first; the bodies follow. The caller is within a transaction and holds the lock of
the case's stream (`journal.services.lock`), which orders its move against the sweep.
"""

from __future__ import annotations

from datetime import datetime

from departments.models import Department, User
from escalations.models import Deadline


def start_deadline(
    *,
    subject: str,
    stream: str,
    kind: str,
    label: str,
    department: Department,
    owner: User | None,
    severity: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Deadline | None:
    """Start a clock; None if the policy has no target for this kind and no date is promised."""
    raise NotImplementedError


def meet_deadline(*, subject: str, kind: str, now: datetime) -> Deadline | None:
    """What was due is done: the clock ends as met, or met late. None if none was live."""
    raise NotImplementedError


def cancel_deadline(*, subject: str, kind: str | None = None, now: datetime) -> list[Deadline]:
    """End the subject's live clocks (of one kind, or all) because their cause is gone."""
    raise NotImplementedError


def move_deadline(
    *,
    subject: str,
    kind: str,
    due_at: datetime,
    reason: str,
    actor: User | None,
    now: datetime,
    severity: str | None = None,
) -> Deadline | None:
    """Give a live clock a new due date; with `severity` also that severity's ladder.

    Raises `journal.errors.Invalid` if the date is not in the future or the reason is empty.
    """
    raise NotImplementedError


def pause_deadline(*, subject: str, kind: str, reason: str, now: datetime) -> Deadline | None:
    """Stop a running clock, keeping what was left.

    None if none runs, or if the policy does not list the reason: then it runs on.
    """
    raise NotImplementedError


def resume_deadline(*, subject: str, kind: str, reason: str, now: datetime) -> Deadline | None:
    """Let a clock run on that was paused for this reason; None if it was not."""
    raise NotImplementedError


def hand_deadline(
    *, subject: str, kind: str, owner: User | None, department: Department, now: datetime
) -> Deadline | None:
    """Another owner; the clock goes on. None if none was live."""
    raise NotImplementedError

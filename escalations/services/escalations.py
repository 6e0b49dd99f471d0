"""Escalations: raised to a leader, acknowledged, decided, withdrawn."""

from __future__ import annotations

from datetime import datetime

from departments.models import Department, User
from escalations.models import Escalation


def raise_escalation(
    *,
    stream: str,
    subject: str,
    label: str,
    department: Department,
    severity: str,
    reason: str,
    actor: User | None,
    text: str,
    now: datetime,
    between: tuple[Department, Department] | None = None,
) -> Escalation:
    """Ask the leader (between two departments: the lowest above both) to decide.

    If one is open for this case and reason, joins it and returns that one.
    Raises `journal.errors.Invalid` without a text.
    """
    raise NotImplementedError


def acknowledge_escalation(
    *, escalation: Escalation, actor: User, now: datetime, version: int | None = None
) -> Escalation:
    """The leader has seen it; it keeps climbing until decided.

    Raises `Conflict` (version), `IllegalMove` (not open), `NotAllowed`.
    """
    raise NotImplementedError


def decide_escalation(
    *,
    escalation: Escalation,
    outcome: str,
    note: str,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """Record the decision; its deadlines stop climbing until one is moved.

    Raises `Conflict` (version), `IllegalMove` (not open), `NotAllowed`, `Invalid` (no note).
    """
    raise NotImplementedError


def withdraw_escalations(*, stream: str, subject: str | None = None, now: datetime) -> int:
    """Withdraw the open ones of a case, or those about one subject of it; how many."""
    raise NotImplementedError

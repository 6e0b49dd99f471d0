"""Whose lateness it is: while others block the work, being late is theirs, not the owner's.

The rule: a promise is measured by its first date. If somebody else blocks the work before that
date, the date by which it is measured moves by what was left of the owner's working time when the
block began. Whoever was late already stays late. What unblocks is a promise of its own, with an
owner and a first date: the lateness is counted there.
"""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Ticket
from complaints.models.promised import Promised
from departments.calendars import work_time_of


def counted_until(promise: Promised) -> datetime:
    """The date by which its owner is measured."""
    return promise.held_up_until or promise.first_promised_at


def is_late(promise: Promised, *, now: datetime) -> bool:
    """Whether being late now would be its owner's own doing."""
    return promise.blocked_since is None and now > counted_until(promise)


def blocked(promise: Promised, blocker: Promised, *, now: datetime) -> None:
    """Somebody's promise to unblock was made. Called inside a move."""
    if promise.owner_id != blocker.owner_id and now <= counted_until(promise):
        promise.blocked_since = now
        promise.save(update_fields=["blocked_since"])


def unblocked(promise: Promised, *, now: datetime) -> None:
    """Nothing blocks any more: what was left of the time is left again. Called inside a move."""
    since, promise.blocked_since = promise.blocked_since, None
    if since is None:
        return
    work = work_time_of(promise.department)
    left = work.between(since, counted_until(promise))
    promise.held_up_until = max(work.add(now, left), counted_until(promise))
    promise.save(update_fields=["blocked_since", "held_up_until"])


def live_promise_on(ticket: Ticket) -> Commitment | None:
    """The promise to deliver that runs on the ticket."""
    return ticket.commitments.filter(kind=Commitment.Kind.DELIVER, state="made").first()

"""Clocks that watch for silence: lazy, so that activity costs them no write.

Such a clock does not hear of a movement. When it wakes it looks for the last one, and starts anew
from there; only where nothing has moved for as long as the policy allows, it speaks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from departments.worktime import Unit, WorkTime
from escalations.models import Deadline
from escalations.policy import Span
from escalations.services.arming import arm, count_from, skip
from escalations.services.causes import withdraw_in_time
from escalations.services.deadlines import PAST_AT_START
from journal.models import Entry

# What people do that moves nothing: reading, reminding, having seen it, and talking about it.
STILL = (
    "case:read",
    "customer:identity_revealed",
    "commitment:nudged",
    "ticket:nudged",
    "escalation:acknowledged",
    "message:written",
)
# While a leader is asked about the silence, it looks this often whether it is over.
LOOK_AGAIN = timedelta(hours=1)


def moves_again(deadline: Deadline, *, work: WorkTime, now: datetime) -> bool:
    """Start the clock anew from the last movement, if there was one since it started.

    The caller holds the locks of the case and of the clock, and saves nothing: this does.
    """
    last = last_movement(deadline.stream)
    if last is None or last <= deadline.started_at or deadline.counted_amount is None:
        return False
    deadline.started_at = last
    count_from(deadline, last, Span(deadline.counted_amount, Unit(deadline.counted_unit)), work)
    deadline.version += 1
    deadline.decided, deadline.failures = False, 0
    # What has passed already is for nobody to hear: it moved in time.
    passed = arm(deadline, work, now)
    deadline.save()
    skip(deadline, passed, reason=PAST_AT_START, now=now)
    withdraw_in_time(deadline=deadline, now=now)
    return True


def last_movement(stream: str) -> datetime | None:
    """When a person last moved the case: read backwards along the history, to the first found."""
    return movements(stream).order_by("-seq").values_list("at", flat=True).first()


def movements(stream: str) -> QuerySet[Entry]:
    """What people did that moved the case."""
    return Entry.objects.filter(stream=stream, actor__isnull=False).exclude(tag__in=STILL)

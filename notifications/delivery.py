"""The queue of deliveries: claimed for a while, sent outside any transaction, then settled.

A claim is a lease: `next_attempt_at` moves ahead, longer than any worker may live. A worker that
is killed leaves the row as it is, and it falls due again, under the same Message-ID. Whoever
settles a row must still hold the very claim: a worker that outlived its lease changes nothing.
A digest is a row like the others; what it contains is settled with it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from notifications.channels import Channel, ChannelError, ChannelUnreachable, MailChannel
from notifications.models import Delivery
from notifications.services import alarm
from notifications.texts import ALARM
from notifications.waiting import habits_of, release

log = structlog.get_logger(__name__)
BATCH = 20
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
# With the pauses above: about three days.
MOST_ATTEMPTS = 294
GRACE = timedelta(seconds=30)


@dataclass(slots=True)
class Run:
    """One run over the queue: its clock, and what came of it."""

    started_at: datetime
    budget: float
    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unreachable: list[str] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """The run's beginning plus the time it took so far."""
        return self.started_at + timedelta(seconds=time.monotonic() - self._started)

    @property
    def is_over(self) -> bool:
        """Whether its seconds are used up."""
        return time.monotonic() - self._started >= self.budget


def deliver_due(
    *,
    now: datetime,
    readers: Collection[int] | None = None,
    budget: float = 30,
    channels: Mapping[str, Channel] | None = None,
) -> Run:
    """Send what is due, in order for each reader, for at most about `budget` seconds.

    For all readers, this is also when what was kept back is let go.
    """
    run = Run(started_at=now, budget=budget)
    if readers is None:
        release(now=now)
    for name, channel in (channels or {"mail": MailChannel()}).items():
        try:
            while not run.is_over and name not in run.unreachable:
                claimed = claim(channel=name, now=run.now, readers=readers)
                if not claimed:
                    break
                _send_all(run, name, channel, claimed)
        finally:
            channel.close()
    return run


def claim(
    *, channel: str, now: datetime, readers: Collection[int] | None = None, limit: int = BATCH
) -> list[Delivery]:
    """Take what is due, oldest first, for as long as no worker can outlive; the urgent alone."""
    until = now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + GRACE
    with transaction.atomic():
        due = Delivery.objects.due(channel=channel, now=now).with_words()
        if readers is not None:
            due = due.filter(reader__in=readers)
        locked = due.select_for_update(of=("self",), no_key=True, skip_locked=True)
        locked = locked.order_by("next_attempt_at", "id")
        # A backlog of others, as at the end of quiet hours, is behind them, however old it is.
        claimed = list(locked.filter(urgent=True)[:limit]) or list(
            locked.filter(urgent=False)[:limit]
        )
        Delivery.objects.filter(pk__in=[row.pk for row in claimed]).update(
            attempts=F("attempts") + 1, next_attempt_at=until
        )
    for delivery in claimed:
        delivery.attempts += 1
        delivery.next_attempt_at = until
    return claimed


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 15 s, doubling up to 15 min."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def _send_all(run: Run, name: str, channel: Channel, claimed: list[Delivery]) -> None:
    waiting = deque(claimed)
    try:
        while waiting and not run.is_over:
            delivery = waiting.popleft()
            try:
                _attempt(run, channel, delivery)
            except ChannelUnreachable as error:
                run.unreachable.append(name)
                log.warning("channel_unreachable", channel=name, delivery=delivery.pk)
                for held in (delivery, *waiting):
                    _postpone(run, held, error.reason)
                waiting.clear()
    finally:
        # Not attempted: handed back at once, whatever ended this batch.
        for delivery in waiting:
            _settle(delivery, attempts=delivery.attempts - 1, next_attempt_at=run.now)


def _attempt(run: Run, channel: Channel, delivery: Delivery) -> None:
    if not delivery.reader.is_active:
        _fail(run, delivery, "inactive")
        return
    if delivery.attempts > MOST_ATTEMPTS:
        _fail(run, delivery, delivery.last_error or "gave_up")
        return
    if not delivery.urgent and (again := habits_of(delivery.reader).leaves_at(run.now)) > run.now:
        # An outage or a backlog made it late, and by now its reader has quiet hours.
        held = Delivery.State.HELD
        _settle(delivery, state=held, next_attempt_at=again, attempts=delivery.attempts - 1)
        return
    try:
        channel.send(delivery)
    except ChannelUnreachable:
        raise
    except ChannelError as error:
        if error.permanent:
            _fail(run, delivery, error.reason)
        else:
            _postpone(run, delivery, error.reason)
        return
    if _sent(delivery, now=run.now):
        run.sent += 1


def _sent(delivery: Delivery, *, now: datetime) -> bool:
    outcome: dict[str, object] = {"state": Delivery.State.SENT, "last_error": "", "done_at": now}
    if delivery.notice is not None:
        return _settle(delivery, next_attempt_at=None, **outcome)
    with transaction.atomic():
        settled = _settle(delivery, next_attempt_at=None, **outcome)
        if settled:
            delivery.contents.filter(state=Delivery.State.GATHERED).update(**outcome)
        return settled


def _postpone(run: Run, delivery: Delivery, reason: str) -> None:
    if delivery.attempts >= MOST_ATTEMPTS:
        _fail(run, delivery, reason)
        return
    again = run.now + pause_after(delivery.attempts)
    if _settle(delivery, next_attempt_at=again, last_error=reason):
        run.postponed += 1
        log.info("delivery_postponed", delivery=delivery.pk, attempts=delivery.attempts)


def _fail(run: Run, delivery: Delivery, reason: str) -> None:
    with transaction.atomic():
        if not _settle(
            delivery,
            state=Delivery.State.FAILED,
            next_attempt_at=None,
            last_error=reason,
            done_at=run.now,
        ):
            return
        # An alarm that cannot be carried must not raise the next one.
        if delivery.notice is None or not delivery.notice.kind.startswith(ALARM):
            alarm(kind="mail_failed", now=run.now, data={"delivery": delivery.pk})
    run.failed += 1
    log.warning("delivery_failed", delivery=delivery.pk, attempts=delivery.attempts)


def _settle(delivery: Delivery, **outcome: object) -> bool:
    """Write an outcome, unless the claim passed to somebody else meanwhile."""
    held = Delivery.objects.pending().filter(
        pk=delivery.pk,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
    )
    return held.update(**outcome) == 1

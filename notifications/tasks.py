"""Celery's entrances to the queue of deliveries."""

from __future__ import annotations

from collections.abc import Collection

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from notifications.delivery import deliver_due
from notifications.models import Delivery

QUIET = "mail-unreachable"
QUIET_SECONDS = 30
REDRIVE_SECONDS = 12.0


@shared_task(ignore_result=True)
def deliver(delivery_ids: list[int]) -> None:
    """Send what was just written, and what its readers were owed before it."""
    waiting = Delivery.objects.pending().filter(pk__in=delivery_ids)
    readers = set(waiting.values_list("reader", flat=True))
    if readers:
        _run(readers=readers)


@shared_task(ignore_result=True)
def redrive() -> None:
    """Send whatever is due: what a killed worker held, an outage left, or no task asked for."""
    _run(budget=REDRIVE_SECONDS)


def _run(*, readers: Collection[int] | None = None, budget: float = 20.0) -> None:
    # A server that does not answer costs a worker EMAIL_TIMEOUT seconds for each attempt:
    # without this pause, every new notice would hold up the sweep behind it.
    if cache.get(QUIET):
        return
    run = deliver_due(now=timezone.now(), readers=readers, budget=budget)
    if run.unreachable:
        cache.set(QUIET, True, QUIET_SECONDS)

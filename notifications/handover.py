"""Asks a worker to deliver at once; without a broker, the redriving sweep does it later."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
QUIET_SECONDS = 10.0


class Broker:
    """The broker as this process last found it."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def hand_over(self, delivery_ids: Sequence[int]) -> None:
        """Queue deliveries; a broker that is gone costs one attempt, then none for a while."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            # By name: the task's module stands above this one.
            current_app.send_task(
                "notifications.tasks.deliver",
                args=[list(delivery_ids)],
                ignore_result=True,
                retry=False,
            )
        except OperationalError:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("broker_unreachable")


broker = Broker()

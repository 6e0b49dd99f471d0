"""Asks a worker to deliver at once; without a broker, the redriving sweep does it later."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from celery import current_app
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers

log = structlog.get_logger(__name__)
# Whoever waits here has committed already, and nothing is lost if the broker is not told.
# Its own pool: a worker that listens to the broker needs more patience.
IMPATIENT = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.8,
    "retry_on_timeout": False,
    "max_retries": 0,
}
QUIET_SECONDS = 10.0


class Broker:
    """The broker as this process last found it."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def hand_over(self, delivery_ids: Sequence[int]) -> None:
        """Queue deliveries."""
        # By name: the task's module stands above this one.
        self.ask("notifications.tasks.deliver", [list(delivery_ids)])

    def ask(self, task: str, args: Sequence[object]) -> None:
        """Queue a task; a broker that is gone costs one attempt, then none for a while."""
        if time.monotonic() < self.quiet_until:
            return
        connection = current_app.connection_for_write(transport_options=IMPATIENT)
        try:
            with producers[connection].acquire(block=True, timeout=1) as producer:
                current_app.send_task(
                    task,
                    args=list(args),
                    producer=producer,
                    ignore_result=True,
                    retry=False,
                )
        except (OperationalError, LimitExceeded):
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("broker_unreachable")


broker = Broker()

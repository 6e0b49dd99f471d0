"""Watches over the sweep: a process of its own, as `Procfile` starts it."""

from __future__ import annotations

import signal
import time
from smtplib import SMTPException
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.core.management import BaseCommand
from django.db import Error as DatabaseFailure
from django.utils import timezone

from config.watch.patience import wait_no_longer_than
from config.watch.watcher import Watcher

log = structlog.get_logger(__name__)

# Seconds that the database may take for one answer.
PATIENCE = 5
# What a broken installation can raise: whoever watches over the others must outlive it.
FAULTS = (
    DatabaseFailure,
    SMTPException,
    OSError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Command(BaseCommand):
    """Runs until it is asked to stop."""

    help = (
        "Mails the administrators when the sweep is late or the database gone, "
        "without broker and workers."
    )
    # It starts before the database answers, and while it is being migrated.
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Ends by SIGTERM or SIGINT alone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        wait_no_longer_than(PATIENCE)
        watcher = Watcher(now=timezone.now())
        while True:
            try:
                watcher.look(now=timezone.now())
            except FAULTS:
                log.exception("watch_failed")
            time.sleep(settings.WATCH_SECONDS)


def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    """At once, whatever it waits for: what was begun is begun anew by the next one."""
    raise SystemExit(0)

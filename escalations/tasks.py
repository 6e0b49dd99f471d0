"""Beat's ticks. Any number at once, late, twice or never: what is due is in the database."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from escalations import figures as daily
from escalations import services
from escalations.services.replays import run_replays


@shared_task
def sweep() -> None:
    """Fire what is due; stops after ten seconds, and the next tick goes on."""
    services.sweep(now=timezone.now())


@shared_task
def figures() -> None:
    """Count today again, and yesterday, whose last entries may have come after its last count."""
    daily.recount(now=timezone.now(), days=2)


@shared_task
def roll_out() -> None:
    """Bring running clocks under a version that asks for it; the next tick goes on."""
    services.roll_out(now=timezone.now())


@shared_task
def recount() -> None:
    """Count clocks again whose department works by other hours; the next tick goes on."""
    services.recount(now=timezone.now())


@shared_task
def replay() -> None:
    """Go on with trying a version on the clocks of the last days; the next tick goes on."""
    run_replays(now=timezone.now())

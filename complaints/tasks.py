"""Celery's entrance to the queue of letters."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints.services.posting import post_due


@shared_task(ignore_result=True)
def post_letters() -> None:
    """Mail whatever letter is due: just written, or held up by an outage."""
    post_due(now=timezone.now(), budget=12)

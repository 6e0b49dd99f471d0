"""Celery: what is old is swept out."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints.api.idempotency import sweep


@shared_task(ignore_result=True)
def forget_answers() -> int:
    """Kept answers of yesterday."""
    return sweep(now=timezone.now())

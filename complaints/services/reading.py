"""Who read a case: auditors read everything, and leave a trace."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from complaints.models import Complaint
from complaints.services.moving import note_down
from departments.models import User
from journal.models import Entry
from journal.services import lock_stream

READING = timedelta(hours=1)
"""Within this time it is one reading, however many pages of the case were opened."""


def note_reading(*, complaint: Complaint, reader: User, now: datetime) -> None:
    """Journal that an auditor reads the case: once an hour for each."""
    if not reader.is_auditor or _is_noted(complaint, reader, now):
        return
    with transaction.atomic():
        lock_stream(complaint.reference)
        # Of two pages opened at once the second waited here, and now finds the first.
        if not _is_noted(complaint, reader, now):
            note_down(complaint, "case:read", actor=reader, now=now)


def _is_noted(complaint: Complaint, reader: User, now: datetime) -> bool:
    recent = Entry.objects.filter(tag="case:read", at__gt=now - READING)
    return recent.filter(stream=complaint.reference, actor=reader).exists()

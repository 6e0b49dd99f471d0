"""Made-up cases are as sound as real ones."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.generate import generate_cases
from complaints.models import Complaint, Holding, Ticket
from escalations.models import Deadline, Firing
from escalations.services import sweep

pytestmark = pytest.mark.django_db


def test_generated_cases_hold_together() -> None:
    now = timezone.now()
    assert list(generate_cases(count=300, now=now)) == [300]
    open_ = Complaint.objects.open().count()
    assert 60 < open_ < 150
    assert Holding.objects.filter(until__isnull=True).count() == open_
    assert Ticket.objects.exists()
    live = Deadline.objects.filter(state="running")
    assert live.values("stream").distinct().count() == open_
    assert not live.filter(wake_at__lte=now - timezone.timedelta(minutes=2)).exists()
    call_command("verify_journal", verbosity=0)
    sweep(now=now)
    assert Firing.objects.count() < 30, "the past has been told: no storm at the first sweep"

"""The demo tells its stories to the end, and once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.demo.load import load_demo
from complaints.models import Commitment, Complaint, Extension, RiskAcceptance, Ticket
from escalations.models import CasePolicy, Deadline, Escalation, Firing, PolicyVersion

pytestmark = pytest.mark.django_db


def test_the_demo_has_something_for_every_page() -> None:
    now = timezone.now()
    assert load_demo(now=now) == Complaint.objects.count() >= 42
    states = Counter(Complaint.objects.values_list("state", flat=True))
    assert set(states) == set(Complaint.State.values)
    assert set(Ticket.objects.values_list("state", flat=True)) == set(Ticket.State.values)
    assert Escalation.objects.filter(reason="returned_twice", state="raised").count() == 2
    assert Escalation.objects.filter(reason="overdue").exists()
    assert Escalation.objects.filter(reason="by_hand").exists()
    assert set(Escalation.objects.values_list("state", flat=True)) == set(Escalation.State.values)
    assert Firing.objects.filter(state="fired").exists()
    late = Deadline.objects.filter(state="running", due_at__lt=now)
    assert late.exists()
    assert set(Extension.objects.values_list("state", flat=True)) >= {"asked", "approved"}
    assert Complaint.objects.filter(paused_for="external_appraisal").count() == 1
    assert RiskAcceptance.objects.filter(until__gt=now).exists()
    assert [len(promise.moves) for promise in Commitment.objects.filter(moves__1__isnull=False)]
    assert PolicyVersion.objects.drafts().count() == 1
    assert CasePolicy.objects.filter(version__policy__code="regulator").exists()
    call_command("verify_journal", verbosity=0)
    assert load_demo(now=now) == 0

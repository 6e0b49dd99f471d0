"""The leaders look at what reached them now and then: some they decide, some they have seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.demo.clockwork import Story
from complaints.demo.founding import FOUNDING_ACCOUNT
from complaints.models import Complaint
from complaints.services.decisions import decide
from departments.standing import forget_standing
from escalations.models import Escalation
from escalations.services import acknowledge_escalation

HOURS_BETWEEN_LOOKS = 9
OLD_ENOUGH = timedelta(hours=3)
INSTRUCTIONS = ("Call the customer today and answer by tomorrow.", "今天致电客户，明天答复。")


def leaders_look(now: datetime) -> Story:
    """Every other question is decided, the rest acknowledged; the founding cases wait for you."""
    while True:
        for number, escalation in enumerate(_waiting(now)):
            forget_standing(escalation.leader)
            if number % 2:
                acknowledge_escalation(escalation=escalation, actor=escalation.leader, now=now)
            else:
                decide(
                    escalation=escalation, actor=escalation.leader, outcome="instruction",
                    note=INSTRUCTIONS[escalation.pk % 2], now=now,
                )  # fmt: skip
        now = yield HOURS_BETWEEN_LOOKS


def _waiting(now: datetime) -> list[Escalation]:
    founding = Complaint.objects.filter(account=FOUNDING_ACCOUNT).values("reference")
    raised = Escalation.objects.filter(state="raised", raised_at__lt=now - OLD_ENOUGH)
    return list(raised.exclude(stream__in=founding).select_related("leader").order_by("pk"))

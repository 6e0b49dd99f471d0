"""A leader answers for a risk, by name and until a day; then the clocks speak again."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from complaints.models import Complaint, RiskAcceptance
from complaints.services import commitments
from complaints.services.moving import note_down
from departments.models import User
from escalations.models import Deadline, Escalation


def accept_risk(
    case: Complaint,
    escalation: Escalation,
    text: str,
    until: datetime,
    *,
    actor: User,
    now: datetime,
) -> RiskAcceptance:
    """Write it down. Called inside a decision, which has silenced the clocks behind it.

    Where no clock is behind it, whoever accepted promises to look again on that day.
    """
    text = text.strip()
    accepted = RiskAcceptance.objects.create(
        complaint=case,
        escalation=escalation,
        text=text,
        until=until,
        accepted_by=actor,
        accepted_at=now,
    )
    data = {"until": until.isoformat(), "escalation": escalation.reference}
    note_down(case, "escalation:risk_accepted", actor=actor, now=now, text=text, data=data)
    if case.is_open and not _speaks_again(escalation):
        commitments.make(
            case,
            what=_("Look again at the risk: %(risk)s") % {"risk": Truncator(text).chars(60)},
            owner=actor,
            department=escalation.seat,
            promised_at=until,
            actor=actor,
            made_to=None,
            now=now,
        )
    return accepted


def _speaks_again(escalation: Escalation) -> bool:
    behind = escalation.deadlines.exclude(kind=Deadline.Kind.STALL)
    return behind.filter(state__in=Deadline.LIVE).exists()

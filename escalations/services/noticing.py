"""What routing went round: those who keep the organisation in order hear of it."""

from __future__ import annotations

from escalations.models import Deadline
from escalations.policy import OWNER
from escalations.routing import OrgChart, Why
from escalations.services.waking import Audience


def alarms_of(
    deadline: Deadline, audience: Audience, chart: OrgChart
) -> dict[str, dict[str, object]]:
    """By kind of alarm what its text needs. Somebody was told; by whom it went round is known."""
    subject: dict[str, object] = {"subject": deadline.subject}
    alarms = {}
    if audience.last_resort:
        alarms["last_resort"] = subject
    # An owner who has left is for the leader to replace, who is told instead.
    tried = [step for step in audience.steps if step["role"] != OWNER]
    if any(step["why"] == Why.INACTIVE for step in tried):
        alarms["leader_inactive"] = subject
    if chart.is_circular(deadline.department_id):
        alarms["department_circle"] = subject
    away = {step["person"] for step in audience.steps if step["why"] == Why.AWAY}
    if any(chart.stand_ins_are_circular(person) for person in away):
        alarms["stand_in_circle"] = subject
    return alarms

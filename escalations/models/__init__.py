"""Clocks and what they set off: policies, deadlines, firings, escalations.

The engine times things without knowing what they are: a deadline names its
subject and its case by reference and carries what it needs to speak.
"""

from escalations.models.deadlines import Deadline, Firing
from escalations.models.escalations import Escalation, EscalationQuerySet
from escalations.models.figures import DailyFigure, SweepTick
from escalations.models.policies import (
    CasePolicy,
    Policy,
    PolicyVersion,
    Preset,
    Replay,
    Rollout,
    Severity,
)
from escalations.models.recounts import Recount

__all__ = [
    "CasePolicy",
    "DailyFigure",
    "Deadline",
    "Escalation",
    "EscalationQuerySet",
    "Firing",
    "Policy",
    "PolicyVersion",
    "Preset",
    "Recount",
    "Replay",
    "Rollout",
    "Severity",
    "SweepTick",
]

"""Every write of the engine: one function per move. Callers hold the case's stream lock."""

from escalations.services.deadlines import (
    cancel_deadline,
    hand_deadline,
    meet_deadline,
    move_deadline,
    pause_deadline,
    resume_deadline,
    start_deadline,
)
from escalations.services.escalations import (
    acknowledge_escalation,
    decide_escalation,
    raise_escalation,
    withdraw_escalations,
)
from escalations.services.policies import (
    RuleBook,
    choose_policy,
    install_default_policy,
    rule_book,
    rules_by,
    rules_for,
)
from escalations.services.recounting import recount
from escalations.services.retiming import retime_deadline
from escalations.services.rollouts import roll_out
from escalations.services.sweep import SweepResult, sweep

__all__ = [
    "RuleBook",
    "SweepResult",
    "acknowledge_escalation",
    "cancel_deadline",
    "choose_policy",
    "decide_escalation",
    "hand_deadline",
    "install_default_policy",
    "meet_deadline",
    "move_deadline",
    "pause_deadline",
    "raise_escalation",
    "recount",
    "resume_deadline",
    "retime_deadline",
    "roll_out",
    "rule_book",
    "rules_by",
    "rules_for",
    "start_deadline",
    "sweep",
    "withdraw_escalations",
]

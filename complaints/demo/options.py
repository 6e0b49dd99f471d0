"""The two ways out of the founding case, side by side: one for the customer, one for good."""

from __future__ import annotations

from datetime import datetime

from complaints.demo.stage import Stage
from complaints.models import Commitment, Complaint, Proposal, RiskKind
from complaints.services.proposals import (
    DateDraft,
    Draft,
    InputDraft,
    NeedDraft,
    RiskDraft,
    propose,
)

Texts = dict[str, str]


def offer_options(
    stage: Stage, case: Complaint, environment: Commitment, text: Texts, *, now: datetime
) -> list[Proposal]:
    """Technology offers both; neither blocks the other."""
    keji1 = stage.person("keji1")
    drafts = (_by_hand(stage, text, now=now), _for_good(stage, environment, text, now=now))
    return [propose(complaint=case, actor=keji1, draft=one, now=now) for one in drafts]


def _by_hand(stage: Stage, text: Texts, *, now: datetime) -> Draft:
    supplied = InputDraft(
        name=text["option_a_input"], from_department=stage.department("customer-service")
    )
    return Draft(
        title=text["option_a"],
        summary=text["option_a_plain"],
        track=Proposal.Track.REMEDY,
        expected_at=stage.later(now, 16),
        steps=text["option_a_steps"].splitlines(),
        risks=[
            _risk("ledger", text["option_a_risk_1"], text["option_a_less_1"], "high"),
            _risk("production_data", text["option_a_risk_2"], text["option_a_less_2"]),
        ],
        needs=[
            _need(stage, "business", text["option_a_need_1"], now, purpose="change", hours=14,
                  inputs=[supplied]),
            _need(stage, "operations", text["option_a_need_2"], now, purpose="reconcile"),
            _need(stage, "business", text["option_a_need_3"], now, purpose="task"),
        ],
    )  # fmt: skip


def _for_good(stage: Stage, environment: Commitment, text: Texts, *, now: datetime) -> Draft:
    return Draft(
        title=text["option_b"],
        summary=text["option_b_plain"],
        track=Proposal.Track.LASTING,
        expected_at=stage.later(now, 60),
        steps=text["option_b_steps"].splitlines(),
        risks=[_risk("reputation", text["option_b_risk"], "", "medium")],
        needs=[_need(stage, "business", text["option_b_need"], now, purpose="task", hours=45)],
        dates=[DateDraft(commitment=environment, at=stage.later(now, 32))],
    )


def _risk(code: str, text: str, mitigation: str, likelihood: str = "low") -> RiskDraft:
    return RiskDraft(
        kind=RiskKind.objects.get(code=code),
        text=text,
        likelihood=likelihood,
        impact="high" if likelihood == "low" else "medium",
        mitigation=mitigation,
    )


def _need(
    stage: Stage, department: str, what: str, now: datetime, *, hours: float = 24, **given: object
) -> NeedDraft:
    return NeedDraft(
        department=stage.department(department),
        what=what,
        by_when=stage.later(now, hours),
        **given,  # type: ignore[arg-type]
    )

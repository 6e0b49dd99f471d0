"""Options for tests: as people would write them down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from complaints.models import Complaint, Proposal, RiskKind
from complaints.services.choosing import Choice
from complaints.services.decisions import Terms, decide, request_decision
from complaints.services.proposals import Draft, InputDraft, NeedDraft, RiskDraft, propose
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Escalation
from tests.complaints.factories import MONDAY
from tests.personas import Org

NOW = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)


def kind(code: str = "production_data", department: Any = None) -> RiskKind:
    made, _new = RiskKind.objects.get_or_create(
        code=code, defaults={"name_en": code.title(), "name_zh": code}
    )
    made.department = department
    made.save()
    return made


def risk(code: str = "production_data", text: str = "Data is edited by hand.") -> RiskDraft:
    return RiskDraft(kind=RiskKind.objects.get(code=code), text=text, likelihood="low",
                     impact="high", mitigation="Two people look.")  # fmt: skip


def need(org: Org, key: str = "ops", what: str = "Deduct the points", **given: Any) -> NeedDraft:
    usual = {"department": getattr(org, key), "what": what, "by_when": NOW + DAY}
    return NeedDraft(**usual | given)


def draft(**given: Any) -> Draft:
    return Draft(**{
        "title": "Fix the order now", "summary": "We set the order right by hand.",
        "track": "remedy", "expected_at": NOW + DAY, "steps": ["Set it", "Issue the file"],
    } | given)  # fmt: skip


def full(org: Org) -> Draft:
    """With a risk, three needs, and an input that business supplies."""
    member = InputDraft(name="Member number", from_department=org.biz)
    return draft(
        risks=[risk()],
        needs=[
            need(org, inputs=[member], purpose="reconcile"),
            need(org, "biz", "Ask the airline", purpose="task"),
            need(org, "tech", "Write the change", purpose="change"),
        ],
    )


def offered(org: Org, case: Complaint, by: User | None = None, **given: Any) -> Proposal:
    actor = by or org.tech1
    forget_standing(*org.people.values())
    return propose(complaint=case, actor=actor, draft=draft(**given), now=NOW)


def asked(org: Org, case: Complaint, now: datetime = NOW, **given: Any) -> Escalation:
    forget_standing(*org.people.values())
    return request_decision(complaint=case, actor=org.biz1, text="Which way?", now=now, **given)


def choose(
    escalation: Escalation, actor: User, *options: Proposal, now: datetime = NOW, **given: Any
) -> Escalation:
    """Choose these, with all their risks unless others are given."""
    forget_standing(actor)
    risks = [one.pk for option in options for one in option.risks.all()]
    choice = Choice(**{"options": options, "accepted": risks} | given)
    return decide(
        escalation=escalation, actor=actor, outcome="options", note="Both, in parallel.",
        terms=Terms(choice=choice), now=now,
    )  # fmt: skip

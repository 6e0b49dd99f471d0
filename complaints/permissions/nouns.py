"""The kinds of things of a case, and who may move them."""

from __future__ import annotations

import rules
from django.urls import reverse

from complaints.kinds import Kind, register
from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.permissions.predicates import (
    asked_for_it,
    is_asked,
    is_asker,
    is_compliance,
    is_contact_owner,
    is_customer_service,
    is_first_contact,
    is_owner,
    keeps_customer,
    leads_asked,
    leads_first_contact,
    may_approve,
    stands_alone,
    takes_part,
    was_promised,
)
from complaints.states import (
    COMMITMENT_MOVES,
    COMPLAINT_MOVES,
    ESCALATION_MOVES,
    EXTENSION_MOVES,
    TICKET_MOVES,
)
from departments.models import User
from escalations.models import Escalation
from escalations.permissions import may_decide

_OWNER_OR_LEADER = is_contact_owner | leads_first_contact
_ASKED_OR_LEADER = is_asked | leads_asked

_COMPLAINT_RULES = {
    "acknowledge": is_first_contact,
    "ask": takes_part,
    "promise": takes_part,
    "inform": is_first_contact,
    "propose_resolution": _OWNER_OR_LEADER,
    "customer_accepts": _OWNER_OR_LEADER,
    "customer_refuses": _OWNER_OR_LEADER,
    "close": _OWNER_OR_LEADER,
    "reopen": is_first_contact | is_compliance,
    "withdraw": _OWNER_OR_LEADER,
    "assign": is_first_contact,
    "change_severity": is_first_contact | is_compliance,
    "recategorise": is_first_contact | is_compliance,
    "extend": _OWNER_OR_LEADER,
    "pause": _OWNER_OR_LEADER,
    "resume": _OWNER_OR_LEADER,
    "escalate": takes_part,
    "note": takes_part | is_customer_service | is_compliance,
}
_TICKET_RULES = {
    "accept": is_asked,
    "answer": _ASKED_OR_LEADER,
    "confirm": is_asker,
    "reject": is_asker,
    "return": _ASKED_OR_LEADER,
    "complete": is_asker,
    "forward": _ASKED_OR_LEADER,
    "block": _ASKED_OR_LEADER,
    "unblock": _ASKED_OR_LEADER,
    "move_date": _ASKED_OR_LEADER,
    "reassign": _ASKED_OR_LEADER,
    "ask": _ASKED_OR_LEADER,
    "withdraw": is_asker,
    "reopen": is_asker,
}
_COMMITMENT_RULES = {
    "keep": (is_owner | leads_asked) & stands_alone,
    "move_date": (is_owner | leads_asked) & stands_alone,
    "withdraw": (was_promised | leads_asked) & stands_alone,
}

_EXTENSION_RULES = {
    "approve": may_approve,
    "refuse": may_approve,
    "withdraw": asked_for_it,
}
_ESCALATION_RULES = {"acknowledge": may_decide, "decide": may_decide}

def _case_page(reference: str, user: User) -> str | None:
    seen = Complaint.objects.visible_to(user).filter(reference=reference)
    return reverse("complaints:case", args=[reference]) if seen.exists() else None


def _escalation_page(reference: str, user: User) -> str | None:
    """Its own page for those who are concerned; its place on the case for other readers of it."""
    found = Escalation.objects.filter(reference=reference)
    if found.visible_to(user).exists():
        return reverse("complaints:escalation", args=[reference])
    case = Complaint.objects.visible_to(user).filter(reference__in=found.values("stream")).first()
    return f"{reverse('complaints:case', args=[case.reference])}#{reference}" if case else None


register(
    Kind(
        noun="complaint",
        prefix="C",
        model=Complaint,
        moves=COMPLAINT_MOVES,
        rules=_COMPLAINT_RULES,
        related=(
            "contact_department", "contact_owner", "holder_department", "customer__group",
            "category", "cause",
        ),
        onward=(
            "acknowledge", "customer_accepts", "close", "resume", "ask", "propose_resolution",
        ),
        near=("ask", "propose_resolution", "customer_refuses", "escalate", "inform"),
        near_shown=2,
        address=_case_page,
    )
)  # fmt: skip
register(
    Kind(
        noun="ticket",
        prefix="T",
        model=Ticket,
        title="title",
        moves=TICKET_MOVES,
        rules=_TICKET_RULES,
        related=("complaint", "department", "asking_department", "owner", "asked_by"),
        onward=("accept", "complete", "confirm", "unblock", "answer"),
        near=("return", "reject", "answer"),
    )
)
register(
    Kind(
        noun="commitment",
        prefix="P",
        model=Commitment,
        title="what",
        moves=COMMITMENT_MOVES,
        rules=_COMMITMENT_RULES,
        related=("complaint", "department", "owner", "made_to"),
        onward=("keep",),
        near=("move_date",),
    )
)
register(
    Kind(
        noun="extension",
        prefix="X",
        model=Extension,
        moves=EXTENSION_MOVES,
        rules=_EXTENSION_RULES,
        related=(
            "complaint__customer", "complaint__contact_owner", "asked_by", "leader", "department",
        ),
        onward=("approve",),
        near=("refuse",),
    )
)  # fmt: skip
register(
    Kind(
        noun="escalation",
        prefix="E",
        model=Escalation,
        title="label",
        moves=ESCALATION_MOVES,
        rules=_ESCALATION_RULES,
        related=("department", "seat", "leader"),
        address=_escalation_page,
    )
)

# Who waits for it may remind; no move, for nothing changes by it.
rules.add_perm("complaints.nudge_ticket", is_asker | keeps_customer)
rules.add_perm("complaints.nudge_commitment", was_promised | keeps_customer)
rules.add_perm("complaints.file_complaint", is_customer_service)
rules.add_perm("complaints.reveal_identity", is_customer_service | is_compliance)
rules.add_perm("complaints.override_closure", leads_first_contact)

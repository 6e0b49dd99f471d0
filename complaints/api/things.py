"""How the things of a case are shown. No more than the pages show: no identity number."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.api.fields import Links, links_of
from complaints.api.resources import Resource, address_of, present
from complaints.api.shapes import record, shape
from complaints.due import next_clocks
from complaints.models import Commitment, Complaint, Customer, Extension, Ticket
from departments.models import User
from departments.standing import standing_of
from escalations.models import Deadline, Escalation
from escalations.queries import live_deadlines

DeadlineSerializer = record(
    "Deadline", Deadline, "kind subject label due_at state department owner",
    "A running clock of a case.",
)  # fmt: skip
NextDeadlineSerializer = record(
    "NextDeadline", Deadline, "kind subject due_at state", "What is due next on a case."
)


class CustomerNameSerializer(serializers.Serializer[Any]):
    """Whom a complaint is from."""

    id = serializers.IntegerField()
    name = serializers.CharField()


CustomerSerializer = record(
    "Customer", Customer, "name phone email identity_type group language",
    "A customer. Of an identity number only the last signs are shown.",
    id=serializers.IntegerField(),
    identity_number=serializers.SerializerMethodField(),
)  # fmt: skip


@extend_schema_field(serializers.CharField())
def _masked(_serializer: Any, customer: Customer) -> str:
    return f"••••{customer.identity_tail}" if customer.identity_sealed else ""


CustomerSerializer.get_identity_number = _masked  # type: ignore[attr-defined]


@extend_schema_field(NextDeadlineSerializer(allow_null=True))
class NextDeadline(serializers.Field[Any, Any, Any, Any]):
    """Of the rows of one page together: two queries."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, value: Complaint) -> Any:
        if "clocks" not in self.context:
            page = self.context.get("page", [value])
            found = next_clocks([one.reference for one in page], now=timezone.now())
            self.context["clocks"] = found
        known = self.context["clocks"].get(value.reference)
        return NextDeadlineSerializer(known.deadline).data if known else None


@extend_schema_field(DeadlineSerializer(many=True))
class Deadlines(serializers.Field[Any, Any, Any, Any]):
    """The live clocks of a case."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, value: Complaint) -> Any:
        rows = live_deadlines(value.reference).select_related("department", "owner")
        return DeadlineSerializer(rows, many=True).data


def _case_links(case: Complaint) -> dict[str, str]:
    own = links_of(case)
    nouns = ("ticket", "commitment", "extension", "escalation")
    lists = {f"{noun}s": f"{address_of(noun)}?complaint={case.reference}" for noun in nouns}
    return own | lists | {
        "timeline": f"{own['self']}timeline/",
        "attachments": f"/api/v1/attachments/?complaint={case.reference}",
    }


_SHORT = "severity statutory_major channel title received_at holder holder_department"
present(
    Resource(
        noun="complaint",
        plural="complaints",
        short=shape(
            "ComplaintRow", Complaint, _SHORT, "A complaint, as a line of the list.",
            customer=CustomerNameSerializer(), next_deadline=NextDeadline(),
        ),
        full=shape(
            "Complaint",
            Complaint,
            f"{_SHORT} description remedy_sought category cause preset product account filed_at"
            " filed_by contact_department contact_owner outcome redress reply follow_up evidence"
            " keep_until paused_for closed_at reopened",
            "A complaint.",
            customer=CustomerSerializer(),
            deadlines=Deadlines(),
            links=Links(_case_links),
        ),
        related=("filed_by", "holder"),
        prefetch=("involvements__department",),
        ended=Complaint.ENDED,
    )
)  # fmt: skip


def _tickets_of(user: User) -> Q:
    own = standing_of(user).departments
    return Q(owner=user) | Q(department__in=own) | Q(asked_by=user)


_TICKET = (
    "complaint parent title department owner asking_department asked_by needed_by opened_at"
    " returns handovers"
)
present(
    Resource(
        noun="ticket",
        plural="tickets",
        short=shape("TicketRow", Ticket, _TICKET, "A ticket, as a line of a list."),
        full=shape(
            "Ticket", Ticket, f"{_TICKET} ask answer missing moved_at ended_at",
            "What one department asks of another.",
        ),
        related=("parent",),
        concerns=_tickets_of,
        ended=Ticket.ENDED,
    )
)  # fmt: skip


def _promises_of(user: User) -> Q:
    return Q(owner=user) | Q(made_to=user)


_COMMITMENT = "complaint ticket kind what department owner made_to promised_at first_promised_at"
present(
    Resource(
        noun="commitment",
        plural="commitments",
        short=shape("CommitmentRow", Commitment, _COMMITMENT, "A promise, as a line of a list."),
        full=shape(
            "Commitment", Commitment, f"{_COMMITMENT} made_at moves ended_at",
            "A promise: who does what by when, and each earlier date with its reason.",
        ),
        related=("ticket",),
        concerns=_promises_of,
        ended=("kept", "kept_late", "withdrawn"),
    )
)  # fmt: skip


def _extensions_of(user: User) -> Q:
    return Q(leader=user) | Q(asked_by=user)


_EXTENSION = "complaint kind before due_at asked_by asking_department asked_at department leader"
present(
    Resource(
        noun="extension",
        plural="extensions",
        short=shape("ExtensionRow", Extension, _EXTENSION, "A later date, as a line of a list."),
        full=shape(
            "Extension", Extension, f"{_EXTENSION} reason letter decided_by note ended_at",
            "A later date for a whole case, which somebody else approves.",
        ),
        related=("asking_department",),
        concerns=_extensions_of,
        ended=("approved", "refused", "withdrawn"),
    )
)  # fmt: skip


def _asked_of(user: User) -> Q:
    standing = standing_of(user)
    people = {user.pk, *standing.stands_in_for}
    return Q(leader__in=people) | Q(seat__in=standing.leads) | Q(raised_by=user)


_ESCALATION = "label reason severity level subject department seat leader raised_at raised_by"
_CASE = {"complaint": serializers.CharField(source="stream", help_text="Its case.")}
present(
    Resource(
        noun="escalation",
        plural="escalations",
        short=shape(
            "EscalationRow", Escalation, _ESCALATION, "A decision request, as a line of a list.",
            **_CASE,
        ),
        full=shape(
            "Escalation",
            Escalation,
            f"{_ESCALATION} acknowledged_at decided_at decided_by text outcome note ended_at",
            "What a leader is asked to decide, and what they decided.",
            **_CASE,
        ),
        related=("raised_by",),
        concerns=_asked_of,
        ended=("decided", "withdrawn"),
    )
)  # fmt: skip


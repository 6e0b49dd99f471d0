"""What was said over a ticket that went to and fro: who asked what, what came back, what lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from departments.models import Department
from escalations.models import Escalation
from journal.models import Entry

Reason = Escalation.Reason
OF_TICKETS = (Reason.RETURNED_TWICE, Reason.HANDED_ON)
SHOWN = 12
_SAID: Mapping[str, str | Promise] = {
    "ticket:opened": _("asked"),
    "ticket:returned": _("sent it back: missing"),
    "ticket:completed": _("supplied"),
    "ticket:forwarded": _("passed it on"),
    "ticket:answered": _("answered"),
    "ticket:rejected": _("not enough: still missing"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the exchange."""

    who: str
    department: Department | None
    at: datetime
    what: str | Promise
    words: str
    from_whom: str = ""
    by_when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """All turns, oldest first, and what is missing now."""

    ticket: Ticket
    turns: Sequence[Said]

    @property
    def is_missing(self) -> bool:
        return self.ticket.state == Ticket.State.RETURNED


def exchanges_of(
    escalations: Iterable[Escalation], tickets: Iterable[Ticket]
) -> dict[int, Exchange]:
    """By escalation, of those that a ticket gave cause for. One query, or none."""
    known = {ticket.reference: ticket for ticket in tickets}
    about = {
        one.pk: known[one.subject]
        for one in escalations
        if one.reason in OF_TICKETS and one.subject in known
    }
    turns = _turns(list(about.values())) if about else {}
    return {
        pk: Exchange(ticket, turns.get(ticket.reference, [])[-SHOWN:])
        for pk, ticket in about.items()
    }


def _turns(tickets: Sequence[Ticket]) -> dict[str, list[Said]]:
    streams = {ticket.complaint.reference for ticket in tickets}
    found = (
        Entry.objects.filter(
            stream__in=streams, subject__in={one.reference for one in tickets}, tag__in=_SAID
        )
        .select_related("actor", "department", "message")
        .order_by("-seq")[: SHOWN * len(tickets)]
    )
    turns: defaultdict[str, list[Said]] = defaultdict(list)
    for entry in reversed(found):
        turns[entry.subject].append(_said(entry))
    return turns


def _said(entry: Entry) -> Said:
    message = getattr(entry, "message", None)
    by_when = entry.data.get("by_when")
    return Said(
        who=str(entry.actor or ""),
        department=entry.department,
        at=entry.at,
        what=_SAID[entry.tag],
        words=message.text if message else "",
        from_whom=str(entry.data.get("from_whom", "")),
        by_when=parse_datetime(by_when) if isinstance(by_when, str) else None,
    )

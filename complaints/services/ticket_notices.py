"""Who hears of a ticket's move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaints.models import Ticket
from complaints.services.people import people_of
from departments.models import User
from journal.models import Entry
from notifications.services import tell


def tell_asked(ticket: Ticket, kind: str, entry: Entry, *, now: datetime) -> None:
    """The owner; while nobody owns it, everybody in the department that is asked."""
    people = [ticket.owner] if ticket.owner else list(people_of(ticket.department))
    data = {"needed_by": ticket.needed_by.isoformat()}
    _tell(ticket, people, kind, entry, now=now, data=data)


def tell_asker(
    ticket: Ticket,
    kind: str,
    entry: Entry,
    *,
    now: datetime,
    data: dict[str, Any] | None = None,
    also: Sequence[User | None] = (),
    by: User | None = None,
) -> None:
    """Who asked, who keeps the customer, and whom else it concerns, but not who did it."""
    concerned = {ticket.asked_by, ticket.complaint.contact_owner, *also} - {None, by}
    people = [person for person in concerned if person is not None]
    _tell(ticket, people, kind, entry, now=now, data=data or {})


def _tell(
    ticket: Ticket,
    people: list[User],
    kind: str,
    entry: Entry,
    *,
    now: datetime,
    data: dict[str, Any],
) -> None:
    tell(
        people=people,
        kind=kind,
        entry=entry,
        subject=ticket.reference,
        label=ticket.title,
        now=now,
        data=data,
    )

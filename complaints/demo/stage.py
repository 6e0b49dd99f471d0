"""Who plays, and the short forms in which the stories speak."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints.models import Category, Complaint, Ticket
from complaints.services.asking import open_ticket
from complaints.services.customers import NewCustomer
from complaints.services.filing import Filing, file_complaint
from complaints.services.tickets import accept
from departments.loader import Loaded
from departments.models import Department, User
from departments.worktime import WorkTime


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo's people and departments, and office hours."""

    loaded: Loaded
    work: WorkTime

    def person(self, username: str) -> User:
        return self.loaded.people[username]

    def department(self, code: str) -> Department:
        return self.loaded.departments[code]

    def later(self, now: datetime, hours: float) -> datetime:
        """So many working hours on, to the quarter of an hour."""
        at = self.work.add(now, int(hours * 3600))
        return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)

    def file(self, by: str, now: datetime, *, identity: str = "", **given: Any) -> Complaint:
        """File a case as `by`; `category` and `cause` by code, `customer` by name."""
        cause = given.pop("cause", "")
        filing = Filing(
            customer=NewCustomer(
                name=given.pop("customer"),
                identity_type=given.pop("identity_type", ""),
                identity_number=identity,
            ),
            category=Category.objects.get(code=given.pop("category")),
            cause=Category.objects.get(code=cause) if cause else None,
            received_at=now - timedelta(minutes=5),
            **given,
        )
        return file_complaint(filing=filing, actor=self.person(by), now=now, token=uuid.uuid4())

    def ask(
        self, case: Complaint, by: str, to: str, now: datetime, *, hours: float, **given: Any
    ) -> Ticket:
        """Ask a department, needed in so many working hours."""
        return open_ticket(
            complaint=case,
            actor=self.person(by),
            department=self.department(to),
            needed_by=self.later(now, hours),
            now=now,
            **given,
        )

    def accept(self, ticket: Ticket, by: str, now: datetime, *, hours: float) -> Ticket:
        """Take the ticket and promise it for so many working hours on."""
        at = self.later(now, hours)
        reason = "—" if at > ticket.needed_by else ""
        return accept(
            ticket=ticket, actor=self.person(by), promised_at=at, reason=reason, now=now
        )

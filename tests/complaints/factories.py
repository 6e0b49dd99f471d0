"""Cases for tests, made through the services as people would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from complaints.models import Category, Complaint, Ticket
from complaints.services.asking import open_ticket
from complaints.services.customers import NewCustomer
from complaints.services.filing import Filing, file_complaint
from complaints.services.tickets import accept
from departments.models import Department, User

# A Monday, 10:00 in Shanghai.
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def category() -> Category:
    """A business type to file under."""
    made, _ = Category.objects.get_or_create(
        code="B-redemption",
        defaults={"axis": "B", "name_en": "Points redemption", "name_zh": "积分兑换"},
    )
    return made


def filing(**given: Any) -> Filing:
    """What customer service writes down, all of it in order."""
    return Filing(
        **{
            "customer": NewCustomer(name="Mr X", identity_number="X1234564821"),
            "channel": "phone",
            "title": "Redemption fails for special ID type",
            "description": "Three orders for airline miles failed.",
            "remedy_sought": "The miles.",
            "severity": "major",
            "category": category(),
            "received_at": given.get("now", MONDAY),
            "account": "123456XXX",
        }
        | {key: value for key, value in given.items() if key != "now"}
    )


def file_case(actor: User, *, now: datetime = MONDAY, **given: Any) -> Complaint:
    """A case that was just filed."""
    return file_complaint(filing=filing(now=now, **given), actor=actor, now=now)


def ask(
    case: Complaint, actor: User, department: Department, *, now: datetime = MONDAY, **given: Any
) -> Ticket:
    """A ticket that was just opened."""
    return open_ticket(
        **{
            "complaint": case,
            "actor": actor,
            "department": department,
            "title": "Is a manual redemption possible?",
            "ask": "Card is normal, points suffice.",
            "needed_by": now + timedelta(days=1),
            "now": now,
        }
        | given
    )


def accepted(
    case: Complaint,
    actor: User,
    owner: User,
    department: Department,
    *,
    now: datetime = MONDAY,
) -> Ticket:
    """A ticket in work, promised for the next day."""
    ticket = ask(case, actor, department, now=now)
    return accept(ticket=ticket, actor=owner, promised_at=now + timedelta(days=1), now=now)

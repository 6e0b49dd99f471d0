"""Many plain rows by bulk insert: enough of them for the database's planner to think."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models

from complaints.models import Complaint, Involvement, Ticket
from complaints.search import search_vector
from complaints.services.customers import NewCustomer, find_or_add
from escalations.models import Deadline
from tests.complaints.factories import category
from tests.personas import Org

TABLES = "complaint, complaints_involvement, complaints_ticket, complaints_customer"
STORY = "What the customer told us about it, at some length. " * 15


def many_cases(org: Org, count: int, *, now: datetime) -> None:
    """So many cases, one in fifteen open, with their departments, tickets and clocks."""
    _insert(Complaint, _cases(org, count, now))
    made = list(Complaint.objects.values_list("pk", "reference", "state").order_by("pk"))
    _insert(Involvement, _involvements(org, made, now))
    _insert(Ticket, _tickets(org, made, now))
    _insert(Deadline, _deadlines(org, made, now))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE complaints_{TABLES}, escalations_deadline")


def _insert(model: type[models.Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=2000)


def _cases(org: Org, count: int, now: datetime) -> Iterator[Complaint]:
    clerks = [org.cs1, org.cs2, org.cs_lead]
    shared: dict[str, Any] = {
        "customer": find_or_add(given=NewCustomer(name="Mr X"), now=now),
        "category": category(),
        "channel": "phone",
        "title": "Title",
        "description": STORY,
        "remedy_sought": "Money",
        "filed_at": now,
        "contact_department": org.cs,
        "holder_department": org.cs,
    }
    for n in range(count):
        at = now - (count - n) * timedelta(minutes=15)
        open_ = (n > count * 0.9 and n % 2 == 0) or n % 300 == 0
        ended = {} if open_ else {"outcome": "upheld", "reply": "Sorry.", "closed_at": now}
        over = "withdrawn" if n % 50 == 1 else "closed"
        yield Complaint(
            **shared,
            **ended,
            reference=f"C-2025-{n:06}",
            state=("received", "in_progress", "proposed", "resolved")[n // 2 % 4]
            if open_
            else over,
            severity="major" if n % 33 == 0 else "ordinary",
            received_at=at,
            contact_owner=clerks[n % 3],
            holder=clerks[n % 3],
            search=search_vector(f"acc{n} w{n % 700} 积分"),
        )


def _involvements(org: Org, made: list[Any], now: datetime) -> Iterator[Involvement]:
    for pk, _reference, _state in made:
        for department, of, share in ((org.cs, 1, 1), (org.biz, 5, 3), (org.comp, 500, 1)):
            if pk % of < share:
                yield Involvement(complaint_id=pk, department=department, since=now)


def _tickets(org: Org, made: list[Any], now: datetime) -> Iterator[Ticket]:
    owners = [org.biz1, org.biz2, org.biz_lead, org.biz_deputy]
    for pk, _reference, state in made:
        if pk % 5 < 3:
            over = state in Complaint.ENDED
            yield Ticket(
                reference=f"T-{pk}",
                complaint_id=pk,
                state="done" if over else "accepted",
                ended_at=now if over else None,
                title="Title",
                ask="Ask",
                asked_by=org.cs1,
                asking_department=org.cs,
                department=org.biz,
                owner=owners[pk % 4],
                needed_by=now,
                opened_at=now,
                moved_at=now,
            )


def _deadlines(org: Org, made: list[Any], now: datetime) -> Iterator[Deadline]:
    for pk, reference, state in made:
        over = state in Complaint.ENDED
        due = now + (pk % 14 - 1) * timedelta(days=1)
        for kind in ("acknowledge", "resolve"):
            yield Deadline(
                subject=reference,
                stream=reference,
                kind=kind,
                label="Title",
                severity="ordinary",
                department=org.cs,
                state="met" if over else "running",
                ended_at=now if over else None,
                started_at=now,
                first_due_at=due,
                due_at=due,
            )


def plan_of(sql: str) -> str:
    """How the database goes about a statement, and what it really read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())

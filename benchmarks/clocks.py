"""Many clocks at once for the benchmarks of the sweep: written by the database, not by moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import database  # noqa: F401 - sets up Django
from django.db import connection

from departments.models import Department, Membership, User, WorkCalendar
from escalations.models import Deadline
from escalations.policy import STANDARD
from journal.models import Entry, Stream
from journal.services import chain

# A Monday, 10:00 in Shanghai; office hours are 9 to 18.
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
CASE_OF, DEPARTMENTS = 5, 6
SPREAD = ("started_at", "first_due_at", "due_at", "wake_at")

# Everything but subject, case, owner, department and dates is copied from the one clock.
COPIES = """
    INSERT INTO escalations_deadline ({columns})
    SELECT {values}
    FROM escalations_deadline model,
         generate_series(0, %(count)s - 1) n
         JOIN unnest(%(owners)s::int[], %(departments)s::int[]) WITH ORDINALITY
              AS hand(owner, department, place) ON place = n %% %(hands)s + 1
    WHERE model.id = %(model)s
"""


def build_house() -> None:
    """Six departments of two, one calendar."""
    calendar = WorkCalendar.objects.create(
        name_en="Office", name_zh="Office", week=[[["09:00", "18:00"]]] * 5 + [[], []]
    )
    root = None
    for n in range(DEPARTMENTS):
        leader, member = (
            User.objects.create(username=f"{who}{n}", name=who, email=f"{who}{n}@example.com")
            for who in ("leader", "member")
        )
        department = Department.objects.create(
            code=f"d{n}",
            name_en=f"D{n}",
            name_zh=f"D{n}",
            kind="technology",
            parent=root,
            leader=leader,
            calendar=calendar,
        )
        root = root or department
        Membership.objects.create(person=member, department=department)


def add_clocks(
    name: str, count: int, *, due_at: datetime, wake_at: datetime, spread: int = 1
) -> None:
    """Promises of twenty hours, five a case; the n-th is due, and wakes, n % spread hours later."""
    model = _model(name, due_at=due_at, wake_at=wake_at)
    hands = list(Membership.objects.order_by("pk").values_list("person_id", "department_id"))
    later = f"model.%s + (n %% {int(spread)}) * interval '1 hour'"
    given = {
        "subject": "model.subject || '-' || n",
        "stream": f"'C-' || n / {CASE_OF}",
        "owner_id": "hand.owner",
        "department_id": "hand.department",
        **{
            at: later.replace("%s", at)
            for at in ("started_at", "first_due_at", "due_at", "wake_at")
        },
    }
    columns = [field.column for field in Deadline._meta.local_fields if not field.primary_key]
    sql = COPIES.format(
        columns=", ".join(columns),
        values=", ".join(given.get(column, f"model.{column}") for column in columns),
    )
    owners, departments = zip(*hands, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "count": count,
                "model": model.pk,
                "hands": len(hands),
                "owners": list(owners),
                "departments": list(departments),
            },
        )
    model.delete()


def add_cases(clocks: int) -> None:
    """The cases of so many clocks, each with the one entry that a case has at least."""
    streams, entries = [], []
    for number in range(-(-clocks // CASE_OF)):
        stream = Stream(reference=f"C-{number}")
        filed = Entry(subject=stream.reference, tag="complaint:filed", at=NOW - 20 * HOUR)
        entries += chain(stream=stream, rows=[filed])
        streams.append(stream)
    Stream.objects.bulk_create(streams, batch_size=5_000)
    Entry.objects.bulk_create(entries, batch_size=5_000)


def _model(name: str, *, due_at: datetime, wake_at: datetime) -> Deadline:
    return Deadline.objects.create(
        subject=name,
        stream="C-0",
        kind="deliver",
        label="Deduct points with Operations",
        severity="major",
        department=Department.objects.order_by("pk")[0],
        unit="hour",
        started_at=due_at - 20 * HOUR,
        first_due_at=due_at,
        due_at=due_at,
        total_seconds=20 * 3600,
        wake_at=wake_at,
        ladder=STANDARD["ladders"]["*"]["*"],
    )

"""The sweep with nothing due and with 1,000 due, however many clocks run.

    .venv/bin/python benchmarks/sweep.py [open deadlines, default 1000 100000]

Starts a PostgreSQL of its own, as durable as in production, and throws it away. Exits with 1 if
the claim reads anything but a range of the index `deadline_to_wake`.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
FOLDER = Path(tempfile.mkdtemp(prefix="duban-bench-", dir="/tmp"))
(FOLDER / "run").mkdir(mode=0o700)
FOLDER.chmod(0o711)

from config.embedded.postgres import Postgres  # noqa: E402 - after the path is set

SERVER = Postgres(data=FOLDER / "postgres", socket_dir=FOLDER / "run", log=FOLDER / "postgres.log")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DATABASE_URL": SERVER.url,
    "DUBAN_VAR": str(FOLDER / "var"),
    # Nothing listens there: delivery is not what is measured, and mail waits in its table.
    "REDIS_URL": f"unix://{FOLDER}/run/redis.sock?db=0",
    "LOG_LEVEL": "ERROR",
}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from departments.models import Department, Membership, User, WorkCalendar  # noqa: E402
from escalations.models import Deadline  # noqa: E402
from escalations.policy import STANDARD  # noqa: E402
from escalations.services import sweep  # noqa: E402
from escalations.services.sweep import _claim  # noqa: E402
from journal.models import Stream  # noqa: E402

# A Monday, 10:00 in Shanghai; office hours are 9 to 18.
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
DUE, CASE_OF = 1_000, 5
ROUNDS = 40
HOUR = timedelta(hours=1)


def main(sizes: list[int]) -> int:
    """Prints one line per size."""
    build_house()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(
        "| open | nothing due | pages read | 1,000 reminders | 1,000 escalations | queries each |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    sound = [measured(size) for size in sizes]
    return 0 if all(sound) else 1


def measured(size: int) -> bool:
    """One line of the table; whether the claim read its index only."""
    Deadline.objects.all().delete()
    fill(size)
    idle = statistics.median(timed(NOW - 2 * HOUR)[0] for _ in range(ROUNDS))
    pages, sound = claim_pages(NOW - 2 * HOUR)
    reminding, queries = timed(NOW)
    add_due(due_at=NOW - timedelta(minutes=1), name="late")
    raising, more_queries = timed(NOW)
    columns = [
        f"{size:,}",
        f"{idle * 1000:.1f} ms",
        str(pages),
        f"{reminding:.1f} s ({DUE / reminding:.0f}/s)",
        f"{raising:.1f} s ({DUE / raising:.0f}/s)",
        f"{queries:.1f}, {more_queries:.1f}",
    ]
    print(f"| {' | '.join(columns)} |", flush=True)
    return sound


def timed(now: datetime) -> tuple[float, float]:
    """Seconds of one sweep, and queries per firing."""
    connection.queries_log.clear()
    count = QueryCount()
    with connection.execute_wrapper(count):
        started = time.perf_counter()
        result = sweep(now=now, seconds=3600)
        seconds = time.perf_counter() - started
    assert not result.failed, result
    return seconds, count.queries / max(1, result.fired)


class QueryCount:
    """Counts without keeping: a thousand firings must not fill the memory."""

    queries = 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        self.queries += 1
        return execute(*query)


def claim_pages(now: datetime) -> tuple[int, bool]:
    """Index and table pages that an idle claim reads; whether only the right index was used."""
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        _claim(now, None, 20)
    sql = captured[-1]["sql"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
        plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    scans = [node for node in walk(plan) if "Index Name" in node or node["Node Type"] == "Seq Scan"]
    sound = [scan.get("Index Name") for scan in scans] == ["deadline_to_wake"]
    if not sound:
        print(json.dumps(plan, indent=1), file=sys.stderr)
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], sound


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and all below it."""
    yield node
    for child in node.get("Plans", []):
        yield from walk(child)


# --- The data -----------------------------------------------------------------------------------


def build_house() -> None:
    """Six departments of two, one calendar."""
    SERVER.start()
    call_command("migrate", verbosity=0)
    calendar = WorkCalendar.objects.create(
        name_en="Office", name_zh="Office", week=[[["09:00", "18:00"]]] * 5 + [[], []]
    )
    root = None
    for n in range(6):
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


def fill(size: int) -> None:
    """Clocks that wake over the next weeks, and among them 1,000 that are due for a reminder."""
    Stream.objects.bulk_create(
        (Stream(reference=f"C-{n}") for n in range(size // CASE_OF + 1)),
        ignore_conflicts=True,
        batch_size=5000,
    )
    hands = list(Membership.objects.select_related("person", "department"))
    Deadline.objects.bulk_create(
        (
            clock(f"open-{n}", number=n, due_at=NOW + (20 + n % 700) * HOUR, hands=hands)
            for n in range(size - DUE)
        ),
        batch_size=5000,
    )
    add_due(due_at=NOW + 10 * HOUR - timedelta(minutes=1), name="soon")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def add_due(*, due_at: datetime, name: str) -> None:
    """1,000 more, spread over the cases."""
    hands = list(Membership.objects.select_related("person", "department"))
    Deadline.objects.bulk_create(
        clock(f"{name}-{n}", number=n, due_at=due_at, hands=hands, wake_at=NOW) for n in range(DUE)
    )


def clock(
    subject: str,
    *,
    number: int,
    due_at: datetime,
    hands: list[Membership],
    wake_at: datetime | None = None,
) -> Deadline:
    """A promise of twenty hours: half-way is ten hours before it is due."""
    hand = hands[number % len(hands)]
    return Deadline(
        subject=subject,
        stream=f"C-{number // CASE_OF}",
        kind="deliver",
        label="Deduct points with Operations",
        severity="major",
        department=hand.department,
        owner=hand.person,
        unit="hour",
        started_at=due_at - 20 * HOUR,
        first_due_at=due_at,
        due_at=due_at,
        total_seconds=20 * 3600,
        wake_at=wake_at or due_at - 10 * HOUR,
        ladder=STANDARD["ladders"]["*"]["*"],
    )


if __name__ == "__main__":
    try:
        code = main([int(size) for size in sys.argv[1:]] or [1_000, 100_000])
    finally:
        connection.close()
        SERVER.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(code)

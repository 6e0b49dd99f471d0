"""The sweep with nothing due and with 1,000 due, however many clocks run.

    .venv/bin/python benchmarks/sweep.py [open deadlines, default 1000 100000 1000000]

Starts a PostgreSQL of its own, as durable as in production, and throws it away. Exits with 1 if
the claim reads anything but a range of the index `deadline_to_wake`, or more than a few pages.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from clocks import HOUR, NOW, add_cases, add_clocks, build_house
from database import QueryCount, analyze, database, machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.services import sweep
from escalations.services.sweep import _claim

DUE, ROUNDS = 1_000, 40
MINUTE = timedelta(minutes=1)
# The way down an index of three levels, and the leaf's neighbour.
MOST_PAGES = 5


def main(sizes: list[int]) -> int:
    """Prints one line per size."""
    build_house()
    add_cases(DUE)
    print(f"{machine()}\n")
    print(
        "| open | nothing due | pages read | 1,000 reminders | 1,000 escalations | queries each |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    sound = [measured(size) for size in sizes]
    return 0 if all(sound) else 1


def measured(size: int) -> bool:
    """One line of the table; whether the claim read its index only."""
    fill(size)
    idle = statistics.median(timed(NOW - 2 * HOUR)[0] for _ in range(ROUNDS))
    pages, sound = claim_pages(NOW - 2 * HOUR)
    reminding, queries = timed(NOW)
    add_clocks("late", DUE, due_at=NOW - MINUTE, wake_at=NOW)
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


def claim_pages(now: datetime) -> tuple[int, bool]:
    """Index and table pages that an idle claim reads; whether it was little of the right index."""
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
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages, sound and pages <= MOST_PAGES


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and all below it."""
    yield node
    for child in node.get("Plans", []):
        yield from walk(child)


def fill(size: int) -> None:
    """Clocks that wake over the next weeks, and among them 1,000 that are due for a reminder."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE escalations_deadline CASCADE")
    soonest = NOW + 20 * HOUR
    add_clocks("open", size - DUE, due_at=soonest, wake_at=soonest - 10 * HOUR, spread=700)
    add_clocks("soon", DUE, due_at=NOW + 10 * HOUR - MINUTE, wake_at=NOW)
    analyze()


if __name__ == "__main__":
    with database():
        sys.exit(main([int(size) for size in sys.argv[1:]] or [1_000, 100_000, 1_000_000]))

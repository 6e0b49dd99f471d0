"""Four sweepers at once on many clocks that are all due: each fires once.

    .venv/bin/python benchmarks/four_sweepers.py [clocks, default 100000]

Half of them are half-way, which reminds their owner; half are late, which raises one escalation
for each case. Exits with 1 if a rung was lost or doubled, a person told twice, or a chain broken.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context

from clocks import CASE_OF, HOUR, NOW, add_cases, add_clocks, build_house
from database import QueryCount, analyze, database, machine
from django.db import connection

from benchmarks.invariants import broken, still_due
from escalations.models import Escalation, Firing
from escalations.services import sweep

SWEEPERS = 4
HALF_WAY, LATE = (0, "fired"), (2, "fired")
EXPECTED_OF = {"soon": [HALF_WAY], "late": [(0, "skipped"), (1, "skipped"), LATE]}


@dataclass(frozen=True, slots=True)
class Done:
    """What one sweeper did."""

    fired: int
    queries: int
    sweeps: int
    seconds: float
    processor: float


def main(size: int) -> int:
    """Print what was seen; the exit code."""
    build_house()
    add_cases(size - size // 2)
    half = size // 2
    add_clocks("soon", half, due_at=NOW + 10 * HOUR - timedelta(minutes=1), wake_at=NOW)
    add_clocks("late", size - half, due_at=NOW - timedelta(minutes=1), wake_at=NOW)
    analyze()
    # Each process opens a connection of its own.
    connection.close()
    started = time.perf_counter()
    with ProcessPoolExecutor(SWEEPERS, get_context("fork")) as processes:
        done = list(processes.map(sweep_all, range(SWEEPERS)))
    seconds = time.perf_counter() - started
    fired, queries = sum(each.fired for each in done), sum(each.queries for each in done)
    print(f"{machine()}\n")
    print(f"{fired:,} firings in {seconds:.0f} s by {SWEEPERS} processes: {fired / seconds:.0f}/s")
    print(f"{queries / fired:.1f} queries a firing, by sweeper: {[each.fired for each in done]}")
    processor = sum(each.processor for each in done)
    print(f"{1000 * processor / fired:.1f} ms of Python a firing")
    wrong = [*broken(), *still_due(NOW), *counted(size)]
    print("\n".join(wrong) or "Each rung once, each person once, every chain whole.")
    return 1 if wrong else 0


def sweep_all(_number: int) -> Done:
    """One process: sweep until nothing is due, or left by another to be met again."""
    count, fired, sweeps = QueryCount(), 0, 0
    started, processor = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        while True:
            result = sweep(now=NOW, seconds=60)
            assert not result.failed, result
            fired, sweeps = fired + result.fired, sweeps + 1
            if not result.fired and not result.busy and not list(still_due(NOW)):
                break
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return Done(fired, count.queries, sweeps, seconds, processor)


def counted(size: int) -> Iterator[str]:
    """What is wrong with the numbers."""
    rows = Firing.objects.values_list("deadline_id", "deadline__subject", "rung", "state")
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for deadline, subject, rung, state in rows.order_by("deadline_id", "rung").iterator():
        found.setdefault((subject.split("-")[0], deadline), []).append((rung, state))
    if len(found) != size:
        yield f"{len(found)} clocks of {size} fired."
    odd = [key for key, rungs in found.items() if rungs != EXPECTED_OF[key[0]]]
    if odd:
        yield f"{len(odd)} clocks fired other rungs than theirs, such as {odd[:3]}."
    late = size - size // 2
    escalations, causes = Escalation.objects.count(), Escalation.deadlines.through.objects.count()
    if (escalations, causes) != (-(-late // CASE_OF), late):
        yield f"{escalations} escalations with {causes} causes from {late} late clocks."


if __name__ == "__main__":
    with database():
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))

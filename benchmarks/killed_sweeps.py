"""Sweeps that are killed at random moments: no rung is lost, none speaks twice.

    .venv/bin/python benchmarks/killed_sweeps.py [rounds, default 200] [seed, 2026]

Each round a process sweeps, and is killed by SIGKILL after a random while; half an hour passes.
At last one sweep is let finish, and what is recorded is compared with the ladder. Exits with 1
if a rung was lost or doubled, a person told twice, or a chain broken.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from clocks import HOUR, NOW, add_cases, add_clocks, build_house
from database import analyze, database, machine
from django.db import connection

from benchmarks.invariants import broken, still_due
from departments.calendars import work_times_of
from escalations.models import Deadline, Escalation, Firing
from escalations.services import sweep
from escalations.timetable import timetable_of

CLOCKS, BATCH, LONGEST = 3_000, 5, 1.5
STEP = timedelta(minutes=30)


def main(rounds: int = 200, seed: int = 2026) -> int:
    """Print what was seen; the exit code."""
    build_house()
    add_cases(CLOCKS)
    # Half-way now, due in ten hours: the rounds lead through every rung, and its repetitions.
    add_clocks("promise", CLOCKS, due_at=NOW + 10 * HOUR, wake_at=NOW, spread=40)
    analyze()
    draw, fired, killed = Random(seed), 0, 0
    for number in range(rounds):
        killed += killed_after(draw.uniform(0.01, LONGEST), NOW + number * STEP)
        now_fired = Firing.objects.filter(state="fired").count()
        fired, before = now_fired, fired
        print(f"\r{number + 1}: {fired - before} fired  ", end="", file=sys.stderr)
    end = NOW + rounds * STEP
    while sweep(now=end, seconds=600).fired:
        pass
    print(f"\n{machine()}\n")
    print(f"{killed} of {rounds} sweeps killed at work, {fired:,} firings before the last sweep")
    print(f"{Firing.objects.filter(state='fired').count():,} firings of {CLOCKS:,} clocks in all")
    wrong = [*broken(), *still_due(end), *compared(end)]
    print("\n".join(wrong) or "No rung lost, none doubled, each person told once, chains whole.")
    return 1 if wrong else 0


def killed_after(seconds: float, now: datetime) -> int:
    """A process of its own sweeps without end until it is killed; 1 if that is how it ended."""
    # The child opens its own connection: this one must not be shared.
    connection.close()
    child = os.fork()
    if not child:
        keep_sweeping(now)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return int(os.WIFSIGNALED(status))


def keep_sweeping(now: datetime) -> None:
    """Until killed; whatever else ends it is an exit that is counted as none."""
    try:
        while not sweep(now=now, batch=BATCH, seconds=600).failed:
            pass
    finally:
        os._exit(1)


def compared(end: datetime) -> Iterator[str]:
    """Each clock's rungs beside its ladder, counted anew from its dates."""
    recorded: dict[int, list[tuple[int, str]]] = {}
    rows = Firing.objects.order_by("deadline_id", "rung")
    for deadline, rung, state in rows.values_list("deadline_id", "rung", "state"):
        recorded.setdefault(deadline, []).append((rung, state))
    late = 0
    for deadline in Deadline.objects.all():
        work = work_times_of([deadline.department_id])[deadline.department_id]
        wanted = [index for index, _ in timetable_of(deadline, work).passed(0, end)]
        found = recorded.get(deadline.pk, [])
        late += deadline.due_at <= end
        if [rung for rung, _ in found] != wanted:
            yield f"{deadline} recorded {found}, its ladder says {wanted}."
        elif wanted and found[-1][1] != "fired":
            yield f"{deadline} did not fire its last rung: {found}."
    causes = Escalation.deadlines.through.objects.count()
    cases = Deadline.objects.filter(due_at__lte=end).values("stream").distinct().count()
    raised = Escalation.objects.count()
    if (raised, causes) != (cases, late):
        yield f"{raised} escalations, {causes} causes; {cases} late cases, {late} late clocks."


if __name__ == "__main__":
    with database():
        sys.exit(main(*map(int, sys.argv[1:])))

"""A year of a house in simulated time: people who forget, leaders who are away, sweeps that fail.

    .venv/bin/python benchmarks/simulated_year.py [cases, default 5000] [days, 364] [seed, 2026]

Needs the libraries of requirements-dev.txt. The same numbers give the same year, and the same
digest of all firings. Exits with 1 if anything does not hold that must.
"""

from __future__ import annotations

import math
import sys
import time
from datetime import timedelta
from functools import partial

from database import analyze, database, machine
from django.db.models import Count

from benchmarks.year.house import found
from benchmarks.year.proof import Proof, digest
from benchmarks.year.world import World
from complaints.models import Complaint, Ticket
from escalations.models import Deadline, Escalation, Firing
from journal.models import Entry
from notifications.handover import broker
from notifications.models import Notice

CHECKS = 12


def main(cases: int = 5_000, days: int = 364, seed: int = 2026) -> int:
    """Print what was seen; the exit code."""
    # Nobody delivers mail in simulated time, and nobody needs to be asked whether he would.
    broker.quiet_until = math.inf
    proof, started = Proof(), time.perf_counter()
    world = found(
        seed=seed, days=days, cases=cases, before_hours_change=lambda: check(world, proof)
    )
    for number in range(1, CHECKS):
        when = world.start + timedelta(days=days * number / CHECKS)
        world.at(when, partial(check, world, proof))
    world.run()
    proof.check(world)
    seconds = time.perf_counter() - started
    print(f"{machine()}; {cases:,} cases, {days} days, seed {seed}: {seconds:.0f} s\n")
    report(world, proof)
    print("\n".join(proof.findings) or "Everything held, at every look.")
    return 1 if proof.findings else 0


def check(world: World, proof: Proof) -> None:
    """A look in between; statistics as autovacuum would give them to the planner."""
    analyze()
    proof.check(world, chains=False)
    said = f"{world.now:%Y-%m-%d} {world.fired:,} fired, {len(proof.findings)} findings"
    print(said, proof.findings[-3:], file=sys.stderr, flush=True)


def report(world: World, proof: Proof) -> None:
    """What there was to hold."""
    print(f"cases {by(Complaint, 'state')}")
    print(f"tickets {by(Ticket, 'state')}")
    print(f"clocks {by(Deadline, 'state')}, of them recounted from their dates {proof.clocks:,}")
    print(f"firings {by(Firing, 'state')}, levels {by(Firing, 'level')}")
    print(f"escalations {by(Escalation, 'reason')}, {by(Escalation, 'state')}")
    print(f"entries {Entry.objects.count():,}, notices {Notice.objects.count():,}")
    print(f"sweeps {len(world.swept):,}; moves {dict(world.made.most_common())}")
    print(f"refused {dict(world.refused.most_common())}")
    print(f"digest {digest()}\n")


def by(model: type, field: str) -> dict[str, int]:
    """How many rows of each value."""
    rows = model.objects.values_list(field).order_by(field)
    return dict(rows.annotate(number=Count("pk")))


if __name__ == "__main__":
    with database(durable=False):
        sys.exit(main(*map(int, sys.argv[1:])))

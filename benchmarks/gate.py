"""Thousands of statements by chance, sane and damaged: what the gate accepts does what it says.

    .venv/bin/python benchmarks/gate.py [statements] [seed]

Each accepted statement is run as it was written, in its standard form, and as a dry run. All three
must touch the same rows, and none that the key does not name.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections import Counter

from database import CARELESS, FOLDER, SERVER  # isort: skip - sets up Django

import psycopg2

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.rehearsal import rehearse
from changes.gate import Accepted, Refused, check
from changes.targets.catalogue import Catalogue, Dialect
from changes.targets.connect import Address, engine
from changes.targets.postgres import reflect
from tests.changes.effects import effect, named
from tests.changes.mall import RULES, SCHEMA
from tests.changes.statements import Author


def main(count: int, seed: int) -> None:
    """Prints what happened; stops at the first statement that does something else."""
    SERVER.settings = CARELESS
    SERVER.start()
    try:
        people = psycopg2.connect(host=f"{FOLDER}/run", user="duban", dbname="duban")
        people.autocommit = True
        with people.cursor() as cursor:
            cursor.execute(SCHEMA)
        address = Address(
            dialect=Dialect.POSTGRES, url=f"postgresql://duban@/duban?host={FOLDER}/run"
        )
        with engine(address).connect() as connection:
            catalogue = reflect(connection, schemas=["mall"], default_schema="mall", rules=RULES)
        _all(count, seed=seed, address=address, catalogue=catalogue, people=people)
        people.close()
    finally:
        SERVER.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


def _all(count: int, *, seed: int, address: Address, catalogue: Catalogue, people: object) -> None:
    author, tally, gate = Author(random.Random(seed)), Counter[str](), 0.0
    for _number in range(count):
        text = author.statement()
        started = time.perf_counter()
        try:
            found = check(text, Dialect.POSTGRES, catalogue)
        except Refused as refused:
            tally[f"refused: {refused.code}"] += 1
            continue
        finally:
            gate += time.perf_counter() - started
        tally[_judge(text, found, address, people)] += 1
    for outcome, times in sorted(tally.items(), key=lambda pair: -pair[1]):
        print(f"{times:6}  {outcome}")
    print(f"{count} statements (seed {seed}), {gate / count * 1000:.2f} ms each in the gate")


def _judge(text: str, found: Accepted, address: Address, people: object) -> str:
    written, standard = effect(people, text), effect(people, found.sql)
    if written != standard:
        raise SystemExit(f"Not what was written:\n{text}\n{found.sql}\n{written}\n{standard}")
    if isinstance(standard, str):
        return "accepted: the server refuses it"
    with people.cursor() as cursor:  # type: ignore[attr-defined]
        outside = standard.keys() - named(cursor, found)
    people.rollback()  # type: ignore[attr-defined]
    if outside:
        raise SystemExit(f"Touches {outside}:\n{text}")
    if not standard:
        return "accepted: no row fits"
    return _rehearse(text, found, address, standard)


def _rehearse(text: str, found: Accepted, address: Address, happens: dict[int, object]) -> str:
    try:
        picture = rehearse(
            address=address,
            accepted=found,
            rules=RULES["mall", "orders"],
            expected=len(happens),
            search_schema="mall",
        ).picture
    except DryRunFailed as failure:
        if failure.code != "nothing_changes":
            raise SystemExit(f"{failure.code}:\n{text}") from failure
        return "accepted: nothing changes"
    if {int(key) for (key,) in picture.before.keys} != set(happens):
        raise SystemExit(f"The picture shows {picture.before.keys}, touched {happens}:\n{text}")
    return "accepted: the picture is what happens"


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(10_000, 1)[len(given) :])

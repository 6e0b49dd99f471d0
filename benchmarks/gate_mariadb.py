"""Thousands of statements by chance on a MariaDB of its own: what is accepted does what it says.

    .venv/bin/python benchmarks/gate_mariadb.py [statements] [seed]     (as root)

Each accepted statement is run as it was written and in its standard form. Both must do the same,
and change no row that the key does not name.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import django
import pymysql
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
settings.configure(USE_I18N=False)
django.setup()

from changes.gate import Accepted, Refused, check  # noqa: E402 - after the path is set
from changes.targets.catalogue import Dialect  # noqa: E402
from changes.targets.connect import Address, engine  # noqa: E402
from changes.targets.mysql import reflect  # noqa: E402
from tests.changes.mall import RULES  # noqa: E402
from tests.changes.maria import server  # noqa: E402
from tests.changes.statements import Author  # noqa: E402
from tests.changes.test_mariadb_chance import SCHEMA, effect, named  # noqa: E402


def main(count: int, seed: int) -> None:
    """Prints what happened; stops at the first statement that does something else."""
    with contextmanager(server)() as socket:
        people = pymysql.connect(unix_socket=socket, user="root", charset="utf8mb4")
        with people.cursor() as cursor:
            for statement in SCHEMA.split(";\n"):
                cursor.execute(statement)
        people.commit()
        address = Address(dialect=Dialect.MYSQL, url=f"mysql://root@/mall?unix_socket={socket}")
        with engine(address).connect() as connection:
            catalogue = reflect(connection, schemas=["mall"], default_schema="mall", rules=RULES)
        author, tally = Author(random.Random(seed)), Counter[str]()
        for _number in range(count):
            text = author.statement().replace('"', "`").replace("ORDERS", "orders")
            try:
                found = check(text, Dialect.MYSQL, catalogue)
            except Refused as refused:
                tally[f"refused: {refused.code}"] += 1
            else:
                tally[_judge(text, found, people)] += 1
        people.close()
    for outcome, times in sorted(tally.items(), key=lambda pair: -pair[1]):
        print(f"{times:6}  {outcome}")


def _judge(text: str, found: Accepted, people: pymysql.Connection) -> str:
    written, standard = effect(people, text), effect(people, found.sql)
    if written != standard:
        raise SystemExit(f"Not what was written:\n{text}\n{found.sql}")
    if isinstance(standard, int):
        return "accepted: the server refuses it"
    before, after = map(set, standard)
    if not {row[0] for row in before ^ after} <= named(people, found):
        raise SystemExit(f"Touches other rows:\n{text}")
    return "accepted: changes what it names" if before != after else "accepted: changes nothing"


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(10_000, 1)[len(given) :])

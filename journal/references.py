"""References such as C-2026-00412: unique over all kinds, never used twice."""

from __future__ import annotations

import re

from django.db import connection, transaction

# Tickets start where nobody takes the first ones for tests.
FIRST_NUMBER = {"T": 1001}
PREFIX = re.compile(r"[A-Z]{1,4}")


def next_reference(prefix: str, *, year: int | None = None) -> str:
    """Draw a reference; gaps are normal, because what is rolled back is not drawn again."""
    return next_references(prefix, year=year, count=1)[0]


def next_references(prefix: str, *, count: int, year: int | None = None) -> list[str]:
    """Draw `count` references at once, ascending; with a year the numbers have five digits."""
    if not PREFIX.fullmatch(prefix):
        raise ValueError("A prefix is one to four capital letters.")
    numbers = _draw(_sequence(prefix, year), first=FIRST_NUMBER.get(prefix, 1), count=count)
    if year is None:
        return [f"{prefix}-{number}" for number in numbers]
    return [f"{prefix}-{year}-{number:05d}" for number in numbers]


def _sequence(prefix: str, year: int | None) -> str:
    parts = ["journal_reference", prefix.lower()]
    return "_".join(parts if year is None else [*parts, f"{year:04d}"])


def _draw(sequence: str, *, first: int, count: int) -> list[int]:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [sequence])
        if cursor.fetchone()[0]:
            # IF NOT EXISTS alone still fails when two transactions create at once.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [sequence])
            cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence} START {int(first)}")
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        return sorted(number for (number,) in cursor.fetchall())

"""Of several watches one speaks: whoever holds an advisory lock, for as long as it is connected."""

from __future__ import annotations

from django.db import connection

# "duban" in ASCII; the second number names what it is for.
DUBAN, WATCH = 0x64756261, 1


def take_the_watch() -> bool:
    """Whether this connection has it from now on; ask once for each connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [DUBAN, WATCH])
        return bool(cursor.fetchone()[0])


def somebody_watches() -> bool:
    """Whether any connection to this database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND objid = %s AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [DUBAN, WATCH],
        )
        return bool(cursor.fetchone()[0])

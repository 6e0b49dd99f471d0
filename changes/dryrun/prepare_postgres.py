"""A session of PostgreSQL that ends by itself, and writes every value in one form."""

from __future__ import annotations

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.transaction import Session
from changes.targets.postgres import search_path

# How values are written as text and read again: part of every digest.
FORMS = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "3",
    "lc_monetary": "C",
    "standard_conforming_strings": "on",
    "xmloption": "content",
}


def prepare(opened: Session, schema: str) -> None:
    """Limits, forms, and nothing that would hide what happens."""
    limits = opened.limits
    settings = FORMS | {
        "search_path": search_path(schema),
        "lock_timeout": _milliseconds(limits.lock),
        "statement_timeout": _milliseconds(limits.statement),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle),
        # What the server says is committed must outlive the server.
        "synchronous_commit": "on",
    }
    version = opened.connection.dialect.server_version_info or (0,)
    if version >= (14,):
        # A server whose client is gone stops working for it.
        settings["client_connection_check_interval"] = "1000"
    if version >= (17,):
        settings["transaction_timeout"] = _milliseconds(limits.transaction)
    calls = (
        f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings.items()
    )
    opened.run(f"SELECT {', '.join(calls)}")
    _refuse_blindness(opened)


def _refuse_blindness(opened: Session) -> None:
    """Without counts there is no footprint; as a replica, no trigger would fire."""
    for name, wanted in (("track_counts", "on"), ("session_replication_role", "origin")):
        if opened.ask(f"SHOW {name}") != [(wanted,)]:
            raise DryRunFailed("blind", what=name)


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))

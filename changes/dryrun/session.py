"""A session that can do no harm: it ends by itself, and writes every value in one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from changes.dryrun import faults
from changes.dryrun.failure import DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.watchdog import Watchdog
from changes.targets.connect import Address, engine
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


T = TypeVar("T")


@dataclass(kw_only=True)
class Session:
    """One transaction on the target."""

    connection: Connection
    limits: Limits
    # From here on, what the server refuses is the way back.
    undoing: bool = False

    def ask(self, sql: str) -> list[tuple[str | None, ...]]:
        return [tuple(row) for row in self.connection.exec_driver_sql(sql)]

    def run(self, sql: str) -> None:
        self.connection.exec_driver_sql(sql).close()


def in_session(address: Address, limits: Limits, schema: str, work: Callable[[Session], T]) -> T:
    """Rolls back whatever `work` did; what goes wrong is a DryRunFailed, without the statement."""
    failure: DryRunFailed | None = None
    opened: Session | None = None
    with Watchdog(limits.watchdog) as watchdog:
        try:
            with engine(address, watchdog.watch).connect() as connection:
                opened = Session(connection=connection, limits=limits)
                _prepare(opened, schema)
                found = work(opened)
                connection.rollback()
        except DBAPIError as error:
            failure = (
                faults.of(error, undoing=opened.undoing) if opened else faults.on_connect(error)
            )
        if watchdog.fired:
            failure = DryRunFailed("watchdog", seconds=limits.watchdog)
    # Outside of the handlers: the driver's error carries values along.
    if failure:
        raise failure
    return found


def _prepare(opened: Session, schema: str) -> None:
    limits = opened.limits
    settings = FORMS | {
        "search_path": search_path(schema),
        "lock_timeout": _milliseconds(limits.lock),
        "statement_timeout": _milliseconds(limits.statement),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle),
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

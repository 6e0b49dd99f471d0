"""A session that can do no harm: it ends by itself, and writes every value in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from changes.dryrun import faults, prepare_mysql, prepare_postgres
from changes.dryrun.failure import DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.transaction import Session
from changes.dryrun.watchdog import Watchdog
from changes.targets.catalogue import Dialect
from changes.targets.connect import Address, engine

__all__ = ["FORMS", "PREPARE", "Session", "in_session"]

PREPARE: Mapping[Dialect, Callable[[Session, str], None]] = {
    Dialect.POSTGRES: prepare_postgres.prepare,
    Dialect.MYSQL: prepare_mysql.prepare,
}
FORMS: Mapping[Dialect, Mapping[str, str]] = {
    Dialect.POSTGRES: prepare_postgres.FORMS,
    Dialect.MYSQL: prepare_mysql.FORMS,
}
T = TypeVar("T")


def in_session(address: Address, limits: Limits, schema: str, work: Callable[[Session], T]) -> T:
    """Rolls back whatever `work` did; what goes wrong is a DryRunFailed, without the statement."""
    failure: DryRunFailed | None = None
    opened: Session | None = None
    with Watchdog(limits.watchdog) as watchdog:
        try:
            with engine(address, watchdog.watch).connect() as connection:
                opened = Session(connection=connection, limits=limits)
                PREPARE[address.dialect](opened, schema)
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

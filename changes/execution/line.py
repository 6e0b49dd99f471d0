"""One transaction on the target that may commit, and knows whether it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from changes.dryrun import faults, faults_mysql
from changes.dryrun.failure import DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.session import PREPARE, Session
from changes.dryrun.watchdog import Watchdog
from changes.targets.catalogue import Dialect
from changes.targets.connect import Address, engine

# Said in answer to COMMIT, these mean that the server has rolled back.
UNDONE = frozenset({"40001", "40P01", 1213, 1290, 1792})
UNDONE_CLASSES = ("22", "23", "42", "P0")
DUPLICATE = frozenset({"23505", 1062})
Reached = Callable[[str], None]


class Broken(Exception):
    """The target failed; `sure` if nothing of it can have been committed."""

    def __init__(self, code: str, facts: dict[str, object], *, sure: bool, duplicate: bool) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.sure = sure
        self.duplicate = duplicate


class Line:
    """A session that is rolled back unless `commit` was answered."""

    def __init__(self, session: Session, dialect: Dialect, reached: Reached) -> None:
        self.session = session
        self.dialect = dialect
        self.reached = reached
        self.committing = False
        self.committed = False

    def commit(self) -> None:
        """The server's own word for it: a COMMIT of a failed transaction is answered ROLLBACK."""
        self.reached("before commit")
        self.committing = True
        found = self.session.connection.exec_driver_sql("COMMIT")
        if self.dialect is Dialect.POSTGRES:
            cursor: Any = found.context.cursor
            if cursor.statusmessage != "COMMIT":
                raise Broken("rolled_back", {}, sure=True, duplicate=False)
        self.committed = True
        self.reached("after commit")


def on_line(  # noqa: PLR0917 - the last has a default
    address: Address,
    limits: Limits,
    schema: str,
    work: Callable[[Line], None],
    reached: Reached = lambda _step: None,
) -> None:
    """Raises Broken, without the statement; rolls back what was not committed."""
    broken: Broken | None = None
    line: Line | None = None
    with Watchdog(limits.watchdog) as watchdog:
        try:
            with engine(address, watchdog.watch).connect() as connection:
                opened = Session(connection=connection, limits=limits)
                line = Line(opened, address.dialect, reached)
                PREPARE[address.dialect](opened, schema)
                work(line)
                connection.rollback()
        except DBAPIError as error:
            broken = broken_by(error, line)
        except DryRunFailed as failed:
            broken = Broken(failed.code, failed.facts, sure=True, duplicate=False)
        if watchdog.fired and broken:
            facts: dict[str, object] = {"seconds": limits.watchdog}
            broken = Broken("watchdog", facts, sure=broken.sure, duplicate=False)
    # What goes wrong after the answer to COMMIT takes nothing back.
    if broken and not (line and line.committed):
        raise broken


def broken_by(error: DBAPIError, line: Line | None) -> Broken:
    """What the driver reports, and whether it can be sure that nothing was committed."""
    if line is None:
        failed = faults.on_connect(error)
        return Broken(failed.code, failed.facts, sure=True, duplicate=False)
    failed = faults.of(error, undoing=False)
    state: object = getattr(error.orig, "pgcode", None) or faults_mysql.number(error)
    said = isinstance(state, str) and state.startswith(UNDONE_CLASSES)
    return Broken(
        failed.code,
        failed.facts,
        sure=not line.committing or state in UNDONE or said,
        duplicate=state in DUPLICATE,
    )

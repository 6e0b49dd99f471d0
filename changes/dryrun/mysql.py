"""MySQL's and MariaDB's way to hold a table, change its rows, and count what was written.

No server of this family tells which tables a transaction has written. So rows are counted by the
session's own counters, which know what triggers did but not where, and cascades, which these
counters do not know, by looking for the rows that they will reach.
"""

from __future__ import annotations

from changes.dryrun.cascades import Cascades
from changes.dryrun.hands import Hands
from changes.dryrun.mysql_rows import MysqlRows
from changes.dryrun.rows import Keys
from changes.dryrun.transaction import Session
from changes.gate import Accepted
from changes.gate.nodes import Kind
from changes.gate.writer import Writer
from changes.picture.image import Image, Touched
from changes.targets import mysql
from changes.targets.catalogue import Dialect, Place, Table

COUNTS = (
    "SHOW SESSION STATUS WHERE Variable_name IN "
    "('Handler_write', 'Handler_update', 'Handler_delete')"
)
# Stands for the tables that triggers wrote: the server does not name them.
ELSEWHERE = "*"
Counts = tuple[int, int, int]


class MysqlHands(Hands):
    """Locks by reading FOR UPDATE; the definition is held by having been read."""

    def __init__(
        self, session: Session, table: Table, kind: Kind, written: tuple[str, ...]
    ) -> None:
        super().__init__(session, table, kind, written)
        self.rows: MysqlRows = MysqlRows(table)
        self.counted: Counts = (0, 0, 0)
        # What asking for the counts adds to the counts.
        self.asking: Counts = (0, 0, 0)
        self.cascaded: tuple[Touched, ...] = ()

    @staticmethod
    def hold(session: Session, place: Place, search_schema: str) -> Table | None:
        # Whoever has read in a transaction keeps others from altering what was read.
        session.run(f"SELECT 1 FROM {Writer(Dialect.MYSQL).place(*place)} LIMIT 0")  # noqa: S608 - quoted
        found = mysql.reflect(
            session.connection, schemas=[place[0]], default_schema=search_schema, only=place
        )
        return found.tables.get(place)

    @property
    def lock(self) -> str:
        return "FOR UPDATE"

    def apply(self, accepted: Accepted, keys: Keys) -> tuple[int, Keys]:
        count = self.session.run(self.rows.apply(accepted, keys))
        if accepted.kind != "insert":
            return count, keys
        names = self.rows.write.names(self.rows.key)
        values = ", ".join(f"({self.rows.write.values(row)})" for row in accepted.key_values)
        return count, self.read(self.rows.select(f"({names}) IN ({values})")).keys

    def settle(self) -> None:
        """Nothing waits for the end here."""

    def start(self, keys: Keys) -> None:
        cascades = Cascades(self.session, self.rows)
        self.cascaded = cascades.reached(self.kind, self.written, keys)
        first, second = self._counts(), self._counts()
        self.asking = _minus(second, first)
        self.counted = second

    def _counts(self) -> Counts:
        found = {str(name): int(str(value)) for name, value in self.session.ask(COUNTS)}
        return found["Handler_write"], found["Handler_update"], found["Handler_delete"]

    def touched(self, before: Image, after: Image) -> tuple[Touched, ...]:
        written = _minus(_minus(self._counts(), self.counted), self.asking)
        others = _minus(written, _written(before, after))
        found = [self.own(before, after), *self.cascaded]
        if any(others):
            found.append(Touched((self.table.schema, ELSEWHERE), *others))
        return tuple(sorted(found))


def _written(before: Image, after: Image) -> Counts:
    """By the change itself: the server does not write rows that stay the same."""
    kept = set(before.keys) & set(after.keys)
    changed = sum(row.key in kept and row != after.row(row.key) for row in before.rows)
    return len(after.rows) - len(kept), changed, len(before.rows) - len(kept)


def _minus(one: Counts, other: Counts) -> Counts:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]

"""The rows that foreign keys of MySQL and MariaDB will change along: the server counts none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.mysql_rows import MysqlRows
from changes.dryrun.rows import Keys
from changes.dryrun.transaction import Session
from changes.gate.nodes import Kind
from changes.gate.writer import Writer
from changes.picture.image import Touched
from changes.targets.catalogue import Dialect, Place

POINTING = """
SELECT k.table_schema, k.table_name, k.constraint_schema, k.constraint_name, k.column_name,
  k.referenced_column_name, r.update_rule, r.delete_rule
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
  AND r.table_name = k.table_name
WHERE k.referenced_table_schema = {schema} AND k.referenced_table_name = {name}
ORDER BY 3, 4, k.ordinal_position
"""
# An account without it does not see the foreign keys of tables that it has no right on.
SEES_ALL = """
SELECT 1 FROM information_schema.schema_privileges
WHERE privilege_type = 'SELECT' AND {schema} LIKE table_schema
UNION SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'SELECT'
"""
ACTIVE = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})
DEEPEST = 5


@dataclass(frozen=True)
class Pointer:
    """A foreign key that points at a table."""

    place: Place
    columns: tuple[str, ...]
    referenced: tuple[str, ...]
    on_update: str
    on_delete: str


class Cascades:
    """Follows foreign keys from some rows of one table."""

    def __init__(self, session: Session, rows: MysqlRows) -> None:
        self.session = session
        self.rows = rows
        self.write = Writer(Dialect.MYSQL)
        self.found: dict[Place, list[int]] = defaultdict(lambda: [0, 0])

    def reached(self, kind: Kind, written: Collection[str], keys: Keys) -> tuple[Touched, ...]:
        """How many rows of which tables; refused where they are of the same table."""
        if kind == "insert" or not keys:
            return ()
        if kind == "delete":
            self._refuse_unseen()
        self._follow(
            self.rows.table.place,
            self.rows.named(keys),
            None if kind == "delete" else frozenset(written),
            depth=0,
        )
        if self.rows.table.place in self.found:
            raise DryRunFailed("touches_more")
        return tuple(
            Touched(place, updated=updated, deleted=deleted)
            for place, (updated, deleted) in sorted(self.found.items())
        )

    def _refuse_unseen(self) -> None:
        schema = self.rows.table.schema
        if not self.session.ask(SEES_ALL.format(schema=_text(schema))):
            raise DryRunFailed("unseen", what=schema)

    def _follow(
        self, place: Place, where: str, written: frozenset[str] | None, *, depth: int
    ) -> None:
        """Rows of `place` that fit `where` go, or have the columns `written` changed."""
        if depth > DEEPEST:
            raise DryRunFailed("touches_more")
        for pointer in self._pointers(place):
            rule = pointer.on_delete if written is None else pointer.on_update
            if rule not in ACTIVE or (written is not None and not written & {*pointer.referenced}):
                continue
            below = (
                f"({self.write.names(pointer.columns)}) IN (SELECT "  # noqa: S608 - quoted
                f"{self.write.names(pointer.referenced)} FROM {self.write.place(*place)} "
                f"WHERE {where})"
            )
            goes = written is None and rule == "CASCADE"
            if self._count(pointer.place, below, goes=goes):
                changed = None if goes else frozenset(pointer.columns)
                self._follow(pointer.place, below, changed, depth=depth + 1)

    def _count(self, place: Place, where: str, *, goes: bool) -> int:
        sql = f"SELECT COUNT(*) FROM {self.write.place(*place)} WHERE {where}"  # noqa: S608 - quoted
        count = int(str(self.session.ask(sql)[0][0]))
        if count:
            self.found[place][goes] += count
        return count

    def _pointers(self, place: Place) -> list[Pointer]:
        parts: dict[tuple[str | None, ...], list[tuple[str, str]]] = defaultdict(list)
        sql = POINTING.format(schema=_text(place[0]), name=_text(place[1]))
        for row in self.session.ask(sql):
            parts[row[:4] + row[6:]].append((str(row[4]), str(row[5])))
        return [
            Pointer(
                place=(str(named[0]), str(named[1])),
                columns=tuple(column for column, _to in pairs),
                referenced=tuple(to for _column, to in pairs),
                on_update=str(named[4]),
                on_delete=str(named[5]),
            )
            for named, pairs in parts.items()
        ]


def _text(text: str) -> str:
    return f"_utf8mb4 x'{text.encode().hex()}'"

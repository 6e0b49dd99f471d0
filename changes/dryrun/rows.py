"""Reads images, and writes the statements that go there and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from changes.gate import Accepted
from changes.gate.writer import Writer
from changes.picture.image import Image, Picture, RowImage, Text
from changes.targets.catalogue import Column, Dialect, Table

Keys = tuple[tuple[str, ...], ...]


class Rows:
    """The statements for one table of PostgreSQL; all names and values are quoted here."""

    dialect: ClassVar = Dialect.POSTGRES
    # Rows come back as they were, also where the server would number them.
    overriding: ClassVar = "OVERRIDING SYSTEM VALUE "

    def __init__(self, table: Table) -> None:
        assert table.primary is not None
        self.table = table
        self.key = table.primary.columns
        self.write = Writer(self.dialect)
        self.place = self.write.place(table.schema, table.name)

    def literal(self, text: Text, column: Column) -> str:
        if text is None:
            return "NULL"
        doubled = text.replace("'", "''")
        return f"CAST('{doubled}' AS {column.type})"

    def named(self, keys: Keys) -> str:
        """The condition for the rows of these keys."""
        rows = ", ".join(
            f"({', '.join(self.literal(text, self.column(name)) for name, text in pairs)})"
            for pairs in (zip(self.key, key, strict=True) for key in keys)
        )
        return f"({self.write.names(self.key)}) IN ({rows})"

    def column(self, name: str) -> Column:
        column = self.table.column(name)
        assert column is not None
        return column

    def text(self, column: Column) -> str:
        """The value as text, from which `literal` makes the same value again."""
        return f"{self.write.name(column.name)}::text"

    def texts(self, columns: Iterable[str]) -> str:
        return ", ".join(self.text(self.column(name)) for name in columns)

    def select(self, where: str, *, lock: str = "", limit: int | None = None) -> str:
        """Key and columns as text, ordered by key."""
        return self._select(self.place, where, lock=lock, limit=limit)

    def by_key(self, keys: Keys, *, lock: str = "") -> str:
        """The rows of these keys."""
        return self._select(self.place, self.named(keys), lock=lock)

    def _select(self, source: str, where: str, *, lock: str, limit: int | None = None) -> str:
        names = tuple(column.name for column in self.table.columns)
        texts = self.texts((*self.key, *names))
        order = self.write.names(self.key)
        cut = "" if limit is None else f" LIMIT {limit}"
        return f"SELECT {texts} FROM {source} WHERE {where} ORDER BY {order}{cut} {lock}"  # noqa: S608 - quoted

    def image(self, found: list[tuple[Text, ...]]) -> Image:
        width = len(self.key)
        return Image(
            columns=tuple(column.name for column in self.table.columns),
            types=tuple(column.type for column in self.table.columns),
            rows=tuple(
                RowImage(tuple(str(text) for text in row[:width]), row[width:]) for row in found
            ),
        )

    def apply(self, accepted: Accepted, keys: Keys) -> str:
        """The accepted statement, held to the rows of the image; returns their keys."""
        returning = f"RETURNING {self.texts(self.key)}"
        if accepted.kind == "insert":
            return f"{accepted.sql} {returning}"
        return f"{accepted.sql} AND ({self.named(keys)}) {returning}"

    def undo(self, kind: str, before: Image, after: Image, kept: frozenset[str]) -> list[str]:
        """One statement per row, in the order of keys; columns in `kept` stay as they are."""
        if kind == "insert":
            return [f"DELETE FROM {self.place} WHERE {self.named(after.keys)}"]  # noqa: S608 - quoted
        if kind == "delete":
            return [self._insert(row) for row in before.rows]
        pairs = zip(before.rows, after.rows, strict=True)
        return [sql for old, new in pairs if (sql := self._restore(old, new, kept))]

    def carry_out(self, picture: Picture) -> list[str]:
        """The change itself, by key, with the values of the picture: what execution does."""
        if picture.kind == "delete":
            return [f"DELETE FROM {self.place} WHERE {self.named(picture.before.keys)}"]  # noqa: S608 - quoted
        if picture.kind == "insert":
            given = frozenset(picture.written)
            return [self._insert(row, given) for row in picture.after.rows]
        # Rows that get the same values are changed at once, as the statement would.
        same: dict[str, list[tuple[str, ...]]] = {}
        for row in picture.after.rows:
            same.setdefault(self._sets(row, picture), []).append(row.key)
        return [
            f"UPDATE {self.place} SET {sets} WHERE {self.named(tuple(keys))}"  # noqa: S608 - quoted
            for sets, keys in same.items()
        ]

    def _sets(self, row: RowImage, picture: Picture) -> str:
        values = dict(zip(picture.after.columns, row.values, strict=True))
        return ", ".join(
            f"{self.write.name(name)} = "
            + (
                "CURRENT_TIMESTAMP"
                if name in picture.stamped
                else self.literal(values[name], self.column(name))
            )
            for name in picture.written
        )

    def _insert(self, row: RowImage, given: frozenset[str] | None = None) -> str:
        pairs = zip(self.table.columns, row.values, strict=True)
        used = [
            (column, text)
            for column, text in pairs
            if not column.generated and (given is None or column.name in given)
        ]
        names = self.write.names(tuple(column.name for column, _text in used))
        values = ", ".join(self.literal(text, column) for column, text in used)
        return f"INSERT INTO {self.place} ({names}) {self.overriding}VALUES ({values})"

    def stamps_itself(self, column: Column) -> bool:
        """A column that changes with every change of its row unless it is set."""
        return False

    def _restore(self, old: RowImage, new: RowImage, kept: frozenset[str]) -> str:
        columns = zip(self.table.columns, old.values, new.values, strict=True)
        open_ = [it for it in columns if it[0].name not in kept and not it[0].generated]
        if all(before == after for _column, before, after in open_):
            return ""
        sets = ", ".join(
            f"{self.write.name(column.name)} = {self.literal(before, column)}"
            for column, before, after in open_
            if before != after or self.stamps_itself(column)
        )
        return f"UPDATE {self.place} SET {sets} WHERE {self.named((old.key,))}"  # noqa: S608 - quoted

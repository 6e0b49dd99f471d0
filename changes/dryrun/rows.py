"""Reads images, and writes the statements that go there and back."""

from __future__ import annotations

from changes.gate import Accepted
from changes.gate.writer import Writer
from changes.picture.image import Image, RowImage, Text
from changes.targets.catalogue import Column, Dialect, Table

Keys = tuple[tuple[str, ...], ...]


class Rows:
    """The statements for one table of PostgreSQL; all names and values are quoted here."""

    def __init__(self, table: Table) -> None:
        assert table.primary is not None
        self.table = table
        self.key = table.primary.columns
        self.write = Writer(Dialect.POSTGRES)
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

    def texts(self, columns: tuple[str, ...]) -> str:
        return ", ".join(f"{self.write.name(name)}::text" for name in columns)

    def select(self, where: str, *, lock: str = "", limit: int | None = None) -> str:
        """Key and columns as text, ordered by key."""
        names = tuple(column.name for column in self.table.columns)
        texts = self.texts((*self.key, *names))
        order = self.write.names(self.key)
        cut = "" if limit is None else f" LIMIT {limit}"
        return f"SELECT {texts} FROM {self.place} WHERE {where} ORDER BY {order}{cut} {lock}"  # noqa: S608 - quoted

    def image(self, found: list[tuple[Text, ...]]) -> Image:
        width = len(self.key)
        return Image(
            columns=tuple(column.name for column in self.table.columns),
            types=tuple(column.type for column in self.table.columns),
            rows=tuple(
                RowImage(tuple(str(text) for text in row[:width]), row[width:]) for row in found
            ),
        )

    def lock(self, accepted: Accepted) -> str:
        """As strong as the change itself will need, so that it is never raised halfway."""
        rekeyed = self.table.unique_columns.intersection(accepted.written)
        return "FOR UPDATE" if accepted.kind == "delete" or rekeyed else "FOR NO KEY UPDATE"

    def apply(self, accepted: Accepted, keys: Keys) -> str:
        """The accepted statement, held to the rows of the image; returns their keys."""
        returning = f"RETURNING {self.texts(self.key)}"
        if accepted.kind == "insert":
            return f"{accepted.sql} {returning}"
        return f"{accepted.sql} AND ({self.named(keys)}) {returning}"

    def undo(
        self, accepted: Accepted, before: Image, after: Image, kept: frozenset[str]
    ) -> list[str]:
        """One statement per row, in the order of keys; columns in `kept` stay as they are."""
        if accepted.kind == "insert":
            return [f"DELETE FROM {self.place} WHERE {self.named(after.keys)}"]  # noqa: S608 - quoted
        if accepted.kind == "delete":
            return [self._insert(row) for row in before.rows]
        pairs = zip(before.rows, after.rows, strict=True)
        return [sql for old, new in pairs if (sql := self._restore(old, new, kept))]

    def _insert(self, row: RowImage) -> str:
        pairs = zip(self.table.columns, row.values, strict=True)
        given = [(column, text) for column, text in pairs if not column.generated]
        names = self.write.names(tuple(column.name for column, _text in given))
        values = ", ".join(self.literal(text, column) for column, text in given)
        return f"INSERT INTO {self.place} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})"  # noqa: S608

    def _restore(self, old: RowImage, new: RowImage, kept: frozenset[str]) -> str:
        columns = zip(self.table.columns, old.values, new.values, strict=True)
        sets = ", ".join(
            f"{self.write.name(column.name)} = {self.literal(before, column)}"
            for column, before, after in columns
            if before != after and column.name not in kept and not column.generated
        )
        where = self.named((old.key,))
        return sets and f"UPDATE {self.place} SET {sets} WHERE {where}"  # noqa: S608 - quoted

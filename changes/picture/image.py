"""Rows as text with their types: what the server writes, it reads again byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from changes.gate.nodes import Kind
from changes.targets.catalogue import Place

# NULL stays None; an empty text is a text.
Text = str | None


@dataclass(frozen=True)
class RowImage:
    """One row: its primary key, and every column in the table's order."""

    key: tuple[str, ...]
    values: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Image:
    """Rows of one table, ordered by key."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[RowImage, ...] = ()

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        return tuple(row.key for row in self.rows)

    @property
    def size(self) -> int:
        """Characters of all values."""
        return sum(len(value or "") for row in self.rows for value in row.values)

    def row(self, key: tuple[str, ...]) -> RowImage | None:
        return next((row for row in self.rows if row.key == key), None)

    def without(self, columns: frozenset[str]) -> tuple[RowImage, ...]:
        """The rows as they are compared: what the application changes by itself left out."""
        kept = [place for place, name in enumerate(self.columns) if name not in columns]
        return tuple(
            RowImage(row.key, tuple(row.values[place] for place in kept)) for row in self.rows
        )


@dataclass(frozen=True, order=True)
class Touched:
    """How many rows of a table were written, by triggers and cascades too."""

    place: Place
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Frozen once it is approved."""

    kind: Kind
    place: Place
    key: tuple[str, ...]
    # Of the table's schema, when the images were taken.
    fingerprint: str
    before: Image
    after: Image
    footprint: tuple[Touched, ...]
    # What the session was set to while values were written as text.
    settings: tuple[tuple[str, str], ...]
    # The columns that the change itself sets; triggers may have changed others.
    written: tuple[str, ...] = ()
    # Of these, volatile ones that get the time of execution.
    stamped: tuple[str, ...] = ()

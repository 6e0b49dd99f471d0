"""What a target's schema says about the tables that may be changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Schema and name, spelt as the server spells them.
Place = tuple[str, str]


class Dialect(StrEnum):
    """The databases that changes are made in; the names are sqlglot's."""

    POSTGRES = "postgres"
    MYSQL = "mysql"


class Family(StrEnum):
    """How a column compares with a literal; what is OTHER never identifies a row."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    UUID = "uuid"
    TIME = "time"
    BOOLEAN = "boolean"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `type` is the server's full spelling, good for CAST."""

    name: str
    type: str
    family: Family
    nullable: bool = True
    default: str | None = None
    # The server computes the default anew for each row: now(), gen_random_uuid().
    default_computed: bool = False
    generated: bool = False
    # Numbered by the server: identity, serial, AUTO_INCREMENT.
    numbered: bool = False
    # MySQL's older utf8 holds no 4-byte characters.
    four_byte: bool = True


@dataclass(frozen=True, kw_only=True)
class Key:
    """Columns that identify at most one row: unique, never null, checked at once."""

    columns: tuple[str, ...]
    primary: bool = False


@dataclass(frozen=True, kw_only=True)
class TableRules:
    """What the target's owner says about one table that may be changed."""

    # The application changes them by itself: shown as excluded, not compared.
    volatile: frozenset[str] = frozenset()
    # Not to be seen in a picture, unless the change is theirs.
    masked: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table; `obstacles` are codes of gate.refusal that forbid changing it by statement."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    # Of any unique index, partial ones included: a row that changes them needs the stronger lock.
    unique_columns: frozenset[str] = frozenset()
    obstacles: tuple[str, ...] = ()
    # Constraints, triggers with their functions' source, indexes: all that decides what happens.
    definition: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.schema, self.name

    @property
    def primary(self) -> Key | None:
        return next((key for key in self.keys if key.primary), None)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def fingerprint(self) -> str:
        """Differs as soon as anything differs that could make the same statement do otherwise."""
        columns = [
            [c.name, c.type, c.nullable, c.default, c.generated, c.numbered] for c in self.columns
        ]
        keys = [[key.columns, key.primary] for key in self.keys]
        parts = [self.schema, self.name, columns, keys, self.obstacles, self.definition]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The tables of one target, and which of them may be changed."""

    dialect: Dialect
    default_schema: str
    tables: Mapping[Place, Table]
    rules: Mapping[Place, TableRules] = field(default_factory=dict)

    def rules_of(self, table: Table) -> TableRules | None:
        return self.rules.get(table.place)

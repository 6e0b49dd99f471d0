"""Reads what PostgreSQL's catalogue says about tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from changes.targets import postgres_queries as queries
from changes.targets.catalogue import (
    Catalogue,
    Column,
    Dialect,
    Family,
    Key,
    Place,
    Table,
    TableRules,
)

FAMILIES = {
    **dict.fromkeys(("int2", "int4", "int8"), Family.INTEGER),
    **dict.fromkeys(("text", "varchar", "bpchar"), Family.TEXT),
    **dict.fromkeys(("date", "time", "timestamp", "timestamptz"), Family.TIME),
    "numeric": Family.DECIMAL,
    "uuid": Family.UUID,
    "bool": Family.BOOLEAN,
}
KINDS = {"v": "view", "m": "view", "f": "foreign_table", "p": "inheritance"}
CONSTANT = re.compile(
    r"(?:NULL|true|false|-?\d+(?:\.\d+)?|\(-\d+(?:\.\d+)?\)|'(?:[^']|'')*')"
    r"(?:::[\w .,()\[\]\"]+)*"
)
Rows = Sequence[Mapping[str, Any]]


def reflect(
    connection: Connection,
    *,
    schemas: Sequence[str],
    default_schema: str,
    rules: Mapping[Place, TableRules] | None = None,
    only: Place | None = None,
) -> Catalogue:
    """The tables of the schemas, or `only` one; sets the search path of the transaction."""
    _ask(connection, queries.SEARCH_PATH, path=search_path(default_schema))
    wanted = {"schemas": list(schemas), "name": only[1] if only else None}
    parts = {name: _by_table(connection, sql, wanted) for name, sql in queries.PARTS.items()}
    shadowed = bool(_ask(connection, queries.SHADOWED, schema=default_schema)[0]["shadowed"])
    tables = [
        _table(row, {name: found[row["oid"]] for name, found in parts.items()}, shadowed=shadowed)
        for row in _ask(connection, queries.TABLES, **wanted)
    ]
    return Catalogue(
        dialect=Dialect.POSTGRES,
        default_schema=default_schema,
        tables={table.place: table for table in tables},
        rules=rules or {},
    )


def search_path(schema: str) -> str:
    """Temporary tables last: none can pass for a real one."""
    quoted = schema.replace('"', '""')
    return f'"{quoted}", pg_temp'


def _ask(connection: Connection, sql: str, **values: object) -> Rows:
    options = {"no_parameters": False}
    result = connection.exec_driver_sql(sql, values, execution_options=options)
    return [dict(row) for row in result.mappings()]


def _by_table(connection: Connection, sql: str, wanted: Mapping[str, object]) -> dict[int, Rows]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _ask(connection, sql, **wanted):
        found[row["oid"]].append(row)
    return defaultdict(list, found)


def _table(row: Mapping[str, Any], parts: Mapping[str, Rows], *, shadowed: bool) -> Table:
    columns = tuple(_column(column) for column in parts["columns"])
    keys = _keys(parts["indexes"], {column.name for column in columns if not column.nullable})
    named = (name for index in parts["indexes"] for name in index["columns"] if name)
    return Table(
        schema=row["schema"],
        name=row["name"],
        columns=columns,
        keys=keys,
        unique_columns=frozenset(named),
        obstacles=tuple(_obstacles(row, keys, shadowed=shadowed)),
        definition=tuple(part["definition"] for part in parts["definitions"]),
    )


def _column(row: Mapping[str, Any]) -> Column:
    default = row["default"]
    return Column(
        name=row["name"],
        type=row["type"],
        family=Family.TEXT if row["enum"] else FAMILIES.get(row["base"], Family.OTHER),
        nullable=not row["not_null"],
        default=default,
        default_computed=default is not None and not CONSTANT.fullmatch(default),
        generated=row["generated"],
        numbered=row["identity"] or (default or "").startswith("nextval("),
    )


def _keys(indexes: Rows, never_null: set[str]) -> tuple[Key, ...]:
    """Partial, deferrable, temporal indexes and those of expressions identify nothing for sure."""
    return tuple(
        Key(columns=tuple(index["columns"]), primary=index["primary"])
        for index in indexes
        if index["sure"] and never_null.issuperset(index["columns"])
    )


def _obstacles(row: Mapping[str, Any], keys: tuple[Key, ...], *, shadowed: bool) -> list[str]:
    if row["kind"] != "r":
        return [KINDS.get(row["kind"], "not_a_table")]
    found = {
        "rule": row["rules"],
        "row_security": row["row_security"],
        "inheritance": row["inherits"],
        "shadowed": shadowed,
        "no_primary_key": not any(key.primary for key in keys),
    }
    return [code for code, there in found.items() if there]

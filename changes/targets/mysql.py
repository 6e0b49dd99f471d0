"""Reads what the catalogue of MySQL and MariaDB says about tables.

Triggers show themselves only to accounts that have the right TRIGGER on the table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from changes.gate.writer import Writer
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

INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")
TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum")
FAMILIES = {
    **dict.fromkeys(INTEGERS, Family.INTEGER),
    **dict.fromkeys(TEXTS, Family.TEXT),
    **dict.fromkeys(("date", "datetime", "timestamp", "time"), Family.TIME),
    "decimal": Family.DECIMAL,
    "uuid": Family.UUID,
}
# MariaDB writes defaults as expressions, MySQL marks those that are.
CONSTANT = re.compile(r"NULL|-?\d+(?:\.\d+)?|'(?:[^']|'')*'", re.IGNORECASE)
NEXT_NUMBER = re.compile(r" AUTO_INCREMENT=\d+")
FOUR_BYTES = frozenset({None, "utf8mb4", "utf16", "utf16le", "utf32", "gb18030"})

TABLES = """
SELECT table_schema AS `schema`, table_name AS name, table_type AS kind, engine AS engine
FROM information_schema.tables
WHERE table_schema IN %(schemas)s AND (%(name)s IS NULL OR table_name = %(name)s)
ORDER BY table_schema, table_name
"""
COLUMNS = """
SELECT table_schema AS `schema`, table_name AS `table`, column_name AS name, data_type AS base,
  column_type AS type, is_nullable AS nullable, column_default AS `default`, extra AS extra,
  generation_expression AS generation, character_set_name AS charset
FROM information_schema.columns
WHERE table_schema IN %(schemas)s AND (%(name)s IS NULL OR table_name = %(name)s)
ORDER BY table_schema, table_name, ordinal_position
"""
INDEXES = """
SELECT table_schema AS `schema`, table_name AS `table`, index_name AS name, column_name AS `column`,
  sub_part AS prefix, index_type AS kind
FROM information_schema.statistics
WHERE non_unique = 0
  AND table_schema IN %(schemas)s AND (%(name)s IS NULL OR table_name = %(name)s)
ORDER BY table_schema, table_name, index_name = 'PRIMARY' DESC, index_name, seq_in_index
"""
# Foreign keys that point here cascade; triggers do the rest.
AROUND = """
SELECT event_object_schema AS `schema`, event_object_table AS `table`,
  CONCAT_WS(' ', 'trigger', trigger_name, action_timing, event_manipulation, action_order,
            MD5(action_statement)) AS definition
FROM information_schema.triggers
WHERE event_object_schema IN %(schemas)s
  AND (%(name)s IS NULL OR event_object_table = %(name)s)
UNION ALL
SELECT unique_constraint_schema, referenced_table_name,
  CONCAT_WS(' ', 'referenced', constraint_schema, table_name, constraint_name, update_rule,
            delete_rule)
FROM information_schema.referential_constraints
WHERE unique_constraint_schema IN %(schemas)s
  AND (%(name)s IS NULL OR referenced_table_name = %(name)s)
ORDER BY 1, 2, 3
"""
Rows = Sequence[Mapping[str, Any]]


def reflect(
    connection: Connection,
    *,
    schemas: Sequence[str],
    default_schema: str,
    rules: Mapping[Place, TableRules] | None = None,
    only: Place | None = None,
) -> Catalogue:
    """The tables of the databases; those with rules, or `only` one, with all that fingerprints."""
    wanted = {"schemas": tuple(schemas), "name": only[1] if only else None}
    parts = {
        name: _by_table(_ask(connection, sql, wanted))
        for name, sql in (("columns", COLUMNS), ("indexes", INDEXES), ("around", AROUND))
    }
    tables = []
    for row in _ask(connection, TABLES, wanted):
        place = (row["schema"], row["name"])
        around = [part["definition"] for part in parts["around"][place]]
        if row["kind"] == "BASE TABLE" and (place == only or place in (rules or {})):
            around.append(_definition(connection, place))
        tables.append(_table(row, parts["columns"][place], parts["indexes"][place], around))
    return Catalogue(
        dialect=Dialect.MYSQL,
        default_schema=default_schema,
        tables={table.place: table for table in tables},
        rules=rules or {},
    )


def _ask(connection: Connection, sql: str, values: Mapping[str, object]) -> Rows:
    result = connection.exec_driver_sql(
        sql, dict(values), execution_options={"no_parameters": False}
    )
    return [dict(row) for row in result.mappings()]


def _by_table(rows: Rows) -> dict[Place, list[Mapping[str, Any]]]:
    found: dict[Place, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["schema"], row["table"]].append(row)
    return found


def _definition(connection: Connection, place: Place) -> str:
    shown = connection.exec_driver_sql(f"SHOW CREATE TABLE {Writer(Dialect.MYSQL).place(*place)}")
    return NEXT_NUMBER.sub("", str(shown.one()[1]))


def _table(row: Mapping[str, Any], columns: Rows, indexes: Rows, around: list[str]) -> Table:
    read = tuple(map(_column, columns))
    keys = _keys(indexes, {column.name for column in read if not column.nullable})
    return Table(
        schema=row["schema"],
        name=row["name"],
        columns=read,
        keys=keys,
        unique_columns=frozenset(index["column"] for index in indexes if index["column"]),
        obstacles=tuple(_obstacles(row, keys)),
        definition=tuple(around),
    )


def _column(row: Mapping[str, Any]) -> Column:
    default, extra = row["default"], row["extra"].upper()
    return Column(
        name=row["name"],
        type=row["type"],
        family=FAMILIES.get(row["base"].lower(), Family.OTHER),
        nullable=row["nullable"] == "YES",
        default=default,
        default_computed=_is_computed(default, extra),
        generated=bool(row["generation"]),
        numbered="AUTO_INCREMENT" in extra,
        four_byte=row["charset"] in FOUR_BYTES,
    )


def _is_computed(default: str | None, extra: str) -> bool:
    """When in doubt, yes: the value must then be written."""
    if default is None:
        return False
    return "DEFAULT_GENERATED" in extra or not CONSTANT.fullmatch(default)


def _keys(indexes: Rows, never_null: set[str]) -> tuple[Key, ...]:
    """A key of prefixes or expressions identifies nothing."""
    named: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for index in indexes:
        named[index["name"]].append(index)
    return tuple(
        Key(columns=tuple(part["column"] for part in parts), primary=name == "PRIMARY")
        for name, parts in named.items()
        if all(
            part["kind"] == "BTREE" and part["prefix"] is None and part["column"] in never_null
            for part in parts
        )
    )


def _obstacles(row: Mapping[str, Any], keys: tuple[Key, ...]) -> list[str]:
    if row["kind"] in {"VIEW", "SYSTEM VIEW"}:
        return ["view"]
    if row["kind"] != "BASE TABLE":
        return ["not_a_table"]
    found = {
        "engine": (row["engine"] or "").lower() != "innodb",
        "no_primary_key": not any(key.primary for key in keys),
    }
    return [code for code, there in found.items() if there]

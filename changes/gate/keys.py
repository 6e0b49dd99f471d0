"""Which rows a statement names: a top-level condition pins a whole key to plain values."""

from __future__ import annotations

from itertools import product

from django.utils.translation import gettext

from changes.gate.nodes import Literal, Name, Row, Statement, Test, conjuncts
from changes.gate.refusal import Refused
from changes.targets.catalogue import Column, Family, Key, Table

ROWS = 1000
Values = tuple[Literal, ...]
# Columns, and the combinations of values they may have.
Pin = tuple[tuple[str, ...], tuple[Values, ...]]


def pinned(statement: Statement, table: Table) -> tuple[Key, tuple[Values, ...]]:
    """The key that the condition pins, primary first, and its values; raises Refused."""
    pins = [pin for test in conjuncts(statement.where) if (pin := _pin(test))]
    for key in sorted(table.keys, key=lambda key: not key.primary):
        values = _values(key, pins)
        if values is not None:
            _check(key, values, table)
            return key, values
    keys = ", ".join(f"({', '.join(key.columns)})" for key in table.keys)
    raise Refused("no_key", keys=keys)


def _pin(test: object) -> Pin | None:
    if not isinstance(test, Test) or test.word not in {"=", "IN"}:
        return None
    left, *others = test.items
    if test.word == "=" and not _columns(left):
        left, others = others[0], [left]
    columns = _columns(left)
    values = [_literals(item) for item in others]
    if not columns or len(set(columns)) != len(columns):
        return None
    found = [row for row in values if row is not None and len(row) == len(columns)]
    return (columns, tuple(found)) if found and len(found) == len(values) else None


def _columns(item: object) -> tuple[str, ...]:
    if isinstance(item, Name):
        return (item.column,)
    if isinstance(item, Row) and all(isinstance(part, Name) for part in item.items):
        return tuple(part.column for part in item.items if isinstance(part, Name))
    return ()


def _literals(item: object) -> Values | None:
    parts = item.items if isinstance(item, Row) else (item,)
    found = tuple(part for part in parts if isinstance(part, Literal) and part.kind != "null")
    return found if len(found) == len(parts) else None


def _values(key: Key, pins: list[Pin]) -> tuple[Values, ...] | None:
    for columns, rows in pins:
        if len(columns) > 1 and set(columns) == set(key.columns):
            order = [columns.index(column) for column in key.columns]
            return _unique(tuple(row[place] for place in order) for row in rows)
    single = {columns[0]: [row[0] for row in rows] for columns, rows in pins if len(columns) == 1}
    if not all(column in single for column in key.columns):
        return None
    count = 1
    for column in key.columns:
        count *= len(single[column])
    if count > ROWS:
        raise Refused("too_many_keys", count=count, limit=ROWS)
    return _unique(product(*(single[column] for column in key.columns)))


def _unique(rows: object) -> tuple[Values, ...]:
    return tuple(dict.fromkeys(rows))  # type: ignore[call-overload]


def _check(key: Key, values: tuple[Values, ...], table: Table) -> None:
    if len(values) > ROWS:
        raise Refused("too_many_keys", count=len(values), limit=ROWS)
    for place, name in enumerate(key.columns):
        column = table.column(name)
        assert column is not None
        if not all(fits(row[place], column) for row in values):
            raise Refused("key_type", column=name, kind=_kind(column))


def fits(literal: Literal, column: Column) -> bool:
    """Compared as the column's own kind; MySQL finds 'abc' for 0, and 1 for '1x'."""
    match column.family:
        case Family.INTEGER:
            return literal.kind == "number" and "." not in literal.text
        case Family.DECIMAL:
            return literal.kind == "number"
        case Family.BOOLEAN:
            return literal.kind == "boolean"
        case Family.OTHER:
            return False
    return literal.kind == "text"


def _kind(column: Column) -> str:
    match column.family:
        case Family.INTEGER:
            return gettext("a whole number without quotation marks")
        case Family.DECIMAL:
            return gettext("a number without quotation marks")
        case Family.BOOLEAN:
            return gettext("TRUE or FALSE")
        case Family.OTHER:
            return gettext("another key: this one's type cannot be compared for sure")
    return gettext("a text between simple quotation marks")

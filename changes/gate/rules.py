"""What a statement may do to the columns of its table."""

from __future__ import annotations

import re

from changes.gate.nodes import (
    Call,
    Condition,
    Literal,
    Logic,
    Now,
    Operation,
    Row,
    Statement,
    Test,
    Value,
    names,
)
from changes.gate.refusal import Refused
from changes.targets.catalogue import Catalogue, Column, Dialect, Table, TableRules

MOVING_DATES = re.compile(r"\b(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
TIMELY = re.compile(r"date|time|tsrange|tstzrange|tsmultirange|tstzmultirange", re.IGNORECASE)


def check(statement: Statement, table: Table, catalogue: Catalogue) -> None:
    """Raises Refused."""
    rules = catalogue.rules_of(table)
    assert rules is not None
    _check_readings(statement, rules)
    if statement.kind == "insert":
        _check_insert(statement, table, rules)
    _check_update(statement, table, rules)
    for literal, column in _written(statement, table):
        _check_text(literal, column, catalogue)


def _check_readings(statement: Statement, rules: TableRules) -> None:
    """Otherwise a masked value could be copied to where it is seen, or guessed by conditions."""
    read = names(statement.where).union(*(names(value) for _column, value in statement.sets))
    for column in sorted(read & rules.masked):
        raise Refused("masked_column", column=column)
    if _tells_time(statement.where):
        raise Refused("now", column="WHERE")


def _tells_time(node: Condition | Value | Row | None) -> bool:
    if isinstance(node, Logic | Test | Operation | Call | Row):
        return any(_tells_time(item) for item in node.items)
    return isinstance(node, Now)


def _check_update(statement: Statement, table: Table, rules: TableRules) -> None:
    seen: set[str] = set()
    for name, value in statement.sets:
        if name in seen:
            raise Refused("set_twice", column=name)
        seen.add(name)
        _check_settable(name, table, rekeyed=True)
        if _tells_time(value) and not (isinstance(value, Now) and name in rules.volatile):
            raise Refused("now", column=name)


def _check_settable(name: str, table: Table, *, rekeyed: bool) -> None:
    column = table.column(name)
    assert column is not None
    if rekeyed and table.primary and name in table.primary.columns:
        raise Refused("set_key", column=name)
    if column.generated:
        raise Refused("set_generated", column=name)
    if column.numbered:
        raise Refused("set_numbered", column=name)


def _check_insert(statement: Statement, table: Table, rules: TableRules) -> None:
    if len(set(statement.columns)) != len(statement.columns):
        raise Refused("set_twice", column=statement.columns[-1])
    for row in statement.rows:
        if len(row) != len(statement.columns):
            raise Refused("insert_width", values=len(row), columns=len(statement.columns))
    for name in statement.columns:
        _check_settable(name, table, rekeyed=False)
    _check_omitted(statement, table, rules)


def _check_omitted(statement: Statement, table: Table, rules: TableRules) -> None:
    """A picture shows every value that the new rows will have."""
    given = set(statement.columns)
    for column in table.columns:
        if column.name in given or column.generated:
            continue
        if column.numbered:
            raise Refused("set_numbered", column=column.name)
        if column.default_computed and column.name not in rules.volatile:
            raise Refused("computed_default", column=column.name)
    assert table.primary is not None
    if not given.issuperset(table.primary.columns):
        raise Refused("insert_key", columns=", ".join(table.primary.columns))


def _written(statement: Statement, table: Table) -> list[tuple[Literal, Column]]:
    pairs: list[tuple[str, Value]] = list(statement.sets)
    for row in statement.rows:
        pairs += zip(statement.columns, row, strict=True)
    found = []
    for name, value in pairs:
        column = table.column(name)
        assert column is not None
        found += [(literal, column) for literal in _texts(value)]
    return found


def _texts(value: Value | Row) -> list[Literal]:
    if isinstance(value, Operation | Call):
        return [literal for item in value.items for literal in _texts(item)]
    return [value] if isinstance(value, Literal) and value.kind == "text" else []


def _check_text(literal: Literal, column: Column, catalogue: Catalogue) -> None:
    if TIMELY.search(column.type) and MOVING_DATES.search(literal.text):
        raise Refused("special_date")
    wide = any(ord(letter) > 0xFFFF for letter in literal.text)
    if catalogue.dialect is Dialect.MYSQL and wide and not column.four_byte:
        raise Refused("four_byte", column=column.name)

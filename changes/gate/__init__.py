"""Lets a statement through only if everybody must read it the same way.

An allowlist, not a search for what is bad: bare words come from a list or the catalogue, nodes of
the tree from a list, and the gate's own nodes can express nothing else. The text given is never
run; what is run is written anew from those nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

from changes.gate import keys, lexer, reader, resolve, rules
from changes.gate.nodes import Kind, Literal, Statement
from changes.gate.refusal import Refused
from changes.gate.writer import Writer
from changes.targets.catalogue import Catalogue, Dialect, Key, Table

__all__ = ["Accepted", "Refused", "check"]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A statement that may be run dry; `sql` is the form that is shown and run."""

    sql: str
    statement: Statement
    table: Table
    # The key that names the rows, and the values it has; of INSERT, the primary key.
    key: Key
    key_values: tuple[tuple[Literal, ...], ...]

    @property
    def kind(self) -> Kind:
        return self.statement.kind

    @property
    def written(self) -> tuple[str, ...]:
        """The columns that the statement sets."""
        return self.statement.columns or tuple(column for column, _value in self.statement.sets)


def check(sql: str, dialect: Dialect, catalogue: Catalogue) -> Accepted:
    """Raises Refused, whose sentence says what to write instead."""
    assert dialect is catalogue.dialect
    statement = _parse(sql, catalogue)
    table = catalogue.tables[statement.schema, statement.table]
    rules.check(statement, table, catalogue)
    key, values = _keys(statement, table)
    rendered = Writer(dialect).statement(statement)
    # What is run must itself pass, and mean the same.
    if _parse(rendered, catalogue) != statement:
        raise Refused("unstable")
    return Accepted(sql=rendered, statement=statement, table=table, key=key, key_values=values)


def _parse(sql: str, catalogue: Catalogue) -> Statement:
    found = lexer.tokens(sql, catalogue.dialect)
    resolve.check_words(found, catalogue)
    return reader.read(sql, catalogue)


def _keys(statement: Statement, table: Table) -> tuple[Key, tuple[tuple[Literal, ...], ...]]:
    if statement.kind != "insert":
        return keys.pinned(statement, table)
    assert table.primary is not None
    places = [statement.columns.index(column) for column in table.primary.columns]
    values = tuple(tuple(row[place] for place in places) for row in statement.rows)
    if len(values) > keys.ROWS:
        raise Refused("too_many_keys", count=len(values), limit=keys.ROWS)
    return table.primary, values

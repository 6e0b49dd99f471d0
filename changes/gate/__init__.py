"""Lets a statement through only if everybody must read it the same way.

An allowlist, not a search for what is bad: bare words come from a list or the catalogue, nodes of
the tree from a list, and the gate's own nodes can express nothing else. The text given is never
run; what is run is written anew from those nodes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from changes.gate import keys, lexer, reader, resolve, rules
from changes.gate.lexer import Token
from changes.gate.nodes import Kind, Literal, Statement
from changes.gate.refusal import Refused
from changes.gate.writer import Writer
from changes.targets.catalogue import Catalogue, Dialect, Key, Table

__all__ = ["Accepted", "Refused", "check"]

SYNONYMS = {"!=": "<>", "now": "current_timestamp"}


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
    statement, given = _parse(sql, catalogue)
    table = catalogue.tables[statement.schema, statement.table]
    rules.check(statement, table, catalogue)
    key, values = _keys(statement, table)
    rendered = Writer(dialect).statement(statement)
    # What is run must itself pass, mean the same, and hold every word that was written.
    again, written = _parse(rendered, catalogue)
    if again != statement or _bag(given, table) != _bag(written, table):
        raise Refused("unstable")
    return Accepted(sql=rendered, statement=statement, table=table, key=key, key_values=values)


def _parse(sql: str, catalogue: Catalogue) -> tuple[Statement, list[Token]]:
    found = lexer.tokens(sql, catalogue.dialect)
    resolve.check_words(found, catalogue)
    return reader.read(sql, catalogue), found


def _bag(found: list[Token], table: Table) -> Counter[tuple[str, str]]:
    """What was said, whatever its order: a parser that drops a word drops a meaning.

    Left out is what the standard form adds: brackets, and the names of schema and table.
    """
    added = {resolve.lower(table.schema), resolve.lower(table.name), "(", ")", "."}
    said: Counter[tuple[str, str]] = Counter()
    for token in found:
        named = token.kind in {"word", "name"}
        value = resolve.lower(token.value) if named else token.value
        if value not in added or token.kind == "text":
            said["name" if named else token.kind, SYNONYMS.get(value, value)] += 1
    return said


def _keys(statement: Statement, table: Table) -> tuple[Key, tuple[tuple[Literal, ...], ...]]:
    if statement.kind != "insert":
        return keys.pinned(statement, table)
    assert table.primary is not None
    places = [statement.columns.index(column) for column in table.primary.columns]
    values = tuple(tuple(row[place] for place in places) for row in statement.rows)
    if len(values) > keys.ROWS:
        raise Refused("too_many_keys", count=len(values), limit=keys.ROWS)
    return table.primary, values

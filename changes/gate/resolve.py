"""Names of a statement, looked up in the catalogue."""

from __future__ import annotations

import string

from changes.gate.lexer import Token
from changes.gate.refusal import Refused
from changes.gate.words import FUNCTIONS, GRAMMAR, HINTS, NOW, OPENING, SESSION
from changes.targets.catalogue import Catalogue, Column, Dialect, Table

# Servers fold the Latin letters alone.
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def lower(name: str) -> str:
    """As the server folds a name without quotation marks."""
    return name.translate(LOWER)


def check_words(found: list[Token], catalogue: Catalogue) -> None:
    """Every bare word is grammar, a listed function, or a name of the catalogue."""
    first = found[0]
    if first.kind == "word" and lower(first.value) == "with":
        raise Refused("cte")
    if first.kind != "word" or lower(first.value) not in OPENING:
        raise Refused("not_a_change")
    known = _known(catalogue)
    for token, after in zip(found, [*found[1:], None], strict=True):
        if token.kind == "word":
            _check_word(token.value, called=after == Token("sign", "("), known=known)


def _check_word(written: str, *, called: bool, known: set[str]) -> None:
    word = lower(written)
    if word in GRAMMAR or word == "current_timestamp" or (called and word in FUNCTIONS | NOW):
        return
    if word in SESSION:
        raise Refused("session_value", what=written)
    if word in HINTS:
        raise Refused(HINTS[word])
    if word in OPENING:
        raise Refused("several")
    if word not in known:
        if called:
            raise Refused("function", what=written, allowed=allowed_functions())
        raise Refused("word", what=written)


def allowed_functions() -> str:
    """For sentences."""
    return ", ".join(sorted(FUNCTIONS))


def _known(catalogue: Catalogue) -> set[str]:
    known: set[str] = set()
    for (schema, name), table in catalogue.tables.items():
        known |= {lower(schema), lower(name)} | {lower(column.name) for column in table.columns}
    return known


class Scope:
    """The one table of a statement, and how its names are found."""

    def __init__(self, catalogue: Catalogue, table: Table) -> None:
        self.catalogue = catalogue
        self.table = table

    def column(self, written: str, *, quoted: bool) -> Column:
        name = written if quoted else lower(written)
        for column in self.table.columns:
            if column.name == name or (self._loose and lower(column.name) == lower(name)):
                return column
        raise Refused("unknown_column", table=self.table.name, what=written)

    @property
    def _loose(self) -> bool:
        """MySQL's columns have no case."""
        return self.catalogue.dialect is Dialect.MYSQL


def find_table(catalogue: Catalogue, schema: str | None, name: str) -> Table:
    """By exact name, already folded; raises Refused for what may not be changed."""
    if schema is None:
        places = [place for place in catalogue.tables if place[1] == name]
        if len(places) > 1:
            raise Refused("ambiguous_table", what=name)
        schema = catalogue.default_schema
    table = catalogue.tables.get((schema, name))
    if table is None:
        raise Refused("unknown_table", what=f"{schema}.{name}")
    for obstacle in table.obstacles:
        raise Refused(obstacle, what=name)
    if catalogue.rules_of(table) is None:
        raise Refused("table_not_allowed", what=name)
    return table

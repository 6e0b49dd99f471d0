"""A statement as the gate understands it: what cannot be said in these nodes is never run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Only

Kind = Only["update", "delete", "insert"]


@dataclass(frozen=True)
class Literal:
    """A value written out; numbers keep their digits as text."""

    kind: Only["text", "number", "boolean", "null"]
    text: str = ""


@dataclass(frozen=True)
class Name:
    """A column of the statement's own table."""

    column: str


@dataclass(frozen=True)
class Operation:
    """Arithmetic, and || of texts."""

    sign: str
    items: tuple[Value, ...]


@dataclass(frozen=True)
class Call:
    """A function of the short list."""

    name: str
    items: tuple[Value, ...]


@dataclass(frozen=True)
class Now:
    """The time of execution; for volatile columns alone."""


@dataclass(frozen=True)
class Row:
    """Several values compared at once: (a, b) = (1, 2)."""

    items: tuple[Value, ...]


Value = Literal | Name | Operation | Call | Now


@dataclass(frozen=True)
class Test:
    """A comparison; `word` is the operator as it is written."""

    word: str
    items: tuple[Value | Row, ...]


@dataclass(frozen=True)
class Logic:
    """AND, OR, NOT."""

    word: Only["AND", "OR", "NOT"]
    items: tuple[Condition, ...]


Condition = Test | Logic


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One change of one table."""

    kind: Kind
    schema: str
    table: str
    sets: tuple[tuple[str, Value], ...] = ()
    where: Condition | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Literal, ...], ...] = ()


def names(node: Value | Row | Condition | None) -> set[str]:
    """The columns that are read."""
    if isinstance(node, Name):
        return {node.column}
    if node is None or isinstance(node, Literal | Now):
        return set()
    return set().union(*(names(item) for item in node.items))


def conjuncts(where: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all hold."""
    if isinstance(where, Logic) and where.word == "AND":
        return where.items
    return (where,) if where else ()

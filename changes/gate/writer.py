"""The standard form of a statement, which is what is shown, approved and run.

Every name is quoted and qualified, every operation in brackets: the server has nothing to guess.
"""

from __future__ import annotations

from changes.gate.nodes import (
    Call,
    Condition,
    Literal,
    Logic,
    Name,
    Operation,
    Row,
    Statement,
    Test,
    Value,
)
from changes.targets.catalogue import Dialect

MARKS = {Dialect.POSTGRES: '"', Dialect.MYSQL: "`"}


class Writer:
    """Writes for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.mark = MARKS[dialect]

    def name(self, name: str) -> str:
        return f"{self.mark}{name.replace(self.mark, self.mark * 2)}{self.mark}"

    def names(self, columns: tuple[str, ...]) -> str:
        return ", ".join(map(self.name, columns))

    def place(self, schema: str, table: str) -> str:
        return f"{self.name(schema)}.{self.name(table)}"

    def statement(self, statement: Statement) -> str:
        place = self.place(statement.schema, statement.table)
        if statement.kind == "insert":
            rows = ", ".join(f"({self.values(row)})" for row in statement.rows)
            columns = self.names(statement.columns)
            return f"INSERT INTO {place} ({columns}) VALUES {rows}"  # noqa: S608 - written here
        where = self.where(statement.where)
        if statement.kind == "delete":
            return f"DELETE FROM {place} WHERE {where}"  # noqa: S608 - written here
        return f"UPDATE {place} SET {self.sets(statement.sets)} WHERE {where}"  # noqa: S608 - same

    def sets(self, sets: tuple[tuple[str, Value], ...]) -> str:
        return ", ".join(f"{self.name(column)} = {self.value(value)}" for column, value in sets)

    def where(self, where: Condition | None) -> str:
        if isinstance(where, Logic):
            if where.word == "NOT":
                return f"NOT ({self.where(where.items[0])})"
            return f" {where.word} ".join(f"({self.where(item)})" for item in where.items)
        assert where is not None
        return self.test(where)

    def test(self, test: Test) -> str:
        first, *others = map(self.value, test.items)
        if test.word.endswith("NULL"):
            return f"{first} {test.word}"
        if test.word.endswith("IN"):
            return f"{first} {test.word} ({', '.join(others)})"
        return f"{first} {test.word} {' AND '.join(others)}"

    def values(self, items: tuple[Value, ...] | tuple[Literal, ...]) -> str:
        return ", ".join(map(self.value, items))

    def value(self, value: Value | Row) -> str:
        match value:
            case Literal():
                return self.literal(value)
            case Name(column):
                return self.name(column)
            case Operation(sign, items):
                return f"({f' {sign} '.join(map(self.value, items))})"
            case Call(name, items):
                return f"{name.upper()}({self.values(items)})"
        return f"({self.values(value.items)})" if isinstance(value, Row) else "CURRENT_TIMESTAMP"

    def literal(self, literal: Literal) -> str:
        if literal.kind == "text":
            return "'" + literal.text.replace("'", "''") + "'"
        return "NULL" if literal.kind == "null" else literal.text

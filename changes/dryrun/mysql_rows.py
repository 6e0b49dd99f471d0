"""The same statements for MySQL and MariaDB, whose values need more care on the way through text.

Values are written as hexadecimal digits: no setting of the server reads these otherwise.
"""

from __future__ import annotations

import re
from typing import ClassVar

from changes.dryrun.rows import Keys, Rows
from changes.gate import Accepted
from changes.picture.image import Text
from changes.targets.catalogue import Column, Dialect

BINARY = frozenset(
    {
        "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry", "point",
        "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection", "geomcollection",
    }
)  # fmt: skip
EXACT = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal"})
NUMBER = re.compile(r"-?\d+(\.\d+)?")
HEX = re.compile(r"0x(?:[0-9A-F]{2})*")
BITS = re.compile(r"[01]+")
WORD = re.compile(r"\w+")


def base(column: Column) -> str:
    """Its type without length and signs."""
    found = WORD.match(column.type.lower())
    assert found is not None
    return found.group()


class MysqlRows(Rows):
    """The statements for one table of MySQL or MariaDB."""

    dialect: ClassVar = Dialect.MYSQL
    overriding: ClassVar = ""

    def text(self, column: Column) -> str:
        name, kind = self.write.name(column.name), base(column)
        if kind in BINARY:
            return f"CONCAT('0x', HEX({name}))"
        if kind == "bit":
            return f"BIN({name} + 0)"
        if kind == "float":
            # As a float it would be written with six digits.
            return f"CAST(CAST({name} AS DOUBLE) AS CHAR)"
        return f"CAST({name} AS CHAR CHARACTER SET utf8mb4)"

    def literal(self, text: Text, column: Column) -> str:
        kind = base(column)
        if text is None:
            return "NULL"
        if kind in BINARY:
            return f"x'{checked(HEX, text)[2:]}'"
        if kind == "bit":
            return f"b'{checked(BITS, text)}'"
        if kind in EXACT:
            return checked(NUMBER, text)
        return f"_utf8mb4 x'{text.encode().hex()}'"

    def named(self, keys: Keys) -> str:
        """Compared one by one: the server looks rows of several columns up badly."""
        return " OR ".join(
            "("
            + " AND ".join(
                f"{self.write.name(name)} = {self.literal(text, self.column(name))}"
                for name, text in zip(self.key, key, strict=True)
            )
            + ")"
            for key in keys
        )

    def by_key(self, keys: Keys, *, lock: str = "") -> str:
        """By the index, so that no other row is even looked at."""
        source = f"{self.place} FORCE INDEX (PRIMARY)"
        return self._select(source, self.named(keys), lock=lock)

    def apply(self, accepted: Accepted, keys: Keys) -> str:
        """The accepted statement, held to the rows of the image."""
        if accepted.kind == "insert":
            return accepted.sql
        return f"{accepted.sql} AND ({self.named(keys)})"

    def stamps_itself(self, column: Column) -> bool:
        """ON UPDATE CURRENT_TIMESTAMP keeps still only for what is set."""
        return base(column) in {"timestamp", "datetime"}


def checked(form: re.Pattern[str], text: str) -> str:
    """Written without quotation marks: nothing else may be in it."""
    if not form.fullmatch(text):
        raise ValueError("A value is not of its column's form.")
    return text

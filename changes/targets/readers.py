"""One way to read a catalogue, whatever the dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from changes.targets import mysql, postgres
from changes.targets.catalogue import Catalogue, Dialect, Place, TableRules


class Reader(Protocol):
    """Reads the tables of some schemas, in a fixed number of statements."""

    def __call__(
        self,
        connection: Connection,
        *,
        schemas: Sequence[str],
        default_schema: str,
        rules: Mapping[Place, TableRules] | None = None,
        only: Place | None = None,
    ) -> Catalogue:
        """`only` reads that table alone."""


READERS: Mapping[Dialect, Reader] = {
    Dialect.POSTGRES: postgres.reflect,
    Dialect.MYSQL: mysql.reflect,
}

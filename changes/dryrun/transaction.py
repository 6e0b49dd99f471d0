"""One transaction on a target, asked in plain statements."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from changes.dryrun.limits import Limits


@dataclass(kw_only=True)
class Session:
    """One transaction on the target."""

    connection: Connection
    limits: Limits
    # From here on, what the server refuses is the way back.
    undoing: bool = False

    def ask(self, sql: str) -> list[tuple[str | None, ...]]:
        return [tuple(row) for row in self.connection.exec_driver_sql(sql)]

    def run(self, sql: str) -> int:
        """How many rows the statement was for."""
        found = self.connection.exec_driver_sql(sql)
        count = found.rowcount
        found.close()
        return count

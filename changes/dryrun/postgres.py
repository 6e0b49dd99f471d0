"""PostgreSQL's way to hold a table, change its rows, and count what was written."""

from __future__ import annotations

from changes.dryrun import footprint
from changes.dryrun.hands import Hands
from changes.dryrun.rows import Keys, Rows
from changes.dryrun.transaction import Session
from changes.gate import Accepted
from changes.gate.nodes import Kind
from changes.gate.writer import Writer
from changes.picture.image import Image, Touched
from changes.targets import postgres
from changes.targets.catalogue import Dialect, Place, Table

IMMEDIATE = "SET CONSTRAINTS ALL IMMEDIATE"


class PostgresHands(Hands):
    """Locks by LOCK TABLE and row locks; counts by the server's own statistics."""

    def __init__(
        self, session: Session, table: Table, kind: Kind, written: tuple[str, ...]
    ) -> None:
        super().__init__(session, table, kind, written)
        self.rows = Rows(table)
        self.counted: footprint.Counts = {}

    @staticmethod
    def hold(session: Session, place: Place, search_schema: str) -> Table | None:
        session.run(f"LOCK TABLE {Writer(Dialect.POSTGRES).place(*place)} IN ROW EXCLUSIVE MODE")
        found = postgres.reflect(
            session.connection, schemas=[place[0]], default_schema=search_schema, only=place
        )
        return found.tables.get(place)

    @property
    def lock(self) -> str:
        rekeyed = self.table.unique_columns & self.written
        return "FOR UPDATE" if self.kind == "delete" or rekeyed else "FOR NO KEY UPDATE"

    def apply(self, accepted: Accepted, keys: Keys) -> tuple[int, Keys]:
        found = self.session.ask(self.rows.apply(accepted, keys))
        self.settle()
        return len(found), tuple(tuple(str(text) for text in row) for row in found)

    def settle(self) -> None:
        self.session.run(IMMEDIATE)

    def start(self, keys: Keys) -> None:
        self.counted = footprint.counts(self.session)

    def touched(self, before: Image, after: Image) -> tuple[Touched, ...]:
        return footprint.between(self.counted, footprint.counts(self.session))

"""What each dialect does its own way with the rows of one table, in an open transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.rows import Keys, Rows
from changes.dryrun.transaction import Session
from changes.gate import Accepted
from changes.gate.nodes import Kind
from changes.picture.image import Image, Touched
from changes.targets.catalogue import Place, Table


class Hands(ABC):
    """One change of one table."""

    rows: Rows

    def __init__(
        self, session: Session, table: Table, kind: Kind, written: Iterable[str]
    ) -> None:
        self.session = session
        self.table = table
        self.kind = kind
        self.written = frozenset(written)

    @staticmethod
    @abstractmethod
    def hold(session: Session, place: Place, search_schema: str) -> Table | None:
        """Nobody alters the table from here on; as it is, or None if it is not there."""

    @property
    @abstractmethod
    def lock(self) -> str:
        """As strong as the change itself will need, so that it is never raised halfway."""

    @abstractmethod
    def apply(self, accepted: Accepted, keys: Keys) -> tuple[int, Keys]:
        """How many rows the statement was for, held to these keys; the keys of new rows."""

    @abstractmethod
    def settle(self) -> None:
        """Whatever the server would check only at the end is checked now."""

    @abstractmethod
    def start(self, keys: Keys) -> None:
        """From here on, what is written counts as this change's."""

    @abstractmethod
    def touched(self, before: Image, after: Image) -> tuple[Touched, ...]:
        """What was written since, in every table, whoever wrote it."""

    def own(self, before: Image, after: Image) -> Touched:
        """What the change is meant to write, and nothing else in its table."""
        count = len(before.rows or after.rows)
        return {
            "insert": Touched(self.table.place, inserted=count),
            "update": Touched(self.table.place, updated=count),
            "delete": Touched(self.table.place, deleted=count),
        }[self.kind]

    def read(self, sql: str) -> Image:
        image = self.rows.image(self.session.ask(sql))
        if image.size > self.session.limits.characters:
            raise DryRunFailed("too_big", size=image.size)
        return image

    def rows_of(self, keys: Keys, *, lock: bool = False) -> Image:
        """The rows of these keys, as they are in this transaction."""
        if not keys:
            return self.rows.image([])
        return self.read(self.rows.by_key(keys, lock=self.lock if lock else ""))

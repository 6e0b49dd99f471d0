"""The dry run on PostgreSQL: forward, looked at, back, compared, rolled back."""

from __future__ import annotations

from dataclasses import dataclass

from changes.dryrun import footprint
from changes.dryrun.failure import DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.rows import Rows
from changes.dryrun.session import FORMS, Session, in_session
from changes.gate import Accepted
from changes.gate.writer import Writer
from changes.picture.image import Image, Picture, Touched
from changes.targets import postgres
from changes.targets.catalogue import Dialect, TableRules
from changes.targets.connect import Address

IMMEDIATE = "SET CONSTRAINTS ALL IMMEDIATE"


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a dry run found out."""

    picture: Picture
    # Statements that led back, proven on the very rows.
    undo: tuple[str, ...]
    # Other tables' rows that were changed or deleted along; the undo does not answer for them.
    undo_leaves: tuple[Touched, ...]

    @property
    def undo_proven(self) -> bool:
        return not self.undo_leaves


def rehearse(
    *,
    address: Address,
    accepted: Accepted,
    rules: TableRules,
    expected: int,
    search_schema: str,
    limits: Limits | None = None,
) -> Rehearsal:
    """Raises DryRunFailed; the target is as it was in every case."""

    def work(opened: Session) -> Rehearsal:
        run = _Run(opened, accepted, rules, expected)
        run.hold(search_schema)
        return run.all()

    return in_session(address, limits or Limits(), search_schema, work)


class _Run:
    """One dry run, step by step."""

    def __init__(
        self, opened: Session, accepted: Accepted, rules: TableRules, expected: int
    ) -> None:
        self.session = opened
        self.accepted = accepted
        self.rules = rules
        self.expected = expected
        self.rows = Rows(accepted.table)

    def hold(self, search_schema: str) -> None:
        """Nobody alters the table from here on; it must be the one that the gate knew."""
        self.session.run(f"LOCK TABLE {self.rows.place} IN ROW EXCLUSIVE MODE")
        place = self.accepted.table.place
        found = postgres.reflect(
            self.session.connection, schemas=[place[0]], default_schema=search_schema, only=place
        ).tables.get(place)
        if found is None or found.fingerprint != self.accepted.table.fingerprint:
            raise DryRunFailed("schema_changed")

    def all(self) -> Rehearsal:
        counted = footprint.counts(self.session)
        before = self._before()
        keys = self._apply(before)
        after = self._after(before, keys)
        applied = footprint.counts(self.session)
        touched = footprint.between(counted, applied)
        self._refuse_more(touched)
        undo = self._undo(before, after)
        return Rehearsal(
            picture=self._picture(before, after, touched),
            undo=tuple(undo),
            undo_leaves=footprint.beyond(touched, self.accepted.table.place),
        )

    def _picture(self, before: Image, after: Image, touched: tuple[Touched, ...]) -> Picture:
        return Picture(
            kind=self.accepted.kind,
            place=self.accepted.table.place,
            key=self.rows.key,
            fingerprint=self.accepted.table.fingerprint,
            before=before,
            after=after,
            footprint=touched,
            settings=tuple(sorted(FORMS.items())),
        )

    def _before(self) -> Image:
        """Of INSERT, the rows that must not be there yet."""
        if self.accepted.kind == "insert":
            keys = ", ".join(
                f"({Writer(Dialect.POSTGRES).values(row)})" for row in self.accepted.key_values
            )
            names = self.rows.write.names(self.rows.key)
            before = self._read(f"({names}) IN ({keys})")
            if before.rows:
                raise DryRunFailed("exists")
            self._refuse_count(len(self.accepted.key_values))
            return before
        where = self.rows.write.where(self.accepted.statement.where)
        lock = self.rows.lock(self.accepted)
        before = self._read(where, lock=lock, limit=self.expected + 1)
        self._refuse_count(len(before.rows))
        return before

    def _read(self, where: str, *, lock: str = "", limit: int | None = None) -> Image:
        image = self.rows.image(self.session.ask(self.rows.select(where, lock=lock, limit=limit)))
        if image.size > self.session.limits.characters:
            raise DryRunFailed("too_big", size=image.size)
        return image

    def _refuse_count(self, found: int) -> None:
        if found == 0:
            raise DryRunFailed("zero_rows")
        if found > self.expected:
            raise DryRunFailed("more_rows", expected=self.expected)
        if found < self.expected:
            raise DryRunFailed("fewer_rows", found=found, expected=self.expected)

    def _apply(self, before: Image) -> tuple[tuple[str, ...], ...]:
        found = self.session.ask(self.rows.apply(self.accepted, before.keys))
        self.session.run(IMMEDIATE)
        if len(found) != self.expected:
            raise DryRunFailed("not_applied", found=len(found), expected=self.expected)
        return tuple(tuple(str(text) for text in row) for row in found)

    def _after(self, before: Image, keys: tuple[tuple[str, ...], ...]) -> Image:
        """Read anew: RETURNING does not know what later triggers did."""
        after = self._read(self.rows.named(before.keys if before.rows else keys))
        volatile = self.rules.volatile
        if after.without(volatile) == before.without(volatile):
            raise DryRunFailed("nothing_changes")
        if len(after.rows) != (0 if self.accepted.kind == "delete" else self.expected):
            raise DryRunFailed("not_applied", found=len(after.rows), expected=self.expected)
        return after

    def _refuse_more(self, touched: tuple[Touched, ...]) -> None:
        place, count = self.accepted.table.place, self.expected
        wanted = {
            "insert": Touched(place, inserted=count),
            "update": Touched(place, updated=count),
            "delete": Touched(place, deleted=count),
        }[self.accepted.kind]
        if wanted not in touched:
            raise DryRunFailed("touches_more")

    def _undo(self, before: Image, after: Image) -> list[str]:
        self.session.undoing = True
        statements = self.rows.undo(self.accepted, before, after, self.rules.volatile)
        for sql in statements:
            self.session.run(sql)
        self.session.run(IMMEDIATE)
        restored = self._read(self.rows.named(before.keys or after.keys))
        if restored.without(self.rules.volatile) != before.without(self.rules.volatile):
            raise DryRunFailed("undo_differs", columns=", ".join(self._differing(before, restored)))
        return statements

    def _differing(self, before: Image, restored: Image) -> list[str]:
        if restored.keys != before.keys:
            return list(self.rows.key)
        rows = zip(before.rows, restored.rows, strict=True)
        different = {
            name
            for old, new in rows
            for name, one, other in zip(before.columns, old.values, new.values, strict=True)
            if one != other and name not in self.rules.volatile
        }
        return sorted(different)

"""The dry run: forward, looked at, back, compared, and once more as it will be executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from changes.dryrun import footprint
from changes.dryrun.failure import DryRunFailed
from changes.dryrun.hands import Hands
from changes.dryrun.limits import Limits
from changes.dryrun.mysql import MysqlHands
from changes.dryrun.postgres import PostgresHands
from changes.dryrun.rows import Keys
from changes.dryrun.session import FORMS, Session, in_session
from changes.gate import Accepted
from changes.gate.nodes import Now
from changes.picture.image import Image, Picture, Touched
from changes.targets.catalogue import Dialect, TableRules
from changes.targets.connect import Address

HANDS: Mapping[Dialect, type[PostgresHands | MysqlHands]] = {
    Dialect.POSTGRES: PostgresHands,
    Dialect.MYSQL: MysqlHands,
}


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
        kind = HANDS[address.dialect]
        found = kind.hold(opened, accepted.table.place, search_schema)
        if found is None or found.fingerprint != accepted.table.fingerprint:
            raise DryRunFailed("schema_changed")
        hands = kind(opened, accepted.table, accepted.kind, accepted.written)
        return _Run(hands, accepted, rules, expected, address.dialect).all()

    return in_session(address, limits or Limits(), search_schema, work)


@dataclass
class _Run:
    """One dry run, step by step."""

    hands: Hands
    accepted: Accepted
    rules: TableRules
    expected: int
    dialect: Dialect

    def all(self) -> Rehearsal:
        before = self._before()
        self.hands.session.run("SAVEPOINT duban_seen")
        self.hands.start(before.keys)
        after = self._after(before, self._apply(before))
        touched = self.hands.touched(before, after)
        self._refuse_more(touched, before, after)
        undo = self._undo(before, after)
        # Cascades took rows of others along, which only this brings back.
        self.hands.session.run("ROLLBACK TO SAVEPOINT duban_seen")
        touched = self._again(self._picture(before, after, touched))
        return Rehearsal(
            picture=self._picture(before, after, touched),
            undo=tuple(undo),
            undo_leaves=footprint.beyond(touched, self.accepted.table.place),
        )

    def _picture(self, before: Image, after: Image, touched: tuple[Touched, ...]) -> Picture:
        statement = self.accepted.statement
        return Picture(
            kind=self.accepted.kind,
            place=self.accepted.table.place,
            key=self.hands.rows.key,
            fingerprint=self.accepted.table.fingerprint,
            before=before,
            after=after,
            footprint=touched,
            settings=tuple(sorted(FORMS[self.dialect].items())),
            written=self.accepted.written,
            stamped=tuple(column for column, value in statement.sets if isinstance(value, Now)),
        )

    def _before(self) -> Image:
        """Of INSERT, the rows that must not be there yet."""
        rows = self.hands.rows
        if self.accepted.kind == "insert":
            keys = ", ".join(
                f"({rows.write.values(row)})" for row in self.accepted.key_values
            )
            before = self.hands.read(rows.select(f"({rows.write.names(rows.key)}) IN ({keys})"))
            if before.rows:
                raise DryRunFailed("exists")
            self._refuse_count(len(self.accepted.key_values))
            return before
        where = rows.write.where(self.accepted.statement.where)
        before = self.hands.read(
            rows.select(where, lock=self.hands.lock, limit=self.expected + 1)
        )
        self._refuse_count(len(before.rows))
        return before

    def _refuse_count(self, found: int) -> None:
        if found == 0:
            raise DryRunFailed("zero_rows")
        if found > self.expected:
            raise DryRunFailed("more_rows", expected=self.expected)
        if found < self.expected:
            raise DryRunFailed("fewer_rows", found=found, expected=self.expected)

    def _apply(self, before: Image) -> Keys:
        found, keys = self.hands.apply(self.accepted, before.keys)
        if found != self.expected:
            raise DryRunFailed("not_applied", found=found, expected=self.expected)
        return keys

    def _after(self, before: Image, keys: Keys) -> Image:
        """Read anew: RETURNING does not know what later triggers did."""
        after = self.hands.rows_of(before.keys or keys)
        volatile = self.rules.volatile
        if after.without(volatile) == before.without(volatile):
            raise DryRunFailed("nothing_changes")
        if len(after.rows) != (0 if self.accepted.kind == "delete" else self.expected):
            raise DryRunFailed("not_applied", found=len(after.rows), expected=self.expected)
        return after

    def _refuse_more(self, touched: tuple[Touched, ...], before: Image, after: Image) -> None:
        if self.hands.own(before, after) not in touched:
            raise DryRunFailed("touches_more")

    def _undo(self, before: Image, after: Image) -> list[str]:
        session = self.hands.session
        session.undoing = True
        statements = self.hands.rows.undo(
            self.accepted.kind, before, after, self.rules.volatile
        )
        for sql in statements:
            session.run(sql)
        self.hands.settle()
        restored = self.hands.rows_of(before.keys or after.keys)
        if restored.without(self.rules.volatile) != before.without(self.rules.volatile):
            columns = self._differing(before, restored)
            raise DryRunFailed("undo_differs", columns=", ".join(columns))
        session.undoing = False
        return statements

    def _again(self, picture: Picture) -> tuple[Touched, ...]:
        """By the picture instead of the statement, as execution will; what it writes counts."""
        self.hands.start(picture.before.keys)
        for sql in self.hands.rows.carry_out(picture):
            self.hands.session.run(sql)
        self.hands.settle()
        after = self.hands.rows_of(picture.before.keys or picture.after.keys)
        volatile = self.rules.volatile
        if after.without(volatile) != picture.after.without(volatile):
            columns = self._differing(picture.after, after)
            raise DryRunFailed("again_differs", columns=", ".join(columns))
        touched = self.hands.touched(picture.before, after)
        self._refuse_more(touched, picture.before, after)
        return touched

    def _differing(self, before: Image, restored: Image) -> list[str]:
        if restored.keys != before.keys:
            return list(self.hands.rows.key)
        return differing(before, restored, self.rules.volatile)


def differing(one: Image, other: Image, volatile: frozenset[str]) -> list[str]:
    """The columns in which the same rows differ."""
    rows = zip(one.rows, other.rows, strict=True)
    different = {
        name
        for old, new in rows
        for name, this, that in zip(one.columns, old.values, new.values, strict=True)
        if this != that and name not in volatile
    }
    return sorted(different)

"""Makes a picture true, or leaves the target as it is.

The marker first, then the schema, the rows as they were approved, the change, the rows as they
were approved to become, what else was written: whatever differs ends in a ROLLBACK.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from changes.dryrun.hands import Hands
from changes.dryrun.limits import Limits
from changes.dryrun.rehearsal import HANDS
from changes.execution import marker
from changes.execution.line import Broken, Line, Reached, broken_by, on_line
from changes.execution.outcome import Outcome
from changes.picture.image import Image, Picture
from changes.targets.connect import Address

# Where a test may stop an executor; in this order.
STEPS = (
    "before connect", "connected", "before marker", "marked", "schema held", "rows locked",
    "before apply", "applied", "compared", "before commit", "after commit",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at one approved picture."""

    id: UUID
    # The reference of the request: applied once, whatever its revision.
    request: str
    address: Address
    search_schema: str
    picture: Picture
    volatile: frozenset[str] = frozenset()
    # Whether the target has the table of markers; without it, rows alone can tell.
    marked: bool = True
    limits: Limits = field(default_factory=Limits)


class _Ended(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


def execute(attempt: Attempt, *, reached: Reached = lambda _step: None) -> Outcome:
    """Never raises for what the target does; `unknown` only if COMMIT was not answered."""
    reached("before connect")
    try:
        on_line(
            attempt.address,
            attempt.limits,
            attempt.search_schema,
            lambda line: _Run(attempt, line).all(),
            reached,
        )
    except _Ended as ended:
        return ended.outcome
    except Broken as broken:
        if broken.sure:
            return Outcome(kind="not_applied", code=broken.code, facts=broken.facts)
        return Outcome(kind="unknown", code=f"commit_{broken.code}", facts=broken.facts)
    return Outcome(kind="applied")


class _Run:
    """One attempt, step by step."""

    def __init__(self, attempt: Attempt, line: Line) -> None:
        self.attempt = attempt
        self.line = line
        self.picture = attempt.picture

    def all(self) -> None:
        self.line.reached("connected")
        self._mark()
        hands = self._hold()
        before = self._lock(hands)
        after = self._apply(hands, before)
        self._compare(hands, before, after)
        self.line.commit()

    def _mark(self) -> None:
        if not self.attempt.marked:
            return
        self.line.reached("before marker")
        of = self.attempt
        sql = marker.insert(
            of.address.dialect, of.search_schema, of.id, of.request, marker.APPLIED
        )
        try:
            self.line.session.run(sql)
        except DBAPIError as error:
            found = broken_by(error, self.line)
            # A marker that is there already, or has no table, is a reason of its own.
            code = "marked_already" if found.duplicate else found.code
            code = "no_marker" if code in {"schema_changed", "permission", "types"} else code
            ended = _Ended(Outcome(kind="not_applied", code=code, facts=found.facts))
        else:
            self.line.reached("marked")
            return
        raise ended

    def _hold(self) -> Hands:
        kind = HANDS[self.attempt.address.dialect]
        picture, session = self.picture, self.line.session
        table = kind.hold(session, picture.place, self.attempt.search_schema)
        if table is None or table.fingerprint != picture.fingerprint:
            raise _Ended(Outcome(kind="not_applied", code="schema_changed"))
        self.line.reached("schema held")
        return kind(session, table, picture.kind, picture.written)

    def _lock(self, hands: Hands) -> Image:
        approved = self.picture.before
        found = hands.rows_of(approved.keys or self.picture.after.keys, lock=True)
        self.line.reached("rows locked")
        columns = differing(approved, found, self.attempt.volatile)
        if columns:
            facts = {"columns": ", ".join(columns)}
            raise _Ended(Outcome(kind="stale", code="rows_differ", facts=facts))
        return found

    def _apply(self, hands: Hands, before: Image) -> Image:
        self.line.reached("before apply")
        hands.start(before.keys)
        for sql in hands.rows.carry_out(self.picture):
            hands.session.run(sql)
        hands.settle()
        self.line.reached("applied")
        return hands.rows_of(before.keys or self.picture.after.keys)

    def _compare(self, hands: Hands, before: Image, after: Image) -> None:
        columns = differing(self.picture.after, after, self.attempt.volatile)
        if columns:
            facts = {"columns": ", ".join(columns)}
            raise _Ended(Outcome(kind="not_applied", code="result_differs", facts=facts))
        if hands.touched(before, after) != self.picture.footprint:
            raise _Ended(Outcome(kind="not_applied", code="footprint_differs"))
        self.line.reached("compared")


def differing(approved: Image, found: Image, volatile: frozenset[str]) -> list[str]:
    """Which columns are not as approved; the key's if rows are missing or too many."""
    if approved.without(volatile) == found.without(volatile):
        return []
    if approved.keys != found.keys or approved.columns != found.columns:
        return ["*"]
    pairs = zip(approved.rows, found.rows, strict=True)
    names = {
        name
        for old, new in pairs
        for name, this, that in zip(approved.columns, old.values, new.values, strict=True)
        if this != that and name not in volatile
    }
    return sorted(names)

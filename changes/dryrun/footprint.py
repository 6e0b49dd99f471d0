"""What this transaction has written, in every table, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterable

from changes.dryrun.transaction import Session
from changes.picture.image import Touched
from changes.targets.catalogue import Place

COUNTS = """
SELECT schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del
FROM pg_catalog.pg_stat_xact_user_tables
WHERE n_tup_ins > 0 OR n_tup_upd > 0 OR n_tup_del > 0
"""
Counts = dict[Place, tuple[int, int, int]]


def counts(session: Session) -> Counts:
    """So far, rows that were written twice counted twice."""
    found = session.connection.exec_driver_sql(COUNTS)
    return {(schema, name): (ins, upd, del_) for schema, name, ins, upd, del_ in found}


def between(earlier: Counts, later: Counts) -> tuple[Touched, ...]:
    """What was written from one count to the next."""
    found = []
    for place, now in sorted(later.items()):
        before = earlier.get(place, (0, 0, 0))
        change = [after - then for after, then in zip(now, before, strict=True)]
        if any(change):
            found.append(Touched(place, *change))
    return tuple(found)


def beyond(footprint: Iterable[Touched], place: Place) -> tuple[Touched, ...]:
    """Other tables whose rows changed or went: no undo of this table brings them back."""
    return tuple(
        touched
        for touched in footprint
        if touched.place != place and (touched.updated or touched.deleted)
    )

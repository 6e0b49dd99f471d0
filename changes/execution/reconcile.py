"""Finds out how an attempt ended whose executor is gone: the target is asked, nobody guesses."""

from __future__ import annotations

from changes.dryrun.rehearsal import HANDS
from changes.execution import marker
from changes.execution.execute import Attempt, differing
from changes.execution.line import Broken, Line, on_line
from changes.execution.outcome import Finding

# The target could not be asked; this says nothing about the attempt.
WAIT = {"locked": "in_flight", "timeout": "in_flight"}


def reconcile(attempt: Attempt) -> Finding:
    """By a tombstone where there are markers, else by the rows."""
    return _by_marker(attempt) if attempt.marked else by_rows(attempt)


def _by_marker(attempt: Attempt) -> Finding:
    dialect, schema = attempt.address.dialect, attempt.search_schema
    sql = marker.insert(dialect, schema, attempt.id, attempt.request, marker.VOID)

    def bury(line: Line) -> None:
        line.session.run(sql)
        line.commit()

    try:
        on_line(attempt.address, attempt.limits, schema, bury)
    except Broken as broken:
        return _marked(attempt) if broken.duplicate else _unsure(broken)
    return Finding(found="never")


def _marked(attempt: Attempt) -> Finding:
    """The attempt, or an earlier tombstone, was there first."""
    dialect, schema = attempt.address.dialect, attempt.search_schema
    states: list[str] = []

    def look(line: Line) -> None:
        found = line.session.ask(marker.read(dialect, schema, attempt.id))
        states.extend(str(row[0]) for row in found)

    try:
        on_line(attempt.address, attempt.limits, schema, look)
    except Broken as broken:
        return _unsure(broken)
    if states == [marker.APPLIED]:
        return Finding(found="applied")
    if states == [marker.VOID]:
        return Finding(found="never")
    return Finding(found="ambiguous", code="marker_gone")


def by_rows(attempt: Attempt) -> Finding:
    """Locked first, so that nobody is still at work on them; a look, not a proof."""
    picture, found = attempt.picture, Finding(found="ambiguous", code="rows_neither")

    def look(line: Line) -> None:
        nonlocal found
        kind = HANDS[attempt.address.dialect]
        table = kind.hold(line.session, picture.place, attempt.search_schema)
        if table is None or table.fingerprint != picture.fingerprint:
            found = Finding(found="ambiguous", code="schema_changed")
            return
        hands = kind(line.session, table, picture.kind, picture.written)
        now = hands.rows_of(picture.before.keys or picture.after.keys, lock=True)
        if not differing(picture.after, now, attempt.volatile):
            found = Finding(found="applied")
        elif not differing(picture.before, now, attempt.volatile):
            found = Finding(found="never")

    try:
        on_line(attempt.address, attempt.limits, attempt.search_schema, look)
    except Broken as broken:
        return _unsure(broken)
    return found


def _unsure(broken: Broken) -> Finding:
    if broken.code in WAIT:
        return Finding(found="in_flight", code=broken.code)
    return Finding(found="unreachable", code=broken.code)

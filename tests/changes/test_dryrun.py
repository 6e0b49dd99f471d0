"""What a dry run finds out, and that it leaves nothing behind."""

import time

import pytest

from changes.dryrun.failure import DryRunFailed
from changes.picture.diff import diff
from changes.picture.image import Touched
from tests.changes.mall import RULES

ORDERS, CARDS, HISTORY = ("mall", "orders"), ("mall", "cards"), ("mall", "history")


def changed(found):
    rows = diff(found.picture, RULES[found.picture.place])
    return [{field.column: (field.before, field.after) for field in row.changed} for row in rows]


def test_an_update_shows_every_field_that_changes(dry_run):
    found = dry_run("UPDATE orders SET status = 'success', points = points + 1 WHERE id = 1")
    assert changed(found) == [
        {"status": ("failed", "success"), "points": ("100", "101"), "doubled": ("200", "202")}
    ]
    assert found.undo_proven


def test_a_trigger_that_notes_is_in_the_footprint(dry_run):
    found = dry_run("UPDATE orders SET status = 'success' WHERE id IN (1, 2)", 2)
    assert found.picture.footprint == (Touched(HISTORY, inserted=2), Touched(ORDERS, updated=2))


def test_what_the_application_stamps_is_excluded(dry_run):
    found = dry_run("UPDATE orders SET status = 'success' WHERE id = 1")
    (row,) = diff(found.picture, RULES[ORDERS])
    stamp = next(field for field in row.fields if field.column == "updated_at")
    assert (stamp.excluded, stamp.before, stamp.changed) == (True, None, False)


def test_a_deletion_that_cascades_is_not_undone_by_its_own_rows(dry_run):
    found = dry_run("DELETE FROM cards WHERE number = 'K-1'")
    assert Touched(ORDERS, deleted=2) in found.picture.footprint
    assert found.undo_leaves == (Touched(ORDERS, deleted=2),)
    assert not found.undo_proven


def test_a_deletion_alone_is_undone_with_its_number(dry_run):
    found = dry_run("DELETE FROM cards WHERE id = 3")
    assert found.undo_proven
    assert found.picture.after.rows == ()


def test_an_insert_shows_the_new_row(dry_run):
    found = dry_run("INSERT INTO rates (day, kind, rate) VALUES ('2026-02-01', 'gold', 2)")
    assert changed(found) == [
        {"day": (None, "2026-02-01"), "kind": (None, "gold"), "rate": (None, "2.0000")}
    ]
    assert found.undo_proven


def test_names_and_values_full_of_signs_mean_themselves(dry_run):
    found = dry_run('''UPDATE "Odd Name" SET "50% of: it's" = '\\ %s :x' WHERE "the ""key""" = 1''')
    assert changed(found) == [{"50% of: it's": ("100% :a %(b)s", "\\ %s :x")}]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE orders SET status = 'success', shop = 9 WHERE id IN (1, 2)", 2),
        ("DELETE FROM cards WHERE id = 1", 1),
        ("INSERT INTO rates (day, kind, rate) VALUES ('2026-03-01', 'x', 1)", 1),
    ],
)
def test_a_dry_run_leaves_no_trace(statement, expected, dry_run, sql):
    versions = """SELECT 'o', id::text, xmin::text, ctid::text, o::text FROM mall.orders o
        UNION ALL SELECT 'c', id::text, xmin::text, ctid::text, c::text FROM mall.cards c
        UNION ALL SELECT 'h', id::text, xmin::text, ctid::text, h::text FROM mall.history h
        UNION ALL SELECT 'r', kind, xmin::text, ctid::text, r::text FROM mall.rates r
        ORDER BY 1, 2"""
    before = sql(versions)
    dry_run(statement, expected)
    assert sql(versions) == before
    busy = """SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'duban' AND datname = current_database()"""
    held = """SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE c.relnamespace = 'mall'::regnamespace AND l.pid <> pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    # A server process outlives its closed line by a moment.
    until = time.monotonic() + 10
    while sql(busy) != [(0,)] and time.monotonic() < until:
        time.sleep(0.05)
    assert (sql(busy), sql(held)) == ([(0,)], [(0,)])


@pytest.mark.parametrize(
    ("statement", "expected", "code"),
    [
        ("UPDATE orders SET status = 'x' WHERE id = 99", 1, "zero_rows"),
        ("UPDATE orders SET status = 'x' WHERE id IN (1, 2)", 1, "more_rows"),
        ("UPDATE orders SET status = 'x' WHERE id IN (1, 99)", 2, "fewer_rows"),
        ("UPDATE orders SET status = 'failed' WHERE id = 1", 1, "nothing_changes"),
        ("UPDATE cards SET points = 0 - 1 WHERE id = 1", 1, "constraint"),
        ("UPDATE cards SET points = 'many' WHERE id = 1", 1, "value"),
        ("UPDATE orders SET points = points / 0 WHERE id = 1", 1, "value"),
        ("UPDATE orders SET status = 1 WHERE id = 1 AND status = 1", 1, "types"),
        ("UPDATE orders SET card_id = 77 WHERE id = 1", 1, "constraint"),
        ("INSERT INTO rates (day, kind, rate) VALUES ('2026-01-01', 'gold', 2)", 1, "exists"),
    ],
)
def test_what_cannot_be_rehearsed_says_why(statement, expected, code, dry_run):
    with pytest.raises(DryRunFailed) as failed:
        dry_run(statement, expected)
    assert failed.value.code == code
    assert "The data is as it was" in failed.value.message
    assert failed.value.__cause__ is failed.value.__context__ is None

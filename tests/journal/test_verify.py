from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal.models import Entry, Stream
from journal.services import record
from journal.verify import Verification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
CASE, OTHER = "C-2026-00001", "C-2026-00002"


@pytest.fixture(autouse=True)
def history():
    for number in range(1, 7):
        for stream in (CASE, OTHER):
            record(
                stream=stream,
                subject=stream,
                tag="case:noted",
                actor=None,
                now=NOW,
                data={"number": number},
            )


@pytest.fixture
def tamper():
    """Runs SQL as an intruder would who owns the tables: without triggers."""

    def run(sql, *params):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            cursor.execute(sql, params or None)
            cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")

    return run


def found(stream=None):
    return [str(finding) for finding in Verification(stream).findings()]


def test_an_untouched_journal_has_no_findings():
    verification = Verification()
    assert list(verification.findings()) == []
    assert (verification.entries, verification.streams) == (12, 2)


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"number\": 30}'",
        "data = '{\"number\": 3.0}'",
        "tag = 'case:closed'",
        "subject = 'T-1001'",
        "at = at + interval '1 microsecond'",
        "digest = repeat('0', 64)",
        "prev_digest = repeat('0', 64)",
        "tag = 'case:closed', digest = md5(random()::text)",
    ],
)
@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_changed_row_is_named(tamper, seq, change):
    tamper(f"UPDATE journal_entry SET {change} WHERE stream_id = %s AND seq = %s", CASE, seq)
    assert found() == [f"{CASE} #{seq}: changed"]


def test_another_actor_is_a_change(tamper, org):
    tamper(
        "UPDATE journal_entry SET actor_id = %s WHERE stream_id = %s AND seq = 2", org.cs1.pk, CASE
    )
    assert found() == [f"{CASE} #2: changed"]


def test_changed_rows_in_a_row_are_named_together(tamper):
    tamper("UPDATE journal_entry SET tag = 'x' WHERE stream_id = %s AND seq IN (2, 3, 5)", CASE)
    assert found() == [f"{CASE} #2–#3: changed", f"{CASE} #5: changed"]


@pytest.mark.parametrize(
    ("gone", "named"),
    [((1,), "#1"), ((3,), "#3"), ((3, 4), "#3–#4"), ((6,), "#6"), ((4, 5, 6), "#4–#6")],
)
def test_missing_rows_are_named_at_the_tail_too(tamper, gone, named):
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq IN %s", CASE, gone)
    assert found() == [f"{CASE} {named}: missing"]


def test_all_rows_missing_is_found(tamper):
    tamper("DELETE FROM journal_entry WHERE stream_id = %s", CASE)
    assert found() == [f"{CASE} #1–#6: missing"]


def test_a_row_taken_out_and_the_rest_renumbered_is_found(tamper):
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq = 3", CASE)
    for seq in (4, 5, 6):
        tamper(
            "UPDATE journal_entry SET seq = seq - 1 WHERE stream_id = %s AND seq = %s", CASE, seq
        )
    assert found() == [
        f"{CASE} #3: missing",
        *(f"{CASE} #{seq}: renumbered" for seq in (3, 4, 5)),
    ]


def test_a_row_put_at_the_end_is_named(tamper):
    tamper(_copied("seq + 1"), CASE, 6)
    assert found() == [f"{CASE} #7: inserted"]


def test_a_row_put_at_the_end_with_the_head_moved_along_is_found(tamper):
    tamper(_copied("seq + 1"), CASE, 6)
    tamper("UPDATE journal_stream SET last_seq = 7 WHERE reference = %s", CASE)
    assert found() == [
        f"{CASE} #7: changed",
        f"{CASE}: the head of the chain was changed or is missing",
    ]


def test_a_row_put_between_is_named(tamper):
    for seq in (6, 5, 4):
        tamper(
            "UPDATE journal_entry SET seq = seq + 1 WHERE stream_id = %s AND seq = %s", CASE, seq
        )
    tamper(_copied("seq + 1"), CASE, 3)
    assert found() == [
        f"{CASE} #4: inserted",
        *(f"{CASE} #{seq}: renumbered" for seq in (5, 6, 7)),
    ]


def test_a_tail_cut_off_with_the_head_set_back_is_found(tamper):
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq = 6", CASE)
    tamper(
        "UPDATE journal_stream SET last_seq = 5, last_digest = (SELECT digest FROM journal_entry"
        " WHERE stream_id = reference AND seq = 5) WHERE reference = %s",
        CASE,
    )
    assert found() == [f"{CASE}: the head of the chain was changed or is missing"]


def test_a_lost_head_is_found(tamper):
    tamper(
        "DO $$ DECLARE key text; BEGIN SELECT conname INTO key FROM pg_constraint"
        " WHERE conrelid = 'journal_entry'::regclass AND confrelid = 'journal_stream'::regclass;"
        " EXECUTE 'ALTER TABLE journal_entry DROP CONSTRAINT ' || key; END $$"
    )
    tamper("DELETE FROM journal_stream WHERE reference = %s", CASE)
    assert found() == [f"{CASE}: the head of the chain was changed or is missing"]


def test_a_row_from_another_case_is_found(tamper):
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq = 3", CASE)
    tamper("UPDATE journal_entry SET stream_id = %s WHERE stream_id = %s AND seq = 3", CASE, OTHER)
    assert found() == [f"{CASE} #3: changed", f"{OTHER} #3: missing"]


def test_a_row_of_another_past_does_not_follow(tamper):
    # As after a restored backup: sealed by us, but the case went on differently since.
    kept = Entry.objects.filter(stream=CASE, seq=6).values().get()
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq IN (5, 6)", CASE)
    fifth = Entry.objects.get(stream=CASE, seq=4)
    Stream.objects.filter(pk=CASE).update(last_seq=4, last_digest=fifth.digest)
    for number in (50, 60):
        record(stream=CASE, subject=CASE, tag="case:noted", actor=None, now=NOW, data={"n": number})
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq = 6", CASE)
    Entry.objects.create(**kept)
    assert found() == [
        f"{CASE} #6: does not follow the entry before it",
        f"{CASE}: the head of the chain was changed or is missing",
    ]


def test_another_key_trusts_nothing(settings):
    settings.JOURNAL_KEY = "not the key under which history was written"
    assert found(CASE) == [
        f"{CASE} #1–#6: changed",
        f"{CASE}: the head of the chain was changed or is missing",
    ]


def test_the_command_says_that_all_is_well():
    assert _command() == "12 entries in 2 streams: all as they were written.\n"
    assert _command(stream=CASE) == "6 entries in 1 streams: all as they were written.\n"


def test_the_command_names_each_row_and_fails(tamper):
    tamper("UPDATE journal_entry SET tag = 'x' WHERE stream_id = %s AND seq = 2", CASE)
    tamper("DELETE FROM journal_entry WHERE stream_id = %s AND seq = 6", OTHER)
    out = StringIO()
    with pytest.raises(CommandError, match="2 faults") as failure:
        call_command("verify_journal", stdout=out)
    assert failure.value.returncode == 1
    assert out.getvalue() == f"{CASE} #2: changed\n{OTHER} #6: missing\n"


def test_the_command_looks_at_one_stream(tamper):
    tamper("UPDATE journal_entry SET tag = 'x' WHERE stream_id = %s AND seq = 2", CASE)
    assert "all as they were" in _command(stream=OTHER)
    with pytest.raises(CommandError, match="no stream C-1"):
        _command(stream="C-1")


def test_the_reading_costs_three_queries_however_long(django_assert_num_queries):
    # The savepoint of the test's own transaction makes it five.
    with django_assert_num_queries(5):
        found()


def _copied(seq):
    columns = "stream_id, subject, tag, actor_id, at, data, prev_digest, digest"
    return (
        f"INSERT INTO journal_entry ({columns}, seq) SELECT {columns}, {seq} FROM journal_entry"
        " WHERE stream_id = %s AND seq = %s"
    )


def _command(**options):
    out = StringIO()
    call_command("verify_journal", stdout=out, **options)
    return out.getvalue()

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from journal.models import Entry
from journal.services import record

pytestmark = pytest.mark.django_db
COLUMNS = "stream_id, seq, subject, tag, at, data, prev_digest, digest"


@pytest.fixture
def entry():
    return record(stream="C-1", subject="C-1", tag="case:noted", actor=None, now=timezone.now())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET tag = 'case:closed'",
        "UPDATE journal_entry SET data = '{}' WHERE seq = 1",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_entry WHERE seq = 1",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE journal_entry CASCADE",
        "INSERT INTO journal_entry TABLE journal_entry ON CONFLICT (id) DO UPDATE SET tag = 'x'",
    ],
)
def test_the_database_refuses_to_change_history(entry, sql):
    with pytest.raises(DatabaseError, match=r"Cannot update or delete|append-only"):
        _run(sql)
    assert Entry.objects.get().digest == entry.digest


@pytest.mark.parametrize("change", [lambda entry: entry.save(), lambda entry: entry.delete()])
def test_the_models_cannot_change_history_either(entry, change):
    with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
        change(entry)
    assert Entry.objects.get().digest == entry.digest


def test_a_number_is_given_once(entry):
    with pytest.raises(DatabaseError, match="one_entry_per_seq"):
        _run(f"INSERT INTO journal_entry ({COLUMNS}) SELECT {COLUMNS} FROM journal_entry")


def test_a_head_with_entries_cannot_be_taken_away(entry):
    with pytest.raises(DatabaseError, match="foreign key"):
        _run("DELETE FROM journal_stream; SET CONSTRAINTS ALL IMMEDIATE")


def _run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from journal.models import Entry, Stream
from journal.queries import entries_of, entries_since
from journal.services import chain, lock_stream, record
from journal.verify import Verification

CASE = "C-2026-00001"
NOW = datetime(2026, 3, 4, 9, 30, 15, 123456, tzinfo=UTC)


def note(tag="case:noted", *, stream=CASE, subject=CASE, actor=None, now=NOW, **fields):
    return record(stream=stream, subject=subject, tag=tag, actor=actor, now=now, **fields)


def is_unbroken(stream=None):
    return list(Verification(stream).findings()) == []


def test_an_entry_keeps_who_what_when_and_for_whom(org):
    entry = note(
        "ticket:returned",
        subject="T-1001",
        actor=org.tech1,
        department=org.tech,
        acting_for=org.tech_lead,
        data={"missing": "the order number", "from": ["业务"]},
    )
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.actor, kept.acting_for, kept.department) == (org.tech1, org.tech_lead, org.tech)
    assert (kept.stream_id, kept.subject, kept.tag) == (CASE, "T-1001", "ticket:returned")
    assert (kept.seq, kept.at, kept.prev_digest) == (1, NOW, "")
    assert kept.data == {"missing": "the order number", "from": ["业务"]}


def test_each_entry_is_chained_to_the_one_before(org):
    first, second = note(actor=org.cs1), note(actor=org.cs1)
    assert (second.seq, second.prev_digest) == (2, first.digest)
    head = Stream.objects.get()
    assert (head.last_seq, head.last_digest) == (2, second.digest)
    assert is_unbroken()


def test_streams_do_not_touch_each_other(org):
    note(stream="C-2026-00001")
    other = note(stream="C-2026-00002")
    assert (other.seq, other.prev_digest) == (1, "")


@pytest.mark.django_db
def test_what_a_clock_did_has_no_actor():
    assert note().actor is None


def test_data_is_kept_as_the_database_gives_it_back(org):
    entry = note(
        data={
            "at": NOW,
            "day": date(2026, 3, 4),
            "amount": Decimal("12.50"),
            "id": UUID(int=1),
            "many": (1, 2.0, 1e22, 0.1, True, None),
        }
    )
    assert entry.data == Entry.objects.get(pk=entry.pk).data
    assert entry.data["at"] == "2026-03-04T09:30:15.123456+00:00"
    assert entry.data["amount"] == "12.50"
    assert is_unbroken()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({1, 2}, TypeError),
        (object(), TypeError),
        (timedelta(1), TypeError),
        ({1: "a"}, TypeError),
        (float("nan"), ValueError),
        ("a\x00b", ValueError),
        ("\ud800", ValueError),
        (datetime(2026, 1, 1), ValueError),  # noqa: DTZ001 - a naive time is what is refused
    ],
)
def test_what_would_not_come_back_the_same_is_refused(db, value, error):
    with pytest.raises(error, match="journal"):
        note(data={"value": value})
    assert not Entry.objects.exists()


def test_an_append_costs_three_queries(org):
    note(actor=org.cs1)
    with CaptureQueriesContext(connection) as queries:
        note(actor=org.cs1, department=org.cs)
    # Lock the head, insert the entry, move the head.
    assert len(queries) == 3, [query["sql"] for query in queries]


def test_bulk_chains_are_the_same_as_recorded_ones(org):
    head = Stream(reference=CASE)
    rows = [
        Entry(subject=CASE, tag="case:noted", at=NOW, actor=org.cs1, data={"n": n, "at": NOW})
        for n in range(5)
    ]
    chained = chain(stream=head, rows=rows)
    assert not Entry.objects.exists()
    head.save(force_insert=True)
    Entry.objects.bulk_create(chained)
    assert note().seq == 6
    assert is_unbroken()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap():
    note()
    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    assert note().seq == 2
    assert is_unbroken()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False], ids=["old stream", "new stream"])
def test_appends_at_once_make_one_unbroken_chain(known):
    if known:
        note()

    def append(number):
        try:
            return note(data={"number": number}).seq
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        numbers = sorted(threads.map(append, range(40)))
    assert numbers == list(range(1 + known, 41 + known))
    assert is_unbroken()


@pytest.mark.django_db(transaction=True)
def test_an_append_waits_for_the_one_before_it_to_commit():
    note()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            lock_stream(CASE)
            other = threads.submit(_append_elsewhere)
            mine = note()
            assert not other.done()
        assert other.result(timeout=10) == mine.seq + 1


def _append_elsewhere():
    try:
        return note().seq
    finally:
        connection.close()


def test_the_timeline_comes_newest_first_in_pages(org, django_assert_num_queries):
    for number in range(5):
        note(actor=org.cs1, department=org.cs, acting_for=org.cs2, data={"n": number})
    note(stream="C-2026-00002")
    with django_assert_num_queries(1):
        page = entries_of(CASE, limit=3)
        assert [(str(e.actor), str(e.department)) for e in page]
    assert [entry.seq for entry in page] == [5, 4, 3]
    assert [entry.seq for entry in entries_of(CASE, before_seq=3, limit=3)] == [2, 1]


def test_what_changed_since_is_about_one_subject(org):
    note(subject="T-1001")
    seen = note(subject="T-1001")
    note(subject="T-1002")
    later = note(subject="T-1001", actor=org.tech1)
    assert entries_since("T-1001", seen.seq) == [later]

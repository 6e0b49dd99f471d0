from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from journal.models import Entry
from journal.verify import Verification
from notifications.models import Delivery, Notice
from notifications.services import alarm


def test_each_person_gets_one_notice_and_one_delivery(org, told, now):
    notices = told(org.tech1, org.biz1, data={"due_at": now})
    assert [notice.reader for notice in notices] == [org.tech1, org.biz1]
    notice = Notice.objects.get(reader=org.tech1)
    assert (notice.kind, notice.stream, notice.subject) == ("other", "C-2026-00412", "T-1031")
    assert (notice.label, notice.read_at) == ("Points not credited", None)
    assert notice.data == {"due_at": "2026-03-04T09:30:00.000000+00:00"}
    delivery = notice.deliveries.get()
    assert (delivery.channel, delivery.state, delivery.attempts) == ("mail", "pending", 0)
    assert (delivery.reader, delivery.next_attempt_at) == (org.tech1, now)


def test_nobody_is_told_twice_about_one_entry(org, told, entry_of):
    entry = entry_of()
    told(org.tech1, org.tech1, entry=entry)
    again = told(org.tech1, org.biz1, entry=entry)
    assert [notice.reader for notice in again] == [org.biz1]
    assert told(org.tech1, org.biz1, entry=entry) == []
    assert Notice.objects.count() == Delivery.objects.count() == 2


def test_the_inactive_and_the_absent_are_left_out(org, told):
    org.tech1.is_active = False
    assert told(org.tech1, None) == []
    assert [notice.reader for notice in told(org.tech1, None, org.biz1)] == [org.biz1]


@pytest.mark.parametrize("people", [1, 17])
def test_telling_costs_three_queries_for_however_many(org, told, entry_of, people):
    entry, readers = entry_of(), list(org.people.values())[:people]
    with CaptureQueriesContext(connection) as queries:
        told(*readers, entry=entry)
    # Who was told already, the notices, the deliveries.
    assert len(queries) == 3, [query["sql"] for query in queries]


def test_each_notice_has_its_own_message_id(org, told):
    told(*org.people.values())
    ids = set(Delivery.objects.values_list("message_id", flat=True))
    assert len(ids) == 17
    assert all(one.startswith("<notice-") and one.endswith(">") for one in ids)


def test_a_long_label_is_cut_rather_than_refused(org, told):
    (notice,) = told(org.tech1, label="长" * 500)
    assert len(Notice.objects.get(pk=notice.pk).label) == 200


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_about_what_was_rolled_back(told, django_user_model):
    reader = django_user_model.objects.create(username="a", email="a@example.com")
    with transaction.atomic():
        told(reader)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Entry.objects.exists()


def test_an_alarm_reaches_the_administrators(org, now):
    (notice,) = alarm(kind="sweep_failed", now=now, data={"deadline": 7})
    assert (notice.reader, notice.kind) == (org.admin, "alarm_sweep_failed")
    entry = Entry.objects.get()
    assert (entry.stream_id, entry.tag, entry.data) == (
        "SYSTEM",
        "alarm:sweep_failed",
        {"deadline": 7},
    )
    assert list(Verification().findings()) == []


def test_an_alarm_is_raised_once_an_hour_for_each_kind(org, now):
    def raised(kind, **later):
        return bool(alarm(kind=kind, now=now + timedelta(**later)))

    assert raised("sweep_failed")
    assert not raised("sweep_failed", minutes=59)
    assert raised("nobody_to_tell", minutes=1)
    assert raised("sweep_failed", minutes=60)


@pytest.mark.django_db(transaction=True)
def test_alarms_at_once_are_one(now, django_user_model):
    django_user_model.objects.create(username="root", email="root@example.com", is_staff=True)

    def raise_it(_):
        try:
            return len(alarm(kind="sweep_failed", now=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(raise_it, range(12))) == 1
    assert Notice.objects.count() == 1

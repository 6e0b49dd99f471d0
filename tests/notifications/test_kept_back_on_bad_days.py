"""What is kept back, when workers die or come at once, and when the table is long."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from departments.models import User
from notifications.delivery import deliver_due
from notifications.models import Delivery
from tests.notifications.elsewhere import run
from tests.notifications.test_bad_days import AFTER_THE_LEASE, KILLED_AFTER_SENDING, env

pytestmark = pytest.mark.django_db(transaction=True)
DIGEST = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

KILLED_AFTER_GATHERING = """
from notifications.waiting import release
release(now=now)
os.kill(os.getpid(), signal.SIGKILL)
"""

# A year of mail: each reader has some on hold, and none of it is due.
LONG = """
    INSERT INTO notifications_delivery
        (reader_id, channel, urgent, state, message_id, attempts, next_attempt_at, last_error,
         created_at)
    SELECT %s, 'mail', false, state, '<' || state || n || '>', 0,
        CASE WHEN state = 'sent' THEN NULL ELSE timestamptz '2027-01-01' END, '', now()
    FROM generate_series(1, 4000) n, unnest(ARRAY['sent', 'held', 'listed', 'pending']) state
"""


@pytest.fixture
def readers(prefers):
    people = [
        User.objects.create(
            username=f"r{n}", name=f"R{n}", email=f"r{n}@example.com", time_zone="Asia/Shanghai"
        )
        for n in range(4)
    ]
    for person in people:
        prefers(person, digest_first=time(20))
    return people


def of_notices():
    return set(Delivery.objects.filter(notice__isnull=False).values_list("state", flat=True))


@pytest.mark.slow
def test_killed_between_sending_a_digest_and_noting_it(readers, told, mailserver):
    for _ in range(3):
        told(*readers[:2])
    killed = run(KILLED_AFTER_SENDING, now=DIGEST, **env(mailserver))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(mailserver.mails) == 1
    assert of_notices() == {"gathered"}
    assert deliver_due(now=DIGEST).sent == 0
    assert deliver_due(now=DIGEST + AFTER_THE_LEASE).sent == 2
    # Sent unnoticed, thus again: under its own id and with the same words.
    assert len(mailserver.ids) == 3
    assert len(set(mailserver.ids)) == 2
    assert len({mail["X-RcptTo"] for mail in mailserver.mails}) == 2
    assert {mail["Subject"] for mail in mailserver.mails} == {"Digest: 3 notices"}
    assert of_notices() == {"sent"}


@pytest.mark.slow
def test_killed_after_gathering(readers, told, mailserver):
    told(*readers)
    killed = run(KILLED_AFTER_GATHERING, now=DIGEST)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert deliver_due(now=DIGEST).sent == 4
    assert len(set(mailserver.ids)) == 4


def test_workers_at_once_write_each_digest_once(readers, told, mailserver):
    for _ in range(4):
        told(*readers)

    def work(_):
        try:
            return deliver_due(now=DIGEST).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        total = sum(threads.map(work, range(3)))
    assert total + deliver_due(now=DIGEST).sent == 4
    assert [mail["Subject"] for mail in mailserver.mails] == ["Digest: 4 notices"] * 4
    assert of_notices() == {"sent"}


def test_what_the_queue_costs_does_not_grow_with_the_table(readers, told, now):
    told(readers[1], urgent=True)
    with connection.cursor() as cursor:
        cursor.execute(LONG, [readers[0].pk])
        cursor.execute("ANALYZE notifications_delivery")
    due = Delivery.objects.due(channel="mail", now=now).order_by("next_attempt_at", "id")
    waiting = Delivery.objects.waiting().filter(next_attempt_at__lte=now)
    of_one = Delivery.objects.waiting().filter(reader=readers[1])
    looks = (due.filter(urgent=True)[:20], due.filter(urgent=False)[:20], waiting[:1], of_one)
    for rows in looks:
        plan = rows.explain(analyze=True, buffers=True, format="json")
        assert '"Seq Scan"' not in plan
        assert read_by(plan) <= 12, plan


def read_by(plan):
    """Pages that the whole query looked at."""

    top = json.loads(plan)[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"]


def test_an_old_backlog_lets_an_urgent_one_pass(readers, told, mailserver, now):
    mailserver.refusals["r0@example.com"] = "450 4.2.1 Try later"
    for _ in range(3):
        told(readers[0], kind="nudged", data={"due_at": now})
    deliver_due(now=now)
    mailserver.refusals.clear()
    told(readers[0], urgent=True, now=now + timedelta(seconds=1))
    assert deliver_due(now=now + timedelta(seconds=1)).sent == 1

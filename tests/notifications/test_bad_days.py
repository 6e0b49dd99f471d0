from __future__ import annotations

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from departments.models import User
from notifications import tasks
from notifications.delivery import deliver_due
from notifications.handover import broker
from notifications.models import Delivery
from tests.notifications.elsewhere import run

pytestmark = pytest.mark.django_db(transaction=True)
AFTER_THE_LEASE = timedelta(seconds=151)

KILLED_AFTER_SENDING = """
from notifications.channels import MailChannel
from notifications.delivery import deliver_due
class Killed(MailChannel):
    def send(self, delivery):
        super().send(delivery)
        os.kill(os.getpid(), signal.SIGKILL)
deliver_due(now=now, channels={"mail": Killed()})
"""

KILLED_BEFORE_SENDING = """
from notifications.delivery import claim
claim(channel="mail", now=now)
os.kill(os.getpid(), signal.SIGKILL)
"""

TOLD = """
from django.db import transaction
from departments.models import User
from journal.services import record
from notifications.services import tell
began = time.monotonic()
for number in range(5):
    with transaction.atomic():
        entry = record(stream="C-1", subject="C-1", tag="case:noted", actor=None, now=now)
        tell(people=User.objects.all(), kind="other", entry=entry, subject="C-1", label="", now=now)
print(time.monotonic() - began)
"""


@pytest.fixture
def readers():
    return [
        User.objects.create(username=f"r{n}", name=f"R{n}", email=f"r{n}@example.com")
        for n in range(6)
    ]


def env(mailserver):
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": mailserver.port,
        "SITE_URL": "https://duban.example.org",
    }


@pytest.mark.slow
def test_killed_between_sending_and_noting_it(readers, told, mailserver, now):
    told(*readers[:3])
    killed = run(KILLED_AFTER_SENDING, now=now, **env(mailserver))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(mailserver.mails) == 1
    assert deliver_due(now=now).sent == 0
    deliver_due(now=now + AFTER_THE_LEASE)
    # The one that was sent unnoticed is sent again under its own id: programs show it once.
    assert len(mailserver.ids) == 4
    assert mailserver.ids[0] in mailserver.ids[1:]
    assert set(mailserver.ids) == set(Delivery.objects.values_list("message_id", flat=True))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.slow
def test_killed_before_sending(readers, told, mailserver, now):
    told(*readers[:3])
    killed = run(KILLED_BEFORE_SENDING, now=now)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert deliver_due(now=now + AFTER_THE_LEASE).sent == 3
    assert len(set(mailserver.ids)) == 3


def test_workers_at_once_send_each_mail_once(readers, told, mailserver, now):
    for _ in range(5):
        told(*readers)

    def work(_):
        try:
            return deliver_due(now=now).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        total = sum(threads.map(work, range(3)))
    # Whoever came to a reader whose mail another worker held left the rest to the next sweep.
    total += deliver_due(now=now).sent
    assert total == 30
    assert len(mailserver.ids) == len(set(mailserver.ids)) == 30


@pytest.mark.slow
@pytest.mark.parametrize("how", ["closed", "silent"])
def test_without_a_broker_people_are_told_all_the_same(readers, mailserver, now, how):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if how == "silent":
            listener.listen()
        port = listener.getsockname()[1]
        told = run(TOLD, now=now, REDIS_URL=f"redis://127.0.0.1:{port}/0")
    assert told.returncode == 0, told.stderr
    assert float(told.stdout) < 2
    assert "broker_unreachable" in told.stderr + told.stdout
    assert deliver_due(now=now).sent == 30
    assert [mail["X-RcptTo"] for mail in mailserver.mails].count("r0@example.com") == 5


def test_after_the_broker_was_emptied_the_sweep_delivers(readers, told, mailserver):
    told(*readers, now=timezone.now())
    tasks.redrive()
    assert len(mailserver.mails) == 6


def test_the_task_sends_also_what_its_readers_were_owed_before(readers, told, mailserver):
    told(*readers[:2], now=timezone.now())
    told(readers[0], now=timezone.now())
    tasks.deliver([Delivery.objects.last().pk])
    assert [mail["X-RcptTo"] for mail in mailserver.mails] == ["r0@example.com"] * 2
    tasks.deliver([Delivery.objects.last().pk, 10**9])
    assert len(mailserver.mails) == 2


def test_while_the_mail_server_is_gone_new_tasks_leave_it_alone(readers, told, mailserver):
    mailserver.stop()
    told(readers[0], now=timezone.now())
    tasks.redrive()
    told(readers[1], now=timezone.now())
    tasks.deliver([Delivery.objects.last().pk])
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0]
    mailserver.start()
    cache.clear()
    tasks.redrive()
    assert len(mailserver.mails) == 1


def test_the_task_is_queued_when_the_move_commits_and_not_before(readers, told):
    from celery import current_app

    with current_app.connection_for_read() as link:
        queue = link.default_channel.client
        name = current_app.conf.task_default_queue
        queue.delete(name)
        with transaction.atomic():
            told(*readers)
            assert queue.llen(name) == 0
        assert queue.llen(name) == 1
        queue.delete(name)


def test_a_broker_that_was_gone_is_asked_again_after_a_while(monkeypatch):
    broker.quiet_until = time.monotonic() + 60
    broker.hand_over([1])
    broker.quiet_until = time.monotonic() - 1
    broker.hand_over([1])
    assert broker.quiet_until < time.monotonic()

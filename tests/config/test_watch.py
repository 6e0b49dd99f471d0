"""The watch, look by look: one mail for each incident, and one when it is over."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from config.watch.watcher import Watcher
from departments.models import User
from escalations.models import SweepTick
from journal.models import Entry
from tests.notifications.mailserver import receiving

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def mailserver(settings):
    yield from receiving(settings)


@pytest.fixture(autouse=True)
def _house(org, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    settings.SITE_URL = "https://duban.example.org"


class Looks:
    """A watcher, and the time that passes by it."""

    def __init__(self):
        self.now = START
        self.watcher = Watcher(now=START)

    def pass_(self, seconds, *, ticking):
        """Looks every 15 seconds, the sweep ticking each time or not at all."""
        for _ in range(seconds // 15):
            self.now += timedelta(seconds=15)
            if ticking:
                SweepTick.objects.update_or_create(pk=1, defaults={"ticked_at": self.now})
            self.watcher.look(now=self.now)


@pytest.fixture
def looks():
    made = Looks()
    yield made
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


def subjects(server):
    return [
        str(email.header.make_header(email.header.decode_header(mail["Subject"])))
        for mail in server.mails
    ]


SILENT = "Duban: reminders and escalations do not go out"
WELL = "Duban: all is well again"


def test_a_silent_sweep_is_told_once_and_so_is_its_return(looks, mailserver):
    looks.pass_(120, ticking=True)
    looks.pass_(60, ticking=False)
    assert mailserver.mails == []
    looks.pass_(600, ticking=False)
    assert subjects(mailserver) == [SILENT]
    mail = mailserver.mails[0]
    assert mail["X-RcptTo"] == "admin@example.com"
    assert "Redis" in mail.get_content()
    assert "https://duban.example.org/health/" in mail.get_content()
    looks.pass_(60, ticking=True)
    assert subjects(mailserver) == [SILENT, WELL]
    assert mailserver.mails[0]["References"] == mailserver.mails[1]["References"]


def test_it_is_repeated_every_hour(looks, mailserver):
    looks.pass_(15, ticking=True)
    looks.pass_(2 * 3600 + 120, ticking=False)
    assert subjects(mailserver) == [SILENT] * 3


@pytest.mark.parametrize("ticked_before", [False, True])
def test_a_start_is_given_a_minute(looks, mailserver, ticked_before):
    if ticked_before:
        SweepTick.objects.create(ticked_at=START - timedelta(days=3))
    looks.pass_(60, ticking=False)
    looks.pass_(60, ticking=True)
    assert mailserver.mails == []


def test_a_house_in_which_nothing_ever_ticks_is_told(looks, mailserver):
    looks.pass_(75, ticking=False)
    assert subjects(mailserver) == [SILENT]
    assert "has never run" in mailserver.mails[0].get_content()


def test_a_machine_that_slept_is_given_a_minute(looks, mailserver):
    looks.pass_(60, ticking=True)
    looks.now += timedelta(hours=8)
    looks.pass_(45, ticking=False)
    looks.pass_(60, ticking=True)
    assert mailserver.mails == []


def test_a_single_tick_is_not_yet_well(looks, mailserver):
    looks.pass_(15, ticking=True)
    looks.pass_(90, ticking=False)
    looks.pass_(15, ticking=True)
    looks.pass_(90, ticking=False)
    assert subjects(mailserver) == [SILENT]


def test_each_in_their_language_and_only_who_is_there(looks, mailserver, org, settings):
    settings.ALERT_EMAILS = ["duty@example.org", "ADMIN@example.com"]
    User.objects.filter(pk__in=[org.cs1.pk, org.cs2.pk]).update(is_staff=True)
    User.objects.filter(pk=org.cs1.pk).update(is_active=False)
    User.objects.filter(pk=org.cs2.pk).update(email="")
    looks.pass_(90, ticking=False)
    assert {mail["X-RcptTo"] for mail in mailserver.mails} == {
        "admin@example.com",
        "duty@example.org",
    }


def test_while_smtp_is_down_it_tries_again(looks, mailserver):
    mailserver.stop()
    looks.pass_(15, ticking=True)
    looks.pass_(120, ticking=False)
    mailserver.start()
    looks.pass_(30, ticking=False)
    assert subjects(mailserver) == [SILENT]


def test_whoever_was_not_told_of_it_is_not_told_of_its_end(looks, mailserver):
    mailserver.stop()
    looks.pass_(15, ticking=True)
    looks.pass_(120, ticking=False)
    looks.pass_(30, ticking=True)
    mailserver.start()
    looks.pass_(60, ticking=True)
    assert mailserver.mails == []


def test_its_end_is_told_once_smtp_is_back(looks, mailserver):
    looks.pass_(15, ticking=True)
    looks.pass_(90, ticking=False)
    mailserver.stop()
    looks.pass_(60, ticking=True)
    mailserver.start()
    looks.pass_(60, ticking=True)
    assert subjects(mailserver) == [SILENT, WELL]


def test_an_address_that_is_refused_keeps_nobody_else_waiting(looks, mailserver, settings):
    settings.ALERT_EMAILS = ["duty@example.org"]
    mailserver.refusals["admin@example.com"] = "550 5.1.1 No such user"
    looks.pass_(15, ticking=True)
    looks.pass_(300, ticking=False)
    assert [mail["X-RcptTo"] for mail in mailserver.mails] == ["duty@example.org"]


def test_the_next_watch_knows_what_was_told(looks, mailserver):
    looks.pass_(15, ticking=True)
    looks.pass_(120, ticking=False)
    looks.watcher = Watcher(now=looks.now)
    looks.pass_(120, ticking=False)
    assert subjects(mailserver) == [SILENT]
    looks.pass_(30, ticking=True)
    assert subjects(mailserver) == [SILENT, WELL]
    looks.watcher = Watcher(now=looks.now)
    looks.pass_(60, ticking=True)
    assert subjects(mailserver) == [SILENT, WELL]
    tags = Entry.objects.filter(stream="SYSTEM").order_by("seq").values_list("tag", flat=True)
    assert list(tags) == ["watch:late", "watch:well"]


def test_a_look_costs_three_queries(looks, django_assert_num_queries):
    looks.pass_(30, ticking=True)
    with django_assert_num_queries(3):
        looks.watcher.look(now=looks.now)


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_told_to_those_it_remembers(looks, mailserver, monkeypatch):
    looks.pass_(60, ticking=True)
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        looks.pass_(180, ticking=False)
    assert subjects(mailserver) == ["Duban: the database does not answer"]
    looks.pass_(60, ticking=True)
    assert subjects(mailserver)[1:] == [WELL]
    assert "The database answers again" in mailserver.mails[1].get_content()

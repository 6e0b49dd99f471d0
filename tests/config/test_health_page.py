"""The administrators' page of health: what is well, what is not, and what to do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config import vitals
from escalations.models import Deadline, SweepTick
from journal.models import Entry
from notifications.models import Delivery
from notifications.services import alarm
from tests.escalations.clocks import start

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client, org, monkeypatch):
    """Asks for the page as an administrator; a worker answers, unless the test says otherwise."""
    monkeypatch.setattr(vitals, "worker_answers", lambda: True)
    client.force_login(org.admin)
    return lambda **headers: client.get("/health/", headers=headers).content.decode()


def sign(html, name):
    """The part of the page about one sign."""
    return html.split(f'id="sign-{name}"')[1].split('class="line"')[0]


def test_all_is_well(shown):
    SweepTick.objects.create(ticked_at=timezone.now(), fired=3)
    html = shown()
    for name in ("sweep", "broker", "worker", "outbox", "clocks", "calendars"):
        assert "chip ok" in sign(html, name), name
    assert "<dd>3</dd>" in html


@pytest.mark.parametrize(
    ("broker", "worker", "words"),
    [
        (False, False, "The broker (Redis) does not answer"),
        (True, False, "No worker answers"),
        (True, True, "check that beat runs"),
    ],
)
def test_a_late_sweep_says_what_to_do(shown, monkeypatch, broker, worker, words):
    SweepTick.objects.create(ticked_at=timezone.now() - timedelta(minutes=5))
    monkeypatch.setattr(vitals, "broker_answers", lambda: broker)
    monkeypatch.setattr(vitals, "worker_answers", lambda: worker)
    html = shown()
    assert "chip late" in sign(html, "sweep")
    assert words in sign(html, "sweep")
    assert ("chip ok" in sign(html, "broker")) is broker
    assert ("chip ok" in sign(html, "worker")) is worker


def test_no_worker_is_found_out_within_seconds():
    began = timezone.now()
    assert not vitals.worker_answers()
    assert timezone.now() - began < timedelta(seconds=5)


def test_a_clock_that_failed_is_named_by_reference_alone(shown, org):
    row = start(
        org.biz, org.biz1, subject="T-77", kind="accept", now=timezone.now() - timedelta(days=30)
    )
    soon = timezone.now() + timedelta(minutes=30)
    Deadline.objects.filter(pk=row.pk).update(wake_at=soon, failures=2)
    html = shown()
    assert "T-77" in sign(html, "clocks")
    assert "failed 2 times" in sign(html, "clocks")
    assert row.label not in html


def test_mail_that_failed_leads_to_the_mail_log(shown):
    alarm(kind="deadline_failed", now=timezone.now(), data={"subject": "T-9", "reason": "x"})
    Delivery.objects.update(state="failed", next_attempt_at=None, last_error="550 no")
    html = shown()
    assert "1 mail failed for good" in sign(html, "outbox")
    assert "/administration/mail/" in sign(html, "outbox")
    assert "A deadline could not speak" in html


def test_mail_that_waits_too_long_is_told(shown):
    alarm(kind="deadline_failed", now=timezone.now() - timedelta(minutes=6), data={})
    assert "more than five minutes" in sign(shown(), "outbox")


def test_old_alarms_are_history(shown):
    alarm(kind="deadline_failed", now=timezone.now() - timedelta(days=8), data={})
    assert Entry.objects.filter(stream="SYSTEM").exists()
    assert "A deadline could not speak" not in shown()


def test_a_year_without_a_plan_is_told_before_dates_reach_it(org):
    org.calendar.country = "CN"
    org.calendar.save()
    assert vitals.calendars_sign(datetime(2040, 1, 2, tzinfo=UTC)).lines[0].note == "2040"
    assert vitals.calendars_sign(datetime(2024, 3, 1, tzinfo=UTC)).tone == "ok"


def test_what_is_risky_in_the_organisation_stands_there(shown, org):
    type(org.biz).objects.filter(pk=org.biz.pk).update(leader=None)
    org.biz.deputyships.all().delete()
    assert "Business" in sign(shown(), "organisation")


def test_whether_the_watch_runs(shown):
    assert "manage.py watch" in sign(shown(), "watch")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [0x64756261, 1])
        assert "It runs, and mails 1 address" in sign(shown(), "watch")
        cursor.execute("SELECT pg_advisory_unlock_all()")


def test_it_asks_again_for_its_signs_alone(shown):
    assert "data-live" in shown()
    part = shown(**{"hx-request": "true"})
    assert part.lstrip().startswith('<div id="vitals"')
    assert "data-live" not in part


def test_the_way_there_is_in_the_menu_of_administrators(client, org, shown):
    assert 'href="/health/"' in shown()
    client.force_login(org.cs1)
    assert 'href="/health/"' not in client.get("/").content.decode()
    assert client.get("/health/").status_code == 404


def test_it_costs_the_same_on_a_large_house(shown, org, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(15):
        row = start(
            org.biz, org.biz1, subject=f"T-{number}", kind="accept", now=now - timedelta(days=30)
        )
        Deadline.objects.filter(pk=row.pk).update(wake_at=now, failures=1)
    with django_assert_max_num_queries(36):
        html = shown()
    assert "and 5 more" in sign(html, "clocks")

"""Mail waits for the end of its reader's quiet hours; what is urgent does not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from notifications.delivery import claim, deliver_due
from notifications.models import Delivery, Notice
from notifications.services import alarm

NIGHT = {"quiet_from": time(22), "quiet_until": time(8)}
# 23:30 in Shanghai, where everybody is, and 08:00 the next morning.
LATE = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return LATE


def labels(mailserver, person):
    return [mail["Subject"].removeprefix("T-1031: ") for mail in mailserver.to(person.email)]


def test_what_is_not_urgent_waits_for_the_morning(org, told, prefers, mailserver):
    prefers(org.tech1, **NIGHT)
    told(org.tech1, org.biz1)
    waits = Delivery.objects.get(reader=org.tech1)
    assert (waits.state, waits.next_attempt_at) == ("held", MORNING)
    assert deliver_due(now=LATE).sent == 1
    assert deliver_due(now=MORNING - timedelta(seconds=5)).sent == 0
    assert deliver_due(now=MORNING).sent == 1
    assert len(mailserver.to(org.tech1.email)) == 1
    # In the app it was there all the time.
    assert Notice.objects.get(reader=org.tech1).created_at == LATE


def test_what_is_urgent_goes_at_once_and_waits_behind_nothing(org, told, prefers, mailserver):
    prefers(org.tech1, **NIGHT)
    told(org.tech1, label="ordinary")
    told(org.tech1, label="urgent", urgent=True)
    deliver_due(now=LATE)
    assert labels(mailserver, org.tech1) == ["urgent"]
    deliver_due(now=MORNING)
    assert labels(mailserver, org.tech1) == ["urgent", "ordinary"]


def test_what_waits_does_not_hold_up_what_may_go(org, told, prefers, mailserver):
    prefers(org.tech1, digest_first=time(9))
    told(org.tech1, label="news")
    told(org.tech1, kind="nudged", label="a question")
    deliver_due(now=LATE)
    assert len(mailserver.mails) == 1
    assert "a question" in mailserver.mails[0]["Subject"]


def test_one_that_is_tried_again_does_not_hold_up_an_urgent_one(org, told, mailserver):
    mailserver.refusals["tech1@example.com"] = "450 4.2.1 Try later"
    told(org.tech1, label="ordinary")
    deliver_due(now=LATE)
    mailserver.refusals.clear()
    told(org.tech1, label="urgent", urgent=True)
    deliver_due(now=LATE + timedelta(seconds=1))
    assert labels(mailserver, org.tech1) == ["urgent"]


def test_urgent_ones_are_claimed_before_a_backlog(org, told):
    for number in range(25):
        told(org.people["biz1"], label=str(number), now=LATE - timedelta(hours=1))
    told(*org.people.values(), now=LATE - timedelta(hours=1))
    told(org.tech1, urgent=True)
    assert [row.urgent for row in claim(channel="mail", now=LATE)] == [True]


def test_after_the_night_mails_come_in_order(org, told, prefers, mailserver):
    prefers(org.tech1, **NIGHT)
    for number in range(5):
        told(org.tech1, label=str(number), now=LATE + timedelta(hours=number))
    told(org.tech1, label="5", now=MORNING)
    deliver_due(now=MORNING)
    assert labels(mailserver, org.tech1) == list("012345")


def test_a_mail_that_was_late_by_itself_is_not_sent_at_night(org, told, prefers, mailserver):
    evening = LATE - timedelta(hours=1, minutes=31)
    prefers(org.tech1, at=evening, **NIGHT)
    mailserver.stop()
    told(org.tech1, now=evening)
    assert deliver_due(now=evening).unreachable == ["mail"]
    mailserver.start()
    assert deliver_due(now=LATE).sent == 0
    held = Delivery.objects.get()
    assert (held.state, held.next_attempt_at, held.attempts) == ("held", MORNING, 1)
    assert deliver_due(now=MORNING).sent == 1


def test_an_alarm_is_always_urgent(org, prefers, mailserver):
    prefers(org.admin, **NIGHT, digest_first=time(9))
    alarm(kind="sweep_failed", now=LATE)
    assert Delivery.objects.get().urgent
    assert deliver_due(now=LATE).sent == 1


@pytest.mark.parametrize("state", ["held", "listed"])
def test_the_database_keeps_nothing_urgent_back(org, told, state):
    told(org.tech1, urgent=True)
    with pytest.raises(IntegrityError, match="urgent_is_never_kept_back"), transaction.atomic():
        Delivery.objects.update(state=state)


@pytest.mark.parametrize(
    ("channels", "mails"), [(None, 1), (["mail"], 1), (["app", "mail"], 1), ([], 0), (["app"], 0)]
)
def test_a_notice_is_written_whatever_the_channels(org, told, channels, mails):
    told(org.tech1, channels=channels)
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == mails


@pytest.mark.parametrize("people", [1, 17])
def test_preferences_cost_no_query_more(
    org, told, entry_of, prefers, people, django_assert_num_queries
):
    readers, entry = list(org.people.values())[:people], entry_of()
    for reader in readers:
        prefers(reader, **NIGHT, digest_first=time(9))
    # Who is to be told and how, the notices, the deliveries.
    with django_assert_num_queries(3):
        told(*readers, entry=entry)
    assert not Delivery.objects.pending().exists()


# --- The preference changes while mail waits ------------------------------------------------------


def test_without_quiet_hours_any_more_what_waits_leaves(org, told, prefers, mailserver):
    prefers(org.tech1, **NIGHT)
    told(org.tech1)
    assert [row.reader for row in prefers(org.tech1)] == [org.tech1]
    assert deliver_due(now=LATE).sent == 1


def test_with_a_longer_night_what_waits_waits_longer(org, told, prefers):
    prefers(org.tech1, **NIGHT)
    prefers(org.biz1, **NIGHT)
    told(org.tech1, org.biz1)
    assert prefers(org.tech1, quiet_from=time(20), quiet_until=time(9)) == []
    assert Delivery.objects.get(reader=org.tech1).next_attempt_at == MORNING + timedelta(hours=1)
    assert Delivery.objects.get(reader=org.biz1).next_attempt_at == MORNING


def test_a_change_that_is_rolled_back_moves_nothing(org, told, prefers):
    prefers(org.tech1, **NIGHT)
    told(org.tech1)
    with transaction.atomic():
        prefers(org.tech1)
        transaction.set_rollback(True)
    assert Delivery.objects.get().state == "held"


def test_what_is_on_its_way_is_left_alone(org, told, prefers):
    told(org.tech1)
    (claimed,) = claim(channel="mail", now=LATE)
    prefers(org.tech1, **NIGHT)
    assert Delivery.objects.get().next_attempt_at == claimed.next_attempt_at

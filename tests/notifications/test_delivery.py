from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.channels import ChannelError
from notifications.delivery import MOST_ATTEMPTS, claim, deliver_due, pause_after
from notifications.models import Delivery, Notice
from notifications.services import retry


@pytest.fixture
def the():
    """The only delivery there is, as it stands."""
    return Delivery.objects.get


class Scripted:
    """A channel that answers each reader as it was told to; it keeps what it carried."""

    def __init__(self, **errors):
        self.errors = errors
        self.carried = []

    def send(self, delivery):
        if error := self.errors.get(delivery.reader.username):
            raise error
        self.carried.append(delivery.pk)

    def close(self):
        pass


def test_what_is_due_is_sent_and_settled(org, told, mailserver, now, the):
    told(org.tech1)
    run = deliver_due(now=now)
    assert (run.sent, run.postponed, run.failed, run.unreachable) == (1, 0, 0, [])
    delivery = the()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("sent", 1, None)
    assert delivery.done_at >= now
    assert mailserver.ids == [delivery.message_id]
    assert deliver_due(now=now).sent == 0


def test_a_batch_uses_one_connection(org, told, mailserver, now):
    told(*org.people.values())
    assert deliver_due(now=now).sent == 17
    assert mailserver.sessions == 1


def test_a_reader_gets_their_mail_in_order(org, told, mailserver, now):
    for number in range(7):
        told(org.tech1, org.biz1, label=str(number))
    deliver_due(now=now)
    for person in (org.tech1, org.biz1):
        labels = [mail["Subject"][-1] for mail in mailserver.to(person.email)]
        assert labels == list("0123456")


def test_a_server_that_is_down_for_hours_loses_and_disorders_nothing(org, told, mailserver, now):
    mailserver.stop()
    for number in range(4):
        told(org.tech1, org.biz1, label=str(number), now=now + timedelta(minutes=number))
    moment = now
    for _ in range(30):
        moment += timedelta(minutes=10)
        run = deliver_due(now=moment)
        assert (run.sent, run.failed) == (0, 0)
    mailserver.start()
    deliver_due(now=moment + timedelta(minutes=15))
    assert len(mailserver.mails) == 8
    for person in (org.tech1, org.biz1):
        labels = [mail["Subject"][-1] for mail in mailserver.to(person.email)]
        assert labels == list("0123")


def test_a_server_that_is_down_is_tried_once_per_run(org, told, mailserver, now):
    mailserver.stop()
    told(*org.people.values())
    run = deliver_due(now=now)
    assert run.unreachable == ["mail"]
    assert run.postponed == 17
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    assert "Refused" in Delivery.objects.first().last_error


def test_a_recipient_who_does_not_exist_fails_at_once_and_is_alarmed(
    org, told, mailserver, now, the
):
    mailserver.refusals["tech1@example.com"] = "550 5.1.1 No such user"
    told(org.tech1)
    assert deliver_due(now=now).failed == 1
    delivery = Delivery.objects.get(reader=org.tech1)
    assert (delivery.state, delivery.last_error) == ("failed", "550 5.1.1 No such user")
    assert Notice.objects.get(kind="alarm_mail_failed").reader == org.admin


def test_one_refused_recipient_does_not_hold_up_the_others(org, told, mailserver, now):
    mailserver.refusals["tech1@example.com"] = "550 5.1.1 No such user"
    told(org.tech1, org.biz1)
    told(org.tech1, org.biz1)
    run = deliver_due(now=now)
    # Two for business, and the alarm.
    assert (run.sent, run.failed) == (3, 2)


def test_a_mailbox_that_is_busy_is_tried_again(org, told, mailserver, now, the):
    mailserver.refusals["tech1@example.com"] = "450 4.2.1 Try later"
    told(org.tech1)
    assert deliver_due(now=now).postponed == 1
    delivery = the()
    assert (delivery.state, delivery.last_error) == ("pending", "450 4.2.1 Try later")
    assert timedelta(seconds=15) <= delivery.next_attempt_at - now < timedelta(seconds=20)
    mailserver.refusals.clear()
    assert deliver_due(now=now + timedelta(seconds=14)).sent == 0
    assert deliver_due(now=now + timedelta(seconds=21)).sent == 1
    assert the().last_error == ""


def test_refused_content_fails_at_once(org, told, mailserver, now):
    mailserver.content_refusal = "554 5.7.1 Looks like spam"
    told(org.tech1)
    deliver_due(now=now)
    assert Delivery.objects.get(reader=org.tech1).state == "failed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "inactive"),
        ({"email": ""}, "no_address"),
        ({"email": "tech1@example.com\nBcc: x@example.com"}, "bad_address"),
        ({"email": "nonsense"}, None),
    ],
)
def test_a_reader_who_cannot_be_reached_fails_with_the_reason(
    org, told, mailserver, now, change, reason
):
    mailserver.refusals["nonsense"] = "501 5.1.3 Bad address"
    told(org.tech1)
    type(org.tech1).objects.filter(pk=org.tech1.pk).update(**change)
    assert deliver_due(now=now).failed == 1
    delivery = Delivery.objects.get(reader=org.tech1)
    assert delivery.state == "failed"
    assert reason is None or (delivery.last_error == reason and delivery.reason != reason)


def test_an_alarm_that_fails_does_not_raise_another(org, told, mailserver, now):
    mailserver.refusals |= dict.fromkeys(
        ("admin@example.com", "tech1@example.com"), "550 No such user"
    )
    told(org.tech1)
    assert deliver_due(now=now).failed == 2
    assert Notice.objects.filter(kind="alarm_mail_failed").count() == 1


def test_pauses_grow_from_15_seconds_to_15_minutes():
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 10)]
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900, 900]


def test_attempts_end_after_about_three_days():
    total = sum((pause_after(n) for n in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=2.9) < total < timedelta(days=3.1)


def test_the_last_attempt_fails_for_good(org, told, now):
    told(org.tech1)
    Delivery.objects.update(attempts=MOST_ATTEMPTS - 1)
    channel = Scripted(tech1=ChannelError("450 busy"))
    assert deliver_due(now=now, channels={"mail": channel}).failed == 1
    assert Delivery.objects.get(reader=org.tech1).last_error == "450 busy"


def test_a_claim_lasts_longer_than_any_task_may(org, told, now, settings):
    told(org.tech1)
    (claimed,) = claim(channel="mail", now=now)
    assert claimed.next_attempt_at > now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    assert claim(channel="mail", now=now + timedelta(seconds=119)) == []
    (again,) = claim(channel="mail", now=now + timedelta(seconds=151))
    assert (again.pk, again.attempts) == (claimed.pk, 2)


def test_a_later_one_waits_while_an_earlier_one_is_held(org, told, now):
    told(org.tech1)
    claim(channel="mail", now=now)
    told(org.tech1, org.biz1)
    assert [row.reader for row in claim(channel="mail", now=now)] == [org.biz1]


def test_a_claim_for_some_readers_leaves_the_others(org, told, now):
    told(org.tech1, org.biz1)
    assert [row.reader for row in claim(channel="mail", now=now, readers={org.biz1.pk})] == [
        org.biz1
    ]


def test_a_worker_that_outlived_its_claim_changes_nothing(org, told, mailserver, now, the):
    told(org.tech1)

    class Slow(Scripted):
        def send(self, delivery):
            # Meanwhile the lease ran out and another worker did the work.
            assert deliver_due(now=now + timedelta(minutes=5)).sent == 1
            raise ChannelError("too late", permanent=True)

    assert deliver_due(now=now, channels={"mail": Slow()}).failed == 0
    assert (the().state, the().last_error) == ("sent", "")


def test_what_was_claimed_and_not_attempted_is_handed_back(org, told, now):
    told(org.tech1, org.biz1, org.ops1)
    broken = Scripted(biz1=RuntimeError("a bug"))
    with pytest.raises(RuntimeError):
        deliver_due(now=now, channels={"mail": broken})
    tech, biz, ops = Delivery.objects.order_by("pk")
    assert (tech.state, tech.attempts) == ("sent", 1)
    assert (biz.state, biz.attempts) == ("pending", 1)
    assert (ops.state, ops.attempts) == ("pending", 0)
    # The one that broke the run waits for its lease; the others go on.
    later = now + timedelta(seconds=5)
    assert deliver_due(now=later, channels={"mail": Scripted()}).sent == 1


def test_a_run_keeps_to_its_budget(org, told, now):
    told(*org.people.values())
    assert deliver_due(now=now, budget=0, channels={"mail": Scripted()}).sent == 0
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def test_a_failed_one_can_be_tried_again_under_the_same_id(org, told, mailserver, now):
    mailserver.refusals["tech1@example.com"] = "550 No such user"
    told(org.tech1)
    deliver_due(now=now)
    failed = Delivery.objects.get(reader=org.tech1)
    mailserver.refusals.clear()
    mailserver.mails.clear()
    assert retry(delivery=failed, now=now)
    assert not retry(delivery=failed, now=now)
    assert deliver_due(now=now).sent == 1
    assert mailserver.ids == [failed.message_id]


def test_a_batch_costs_a_claim_and_one_settling_each(org, told, now):
    told(*org.people.values())
    with CaptureQueriesContext(connection) as queries:
        deliver_due(now=now, channels={"mail": Scripted()})
    # Whether anything was kept back; a claim: savepoint, select urgent ones, select others, update,
    # release; one update each; the empty claim at the end.
    assert len(queries) == 1 + 5 + 17 + 4, [query["sql"][:60] for query in queries]

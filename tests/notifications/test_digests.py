"""One mail for many notices: gathered once, sent once, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.template import TemplateSyntaxError
from django.utils import timezone

from notifications import digests
from notifications.delivery import deliver_due
from notifications.models import Delivery, Notice
from notifications.services import mark_all_read, retry

# 17:30 in Shanghai is told; the digest leaves at 20:00 there.
AT = {"digest_first": time(20)}
DIGEST = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def listed(org, told, entry_of, prefers, now):
    """Three notices about two cases; the second case has the soonest date."""
    prefers(org.tech1, **AT)
    kinds = (
        ("C-1", "ticket_confirmed", "Confirmed thing", {}),
        ("C-1", "reminder", "Late thing", {"due_at": now + timedelta(days=2)}),
        ("C-2", "overdue", "Soon thing", {"due_at": now + timedelta(hours=3)}),
    )
    for stream, kind, label, data in kinds:
        entry = entry_of(stream=stream, subject=f"{stream}-T", actor=org.biz1)
        told(org.tech1, kind=kind, entry=entry, label=label, data=data)
    return Delivery.objects.filter(reader=org.tech1, notice__isnull=False)


def states(deliveries):
    return sorted(deliveries.values_list("state", flat=True))


def body(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


def test_news_and_reminders_come_in_one_mail_at_its_time(listed, mailserver, now):
    assert states(listed) == ["listed"] * 3
    assert deliver_due(now=DIGEST - timedelta(seconds=5)).sent == 0
    assert deliver_due(now=DIGEST).sent == 1
    (mail,) = mailserver.mails
    assert mail["Subject"] == "Digest: 3 notices"
    assert mail["In-Reply-To"] is None
    for part in (body(mail), body(mail, "html")):
        assert part.index("Soon thing") < part.index("Late thing") < part.index("Confirmed thing")
        assert part.count("https://duban.example.org/go/C-1/") == 1
        assert "https://duban.example.org/go/C-2-T/" in part
        assert "https://duban.example.org/notices/preferences/" in part
        assert "6 Mar 2026, 17:30" in part
    assert states(listed) == ["sent"] * 3
    assert deliver_due(now=DIGEST + timedelta(days=1)).sent == 0


def test_it_is_in_its_readers_language(org, listed, mailserver):
    org.tech1.language = "zh-hans"
    org.tech1.save()
    deliver_due(now=DIGEST)
    assert mailserver.mails[0]["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans">' in body(mailserver.mails[0], "html")


@pytest.mark.parametrize("kind", ["escalation", "nudged"])
def test_a_question_to_the_reader_is_never_in_a_digest(org, told, prefers, mailserver, now, kind):
    prefers(org.tech1, **AT)
    told(org.tech1, kind=kind, data={"due_at": now})
    assert deliver_due(now=now).sent == 1


def test_what_is_urgent_is_never_in_a_digest(org, told, prefers, mailserver, now):
    prefers(org.tech1, **AT)
    told(org.tech1, kind="overdue", data={"due_at": now}, urgent=True)
    assert deliver_due(now=now).sent == 1


def test_what_was_read_before_is_left_out(org, listed, mailserver, now):
    first = listed.order_by("pk").first().notice
    mark_all_read(reader=org.tech1, up_to=first.pk, now=now)
    deliver_due(now=DIGEST)
    assert mailserver.mails[0]["Subject"] == "Digest: 2 notices"
    assert states(listed) == ["read", "sent", "sent"]


def test_where_all_was_read_no_mail_leaves(listed, mailserver):
    Notice.objects.update(read_at=timezone.now())
    assert deliver_due(now=DIGEST).sent == 0
    assert states(listed) == ["read"] * 3
    assert not Delivery.objects.filter(notice=None).exists()


def test_each_reader_gets_their_own(org, told, prefers, mailserver, now):
    for person in (org.tech1, org.biz1):
        prefers(person, **AT)
    told(org.tech1, org.biz1)
    told(org.tech1)
    deliver_due(now=DIGEST)
    assert {mail["X-RcptTo"]: mail["Subject"] for mail in mailserver.mails} == {
        "tech1@example.com": "Digest: 2 notices",
        "biz1@example.com": "Digest: 1 notice",
    }


def test_twice_a_day(org, told, prefers, mailserver, now):
    prefers(org.tech1, digest_first=time(20), digest_second=time(9))
    told(org.tech1)
    told(org.tech1, now=DIGEST)
    deliver_due(now=DIGEST)
    assert len(mailserver.mails) == 1
    deliver_due(now=DIGEST + timedelta(hours=13))
    assert len(mailserver.mails) == 2


def test_a_digest_in_quiet_hours_leaves_at_their_end(org, told, prefers, mailserver, now):
    prefers(org.tech1, quiet_from=time(19), quiet_until=time(8), **AT)
    told(org.tech1)
    assert deliver_due(now=DIGEST).sent == 0
    assert deliver_due(now=datetime(2026, 3, 5, tzinfo=UTC)).sent == 1


def test_a_server_that_is_away_delays_a_digest_and_changes_nothing_in_it(
    org, listed, told, mailserver
):
    mailserver.stop()
    deliver_due(now=DIGEST)
    digest = Delivery.objects.get(notice=None)
    assert (digest.state, states(listed)) == ("pending", ["gathered"] * 3)
    # Read meanwhile: the digest is written already, and stays what it is.
    Notice.objects.update(read_at=timezone.now())
    mailserver.start()
    deliver_due(now=DIGEST + timedelta(minutes=1))
    assert mailserver.ids == [digest.message_id]
    assert mailserver.mails[0]["Subject"] == "Digest: 3 notices"


def test_one_that_failed_for_good_can_be_tried_again(listed, mailserver):
    mailserver.refusals["tech1@example.com"] = "550 No such user"
    deliver_due(now=DIGEST)
    failed = Delivery.objects.get(notice=None)
    assert (failed.state, states(listed)) == ("failed", ["gathered"] * 3)
    mailserver.refusals.clear()
    retry(delivery=failed, now=DIGEST)
    deliver_due(now=DIGEST)
    assert failed.message_id in mailserver.ids
    assert states(listed) == ["sent"] * 3


def test_one_broken_text_does_not_silence_the_others(listed, mailserver, monkeypatch):
    def broken(notice):
        raise TemplateSyntaxError

    monkeypatch.setattr(digests, "text_of", broken)
    deliver_due(now=DIGEST)
    assert "Confirmed thing" in body(mailserver.mails[0])


def test_what_people_typed_is_text_and_never_markup(org, told, prefers, mailserver, now):
    prefers(org.tech1, **AT)
    told(org.tech1, label="<script>alert(1)</script>")
    deliver_due(now=DIGEST)
    assert "<script>" not in body(mailserver.mails[0], "html")
    assert "<script>alert(1)</script>" in body(mailserver.mails[0])


# --- The preference changes while notices are listed ----------------------------------------------


def test_whoever_ends_digests_gets_a_last_one_at_once(org, listed, prefers, mailserver, now):
    (digest,) = prefers(org.tech1)
    assert digest.notice is None
    assert deliver_due(now=now, readers=[org.tech1.pk]).sent == 1
    assert mailserver.mails[0]["Subject"] == "Digest: 3 notices"


def test_another_time_moves_what_is_listed(org, listed, prefers, now):
    assert prefers(org.tech1, digest_first=time(21)) == []
    moved = set(listed.values_list("state", "next_attempt_at"))
    assert moved == {("listed", DIGEST + timedelta(hours=1))}


def test_what_quiet_hours_held_is_listed_when_digests_begin(org, told, prefers):
    late = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    night = {"quiet_from": time(22), "quiet_until": time(8)}
    prefers(org.tech1, at=late, **night)
    told(org.tech1, now=late)
    told(org.tech1, kind="nudged", data={"due_at": late}, now=late)
    prefers(org.tech1, at=late, **night, digest_first=time(9))
    told_at = dict(Delivery.objects.values_list("state", "next_attempt_at"))
    morning = datetime(2026, 3, 5, tzinfo=UTC)
    assert told_at == {"listed": morning + timedelta(hours=1), "held": morning}

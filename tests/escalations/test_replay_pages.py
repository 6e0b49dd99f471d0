"""Trying a version, in pages: nothing yet, waiting, done, of an earlier draft, failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from escalations import services
from escalations.models import Replay
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft, save_draft
from escalations.services.replays import run_replays
from tests.escalations.clocks import start
from tests.escalations.trying import AT_ONCE_TO_THE_LEADER, ONE_RUNG, chosen, sweep_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(org):
    """One rung instead of many, after a week in which one promise was late."""
    now = timezone.now()
    standard = install_default_policy(now=now - timedelta(days=60))
    chosen()
    start(org.tech, org.tech1, now=now - timedelta(days=20), due_at=now - timedelta(days=18))
    sweep_until(now - timedelta(days=15))
    services.meet_deadline(subject="T-1", kind="deliver", now=now - timedelta(days=15))
    draft = create_draft(policy=standard.policy, actor=org.comp1, now=now)
    return saved(org, draft, ONE_RUNG)


def saved(org, draft, rungs):
    rules = {**draft.rules, "ladders": {"*": {"*": rungs}}}
    now = timezone.now()
    return save_draft(version=draft, actor=org.comp1, rules=rules, note="", seen=None, now=now)


@pytest.fixture
def look(client, org, draft):
    """The page as compliance sees it."""
    client.force_login(org.comp1)
    address = reverse("escalations:replay", args=[draft.pk])
    return lambda path=address: client.get(path)


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def ask(client, draft, days="30"):
    return client.post(reverse("escalations:replay", args=[draft.pk]), {"days": days})


def work():
    # A tick later: whoever asked has the very instant of the window's end.
    run_replays(now=timezone.now(), seconds=60)


def test_before_anything_was_tried(look):
    assert "Not tried yet" in text_of(look())


def test_while_it_waits_the_page_asks_again(look, client, draft):
    answer = ask(client, draft)
    assert answer["Location"] == reverse("escalations:replay", args=[draft.pk])
    text = text_of(look())
    assert 'hx-trigger="every 2s' in text
    assert "<progress" in text
    assert "Being tried on the last 30 days" in text


def test_other_days_wait_for_what_runs(look, client, draft):
    ask(client, draft)
    ask(client, draft, "7")
    assert Replay.objects.get().days == 30
    assert "tried already" in text_of(look())


def test_the_result(look, client, draft, org):
    ask(client, draft)
    work()
    answer = look()
    text, report = text_of(answer), answer.context["standing"].report
    assert "every 2s" not in text
    assert [(each.before, each.after) for each in report.figures[:2]] == [(2, 1), (1, 0)]
    assert report.figures[0].difference == "−1"
    assert report.people[0].person == org.tech1
    assert [row.department for row in report.departments] == [org.tech]
    assert "nobody answers earlier" in text
    # No word of a case.
    assert "T-1" not in text
    assert "C-2026-00001" not in text


def test_the_reason_names_the_department(look, client, draft, org):
    saved(org, draft, AT_ONCE_TO_THE_LEADER)
    ask(client, draft)
    work()
    assert "Level 1: 1 escalations, 1 of them Technology" in text_of(look())


def test_figures_of_an_earlier_draft_say_so(look, client, draft, org):
    ask(client, draft)
    work()
    assert "earlier draft" not in text_of(look())
    saved(org, draft, AT_ONCE_TO_THE_LEADER)
    assert "earlier draft" in text_of(look())


@pytest.mark.parametrize(("error", "says"), [("killed", "fewer days"), ("PolicyError", "log")])
def test_a_failure_says_what_to_do(look, client, draft, error, says):
    ask(client, draft)
    Replay.objects.update(
        state=Replay.State.FAILED, ended_at=timezone.now(), result={"error": error}
    )
    text = text_of(look())
    assert "The last try failed" in text
    assert says in text


@pytest.mark.parametrize("days", ["", "0", "367", "thirty", "-7", "9" * 40, "1.5"])
def test_bad_days_are_answered_at_the_field(look, client, draft, days):
    answer = ask(client, draft, days)
    assert answer.status_code == 422
    assert "from 1 to 366" in answer.content.decode()
    assert not Replay.objects.exists()


@pytest.mark.parametrize("days", ["7", "90", "366", "1"])
def test_any_number_of_days_up_to_a_year(look, client, draft, days):
    ask(client, draft, days)
    work()
    answer = look()
    assert answer.context["standing"].done.days == int(days)
    assert text_of(answer)


def test_auditors_read_and_do_not_ask(client, draft, org):
    client.force_login(org.auditor)
    address = reverse("escalations:replay", args=[draft.pk])
    text = text_of(client.get(address))
    assert "<form" not in text.partition("<main")[2].partition("</main")[0]
    assert ask(client, draft).status_code == 404


@pytest.mark.parametrize("person", ["cs1", "ceo", "outsider"])
def test_nobody_else_finds_it(client, draft, org, person):
    client.force_login(org.people[person])
    for name in ("replay", "replay_progress"):
        assert client.get(reverse(f"escalations:{name}", args=[draft.pk])).status_code == 404
    assert ask(client, draft).status_code == 404


def test_only_reading_and_asking(client, draft, org):
    client.force_login(org.comp1)
    assert client.put(reverse("escalations:replay", args=[draft.pk])).status_code == 405
    assert client.post(reverse("escalations:replay_progress", args=[draft.pk])).status_code == 405
    assert client.get(reverse("escalations:replay", args=[0])).status_code == 404


def test_the_versions_page_has_it_in_short(look, client, draft):
    ask(client, draft)
    work()
    version = reverse("escalations:version", args=[draft.policy_id, draft.number])
    text = text_of(look(version))
    assert "Version 2 on the last 30 days" in text
    assert "Try on the last 30 days" in text
    slot = text_of(look(reverse("escalations:replay_progress", args=[draft.pk]) + "?slot"))
    assert slot.strip().startswith('<div id="replay-slot">')


def test_asking_for_progress_is_cheap(look, client, draft):
    ask(client, draft)
    progress = reverse("escalations:replay_progress", args=[draft.pk])
    look(progress)
    # Session, person and standing; the version; its replays.
    with assertNumQueries(5):
        look(progress)
    work()
    with assertNumQueries(8):
        look(progress)

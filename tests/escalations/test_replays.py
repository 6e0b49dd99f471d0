"""Replays in the background: asked for once, resumed, given up, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations import services
from escalations.models import Deadline, Replay
from escalations.replay.places import (
    Place,
    clocks_of,
    count,
    ended_in,
    next_batch,
    open_at,
    place_of,
)
from escalations.services import install_default_policy, replays
from escalations.services.drafts import discard_draft
from escalations.services.replays import LEASE, ask_replay, run_replays
from journal.errors import IllegalMove, Invalid, NotAllowed
from tests.escalations.clocks import MONDAY, at, start
from tests.escalations.trying import NOW, chosen, draft_with, sweep_until, totals, tried

pytestmark = pytest.mark.django_db
# Two reminders each, and six leaders who were asked.
SAID = [18, 6, 0, 0]
SINCE = NOW - timedelta(days=30)


@pytest.fixture
def standard(org):
    return install_default_policy(now=MONDAY)


@pytest.fixture
def some(org, standard):
    """Nine cases with a promise each: six were late and are over, three run on."""
    for number in range(9):
        stream, due_at = f"C-{number}", at(3) if number < 6 else at(30)
        chosen(stream)
        start(org.tech, org.tech1, stream=stream, subject=f"T-{number}", due_at=due_at)
    sweep_until(at(3, 12))
    for number in range(6):
        services.meet_deadline(subject=f"T-{number}", kind="deliver", now=at(3, 13, number))
    sweep_until(NOW)
    return standard


def ask(org, version, **given):
    return ask_replay(version=version, actor=org.comp1, **{"days": 30, "now": NOW, **given})


def test_asking_twice_gives_the_same(org, some):
    first = ask(org, some)
    assert ask(org, some, days=7) == first
    run_replays(now=NOW)
    assert ask(org, some) != first


def test_only_those_who_write_policies_try_them(org, standard):
    for person in ("cs1", "auditor", "ceo"):
        with pytest.raises(NotAllowed):
            ask_replay(version=standard, actor=org.people[person], days=30, now=NOW)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_have_their_bounds(org, standard, days):
    with pytest.raises(Invalid):
        ask(org, standard, days=days)


def test_a_draft_that_is_gone_takes_its_replay_along(org, some):
    draft = draft_with(org, some)
    ask(org, draft)
    discard_draft(version=draft, actor=org.comp1, now=NOW)
    assert run_replays(now=NOW) == 0
    with pytest.raises(IllegalMove):
        ask(org, draft)


@pytest.mark.parametrize("batch", [1, 2, 4, 300])
def test_the_batches_do_not_matter(org, some, batch):
    replay = tried(org, some, batch=batch)
    assert totals(replay) == (SAID, SAID)
    assert replay.result["clocks"] == {"played": 9}
    assert (replay.seen, replay.total) == (9, 9)


def test_it_goes_on_where_the_last_tick_stopped(org, some):
    replay = ask(org, some)
    for _tick in range(12):
        run_replays(now=NOW, seconds=0, batch=2)
    replay.refresh_from_db()
    # No time at all is no batch: only the next real tick plays.
    assert (replay.state, replay.seen, replay.lease_until) == (Replay.State.RUNNING, 0, None)
    run_replays(now=NOW, batch=2)
    replay.refresh_from_db()
    assert totals(replay)[0] == totals(replay)[1]


def kill_after(monkeypatch, batches):
    """The worker is gone in the middle of a batch: nothing is caught, nothing is kept."""
    play, left = replays._Work.play, [batches]

    def dying(work, size):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        play(work, size)

    monkeypatch.setattr(replays, "KEEP_SECONDS", 0)
    monkeypatch.setattr(replays._Work, "play", dying)


def test_a_killed_worker_holds_it_up_for_its_lease_only(org, some, monkeypatch):
    replay = ask(org, some)
    with monkeypatch.context() as patch:
        kill_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            run_replays(now=NOW, batch=2)
    replay.refresh_from_db()
    assert replay.state == Replay.State.RUNNING
    assert 0 < replay.seen < 9
    assert run_replays(now=NOW + LEASE / 2) == 0
    assert run_replays(now=NOW + LEASE) == 9 - replay.seen
    replay.refresh_from_db()
    assert totals(replay) == (SAID, SAID)


def test_what_kills_every_worker_is_given_up(org, some, monkeypatch):
    replay = ask(org, some)
    with monkeypatch.context() as patch:
        kill_after(patch, 0)
        for tick in range(replays.MOST_TRIES + 1):
            with pytest.raises(KeyboardInterrupt):
                run_replays(now=NOW + tick * LEASE)
    assert run_replays(now=NOW + (replays.MOST_TRIES + 1) * LEASE) == 0
    replay.refresh_from_db()
    assert (replay.state, replay.result) == (Replay.State.FAILED, {"error": "killed"})


def test_a_worker_that_outlived_its_lease_changes_nothing(org, some):
    replay = ask(org, some)
    slow = replays._Work(replays._claim(NOW), NOW)
    run_replays(now=NOW + LEASE)
    replay.refresh_from_db()
    result = replay.result
    slow.play(300)
    slow.leave()
    replay.refresh_from_db()
    assert (replay.state, replay.result) == (Replay.State.DONE, result)


def test_a_draft_saved_meanwhile_is_tried_from_the_start(org, some):
    draft = draft_with(org, some)
    replay = ask(org, draft)
    run_replays(now=NOW, seconds=0)
    draft_with(org, some, limits={"returns": 5})
    run_replays(now=NOW)
    replay.refresh_from_db()
    assert replay.revision == draft.revision + 1
    assert replay.seen == 9


def test_one_bad_case_keeps_none_of_the_others_away(org, some):
    Deadline.objects.filter(subject="T-5").update(counted_from=None, first_due_at=MONDAY)
    Deadline.objects.filter(subject="T-4").update(unit="fortnight")
    replay = tried(org, some)
    assert replay.result["clocks"] == {"played": 8, "broken": 1}


def test_a_version_that_cannot_be_read_fails_with_a_word(org, some):
    draft = draft_with(org, some)
    type(draft).objects.filter(pk=draft.pk).update(rules={})
    replay = tried(org, draft)
    assert (replay.state, replay.result) == (Replay.State.FAILED, {"error": "PolicyError"})


# --- What it reads --------------------------------------------------------------------------------


def walk(size):
    place, streams = Place(), []
    while place is not None:
        batch = next_batch(place_of(place.as_json()), SINCE, NOW, size)
        streams += batch.streams
        place = batch.place
    return streams


def test_every_case_comes_once_whatever_ends_meanwhile(org, some):
    start(org.tech, subject="T-X", stream="C-1", due_at=at(30))
    assert count(SINCE, NOW) == 10
    assert sorted(walk(2)) == [f"C-{number}" for number in range(9)]
    services.meet_deadline(subject="T-8", kind="deliver", now=NOW + timedelta(minutes=5))
    start(org.tech, subject="T-Y", stream="C-Y", now=NOW + timedelta(minutes=1), due_at=at(30))
    assert sorted(walk(2)) == [f"C-{number}" for number in range(9)]


def test_what_ended_before_the_window_is_not_read(org, some):
    later = NOW + timedelta(days=40)
    batch = next_batch(Place(), later - timedelta(days=7), later, 300)
    assert batch.streams == ()


def test_it_reads_along_indexes_and_never_all_of_history(org, some):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    ended = ended_in(SINCE, NOW).order_by("ended_at", "pk").values("ended_at", "pk", "stream")
    of_cases = clocks_of(["C-1", "C-8"]).explain()
    assert "deadline_ended" in ended[:5].explain()
    assert "deadline_ended_by_case" in of_cases
    assert "deadline_live_by_case" in of_cases
    assert "Seq Scan" not in of_cases + ended[:5].explain() + open_at(NOW).explain()


def test_a_batch_costs_the_same_however_many_cases(org, some):
    ask(org, some)
    with CaptureQueriesContext(connection) as few:
        run_replays(now=NOW, batch=300)
    # Claimed, read in two batches with their ends, kept; those of the organisation once.
    assert len(few) <= 40

"""Silence is watched: a case in which nothing moves speaks, one that moves costs nothing."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.models import Deadline, Escalation
from escalations.services import decide_escalation, sweep
from journal.models import Entry
from journal.services import record
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, at, fired, start

pytestmark = pytest.mark.django_db
CASE = "C-2026-00001"


@pytest.fixture
def watch(org):
    """Two working days of silence are too many: due on Wednesday at the end of work."""
    deadline = start(org.cs, org.cs1, kind="stall", subject=CASE)
    assert deadline.due_at == at(4, 18)
    return deadline


def moved(person, now, tag="ticket:accepted"):
    with transaction.atomic():
        record(stream=CASE, subject="T-1", tag=tag, actor=person, now=now)


def fresh(deadline):
    return Deadline.objects.get(pk=deadline.pk)


def open_ones():
    return Escalation.objects.open()


def test_silence_reminds_and_then_asks_the_leader(org, watch):
    sweep(now=at(4, 18))
    assert fired(watch) == [(1, 0, "fired")]
    sweep(now=at(5, 17))
    asked = open_ones().get()
    assert (asked.reason, asked.leader, asked.level) == ("stalled", org.cs_lead, 1)


def test_activity_costs_no_write_and_the_waking_looks(org, watch):
    moved(org.tech1, at(3, 10))
    assert fresh(watch).due_at == watch.due_at
    sweep(now=at(4, 18))
    again = fresh(watch)
    assert fired(watch) == []
    assert (again.started_at, again.due_at, again.version) == (at(3, 10), at(5, 18), 2)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("tag", ["case:read", "message:written", "ticket:nudged"])
def test_words_and_looks_move_nothing(org, watch, tag):
    moved(org.tech1, at(3, 10), tag)
    sweep(now=at(4, 18))
    assert fired(watch) == [(1, 0, "fired")]


def test_what_clocks_write_is_no_movement(watch):
    moved(None, at(3, 10), "deadline:reminded")
    sweep(now=at(4, 18))
    assert fired(watch) == [(1, 0, "fired")]


def test_when_it_moves_the_question_is_withdrawn_within_the_hour(org, watch):
    sweep(now=at(5, 17))
    assert open_ones().exists()
    moved(org.tech1, at(5, 17, 20))
    sweep(now=at(5, 17, 59))
    assert open_ones().exists()
    sweep(now=at(5, 18))
    assert Escalation.objects.get().state == "withdrawn"
    assert fresh(watch).due_at == at(9, 18)


def test_looking_again_says_nothing_twice(watch):
    for hour in (17, 18, 19, 20):
        sweep(now=at(5, hour))
    assert [state for _, _, state in fired(watch)] == ["skipped", "fired"]
    assert Notice.objects.filter(kind="escalation").count() == 1


def test_a_decision_lets_the_watch_begin_anew(org, watch):
    sweep(now=at(5, 17))
    with transaction.atomic():
        decide_escalation(
            escalation=open_ones().get(),
            outcome="instruction",
            note="Answer her today.",
            actor=org.cs_lead,
            now=at(6, 9),
        )
    sweep(now=at(6, 9, 1))
    again = fresh(watch)
    assert (again.started_at, again.due_at) == (at(6, 9), at(10, 18))
    sweep(now=at(10, 18))
    assert fired(watch)[-1] == (2, 0, "fired")


def test_no_list_counts_it_as_late(watch):
    assert not Deadline.objects.live().exists()
    assert not Deadline.objects.running().exists()


def test_finding_the_last_movement_does_not_read_the_history(org, watch):
    for minute in range(40):
        moved(org.tech1, at(2, 10, minute))
    sweep(now=MONDAY)
    with CaptureQueriesContext(connection) as queries:
        sweep(now=at(4, 18))
    reads = [row for row in queries if 'FROM "journal_entry"' in row["sql"]]
    assert len(reads) == 1
    assert "LIMIT 1" in reads[0]["sql"]
    assert Entry.objects.filter(stream=CASE).count() == 40


def test_a_rung_that_has_passed_as_the_clock_starts_anew_says_why_it_was_silent(org, watch):
    """No rung is without a trace, also where the sweep was away and the policy reminds early."""
    early = {"when": {"fraction": 0.25}, "who": ["owner"], "level": 0}
    Deadline.objects.update(ladder=[early, *watch.ladder], wake_at=at(3, 9))
    moved(org.tech1, at(2, 15))
    sweep(now=at(4, 12))
    assert fired(watch) == [(2, 0, "skipped")]
    assert watch.firings.get().reason == "past_at_start"

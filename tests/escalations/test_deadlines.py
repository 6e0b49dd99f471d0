"""A clock's life: started, paused, moved, handed over, met."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.models import Deadline, Firing, PolicyVersion
from escalations.policy import STANDARD, Traits
from escalations.services import (
    cancel_deadline,
    choose_policy,
    hand_deadline,
    install_default_policy,
    meet_deadline,
    move_deadline,
    pause_deadline,
    resume_deadline,
    start_deadline,
    sweep,
)
from journal.errors import Invalid
from journal.models import Entry
from tests.escalations.clocks import MONDAY, at, fired, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)  # 18 working hours from Monday 9:00


def fresh(deadline):
    return Deadline.objects.get(pk=deadline.pk)


def test_a_promise_takes_its_own_date(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    assert (deadline.due_at, deadline.first_due_at, deadline.unit) == (DUE, DUE, "working_hour")
    assert deadline.total_seconds == 18 * 3600
    assert deadline.wake_at == at(3, 9)  # half-way


def test_the_policy_sets_the_date_of_the_rest(org):
    deadline = start(org.biz, kind="accept", severity="major")
    assert deadline.due_at == at(2, 11)
    assert start(org.biz, kind="confirm", subject="T-2").due_at == at(4, 18)
    assert start(org.cs, kind="resolve", subject="T-3").due_at == at(10, 0)


def test_without_target_and_promise_there_is_no_clock(org):
    started = start_deadline(
        subject="T-1",
        stream="C-1",
        kind="deliver",
        label="x",
        department=org.tech,
        owner=None,
        severity="major",
        now=MONDAY,
    )
    assert started is None
    assert not Deadline.objects.exists()


def test_it_keeps_the_ladder_it_was_started_with(org):
    version = install_default_policy(now=MONDAY)
    deadline = start(org.tech, org.tech1, due_at=DUE)
    assert deadline.policy_version == version
    assert deadline.ladder == STANDARD["ladders"]["*"]["*"]
    PolicyVersion.objects.update(retired_at=MONDAY)
    assert fresh(deadline).ladder == deadline.ladder
    assert start(org.tech, subject="T-2", due_at=DUE).policy_version is None


def test_one_live_clock_per_subject_and_kind(org):
    start(org.tech, due_at=DUE)
    start(org.tech, kind="accept")
    with pytest.raises(IntegrityError), transaction.atomic():
        start(org.tech, due_at=DUE)


def test_a_rung_before_the_start_is_skipped_and_recorded(org):
    soon = start(org.tech, org.tech1, due_at=at(2, 12))
    assert soon.wake_at == at(2, 10, 30)  # half-way; "4 h before" speaks with it
    assert fired(soon) == []
    sweep(now=at(2, 10, 30))
    assert fired(soon) == [(1, 0, "skipped"), (1, 1, "fired")]
    assert fresh(soon).wake_at == at(2, 12)


def test_met_in_time_and_late(org):
    start(org.tech, due_at=DUE)
    start(org.tech, subject="T-2", due_at=DUE)
    assert meet_deadline(subject="T-1", kind="deliver", now=DUE).state == "met"
    late = meet_deadline(subject="T-2", kind="deliver", now=DUE + timedelta(seconds=1))
    assert (late.state, late.wake_at, late.ended_at) == (
        "met_late",
        None,
        DUE + timedelta(seconds=1),
    )
    assert meet_deadline(subject="T-2", kind="deliver", now=DUE) is None


def test_cancel_ends_one_kind_or_all(org):
    start(org.tech, due_at=DUE)
    start(org.tech, kind="accept")
    start(org.tech, kind="confirm")
    assert [row.kind for row in cancel_deadline(subject="T-1", kind="accept", now=MONDAY)] == [
        "accept"
    ]
    assert len(cancel_deadline(subject="T-1", now=MONDAY)) == 2
    assert cancel_deadline(subject="T-1", now=MONDAY) == []


# --- Pause --------------------------------------------------------------------------------------


def test_a_pause_keeps_what_was_left(org):
    start(org.tech, org.tech1, due_at=DUE)
    paused = pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(2, 15))
    assert (paused.state, paused.wake_at, paused.left_seconds) == ("paused", None, 12 * 3600)
    resumed = resume_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(5, 9))
    assert resumed.due_at == at(6, 12)
    # Half of the 18 hours: 9 before the due date, however long the pause was.
    assert resumed.wake_at == at(5, 12)


def test_only_for_reasons_that_the_policy_lists(org):
    start(org.tech, due_at=DUE)
    assert pause_deadline(subject="T-1", kind="deliver", reason="lunch", now=MONDAY) is None
    assert fresh(Deadline.objects.get()).state == "running"
    pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=MONDAY)
    assert resume_deadline(subject="T-1", kind="deliver", reason="returned", now=MONDAY) is None


def test_calendar_time_pauses_in_real_time(org):
    version = install_default_policy(now=MONDAY)
    version.rules["targets"]["resolve"] = {"*": {"within": 72, "unit": "hour"}}
    version.save()
    start(org.cs, kind="resolve")  # until Thursday 9:00
    friday_night = at(6, 22)
    pause_deadline(subject="T-1", kind="resolve", reason="external_appraisal", now=at(4, 22))
    resumed = resume_deadline(
        subject="T-1", kind="resolve", reason="external_appraisal", now=friday_night
    )
    assert resumed.due_at == friday_night + timedelta(hours=11)


def test_a_late_clock_that_resumes_is_as_late_as_before(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(4, 10))  # an hour late: level 1
    pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(4, 10))
    resumed = resume_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(10, 10))
    assert resumed.due_at == at(10, 9)
    assert resumed.wake_at == at(10, 17)  # 8 working hours after due
    sweep(now=at(10, 10))
    assert [state for *_, state in fired(deadline)] == ["skipped", "skipped", "fired"]


def test_met_while_paused_counts_what_was_left(org):
    for subject, paused_at in (("T-1", at(3, 17)), ("T-2", at(4, 10))):
        start(org.tech, subject=subject, due_at=DUE)
        pause_deadline(subject=subject, kind="deliver", reason="blocked", now=paused_at)
    assert meet_deadline(subject="T-1", kind="deliver", now=at(9)).state == "met"
    assert meet_deadline(subject="T-2", kind="deliver", now=at(9)).state == "met_late"


# --- Move ---------------------------------------------------------------------------------------


def move(due_at, now, **more):
    return move_deadline(
        subject="T-1",
        kind="deliver",
        due_at=due_at,
        reason="UAT is not ready",
        actor=None,
        now=now,
        **more,
    )


def test_a_move_starts_a_new_version(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    moved = move(at(5, 18), at(3, 9))
    assert (moved.version, moved.moves, moved.rung) == (2, 1, 0)
    assert moved.first_due_at == DUE
    assert moved.wake_at == at(4, 9)  # half of Monday to Thursday
    assert fired(deadline) == [(1, 0, "fired")]


def test_rungs_already_past_are_recorded_not_fired(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    move(at(3, 20), at(3, 16))  # 2 working hours left: half-way and "4 h before" are past
    assert fired(deadline) == [(2, 0, "skipped"), (2, 1, "skipped")]
    assert set(Firing.objects.values_list("reason", flat=True)) == {"past_when_moved"}
    assert fresh(deadline).wake_at == at(3, 20)
    assert sweep(now=at(3, 17)).fired == 0


def test_a_move_is_journalled_without_its_words(org):
    start(org.tech, org.tech1, due_at=DUE)
    move(at(5, 18), at(3, 9))
    entry = Entry.objects.get(tag="deadline:moved")
    assert entry.data["moves"] == 1
    assert entry.data["from"] < entry.data["to"]
    assert "UAT" not in str(entry.data)


@pytest.mark.parametrize(("due_at", "reason"), [(at(3, 9), "why"), (at(5), "  ")])
def test_a_move_needs_a_future_date_and_a_reason(org, due_at, reason):
    start(org.tech, due_at=DUE)
    with pytest.raises(Invalid):
        move_deadline(
            subject="T-1", kind="deliver", due_at=due_at, reason=reason, actor=None, now=at(3, 9)
        )


def test_a_paused_clock_can_be_moved_and_stays_paused(org):
    start(org.tech, due_at=DUE)
    pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=MONDAY)
    moved = move(at(4, 18), MONDAY)
    assert (moved.state, moved.wake_at, moved.left_seconds) == ("paused", None, 27 * 3600)
    resumed = resume_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(3, 9))
    assert resumed.due_at == at(5, 18)


def test_another_severity_brings_its_ladder(org):
    start(org.tech, due_at=DUE)
    moved = move(at(5, 18), MONDAY, severity="ordinary")
    assert moved.ladder == STANDARD["ladders"]["*"]["ordinary"]


# --- Hand over ----------------------------------------------------------------------------------


def test_another_owner_and_the_clock_goes_on(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    handed = hand_deadline(
        subject="T-1", kind="deliver", owner=org.biz1, department=org.biz, now=at(2, 15)
    )
    assert (handed.owner, handed.department) == (org.biz1, org.biz)
    assert (handed.due_at, handed.wake_at, handed.version) == (DUE, deadline.wake_at, 1)


def test_none_where_nothing_runs(org):
    nothing = {"subject": "T-9", "kind": "deliver", "now": MONDAY}
    assert hand_deadline(**nothing, owner=None, department=org.biz) is None
    assert pause_deadline(**nothing, reason="blocked") is None
    assert resume_deadline(**nothing, reason="blocked") is None
    assert move_deadline(**nothing, due_at=DUE, reason="x", actor=None) is None


def test_a_start_costs_few_queries(org):
    choose_policy(stream="C-2026-00001", traits=Traits("major"))
    start(org.tech, due_at=DUE)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        start_deadline(
            subject="T-2",
            stream="C-2026-00001",
            kind="accept",
            label="x",
            department=org.tech,
            owner=None,
            severity="major",
            now=MONDAY,
        )
    # Savepoint in and out, the case's lock, the policy, the calendar, the row.
    assert len(queries) == 6

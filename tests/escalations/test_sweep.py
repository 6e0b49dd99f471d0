"""What is due fires once: to whom, with which proof, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department, WorkCalendar
from escalations.models import Deadline, Escalation, Firing, SweepTick
from escalations.services import sweep
from escalations.services.sweep import LONGEST_PAUSE, _claim
from journal.models import Entry
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, at, fired, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)


def notices():
    return set(Notice.objects.values_list("reader__username", "kind", "subject"))


def test_nothing_due_writes_only_the_heartbeat(org):
    start(org.tech, org.tech1, due_at=DUE)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(now=MONDAY).fired == 0
    # Savepoint in and out, the claim, the heartbeat.
    assert len(queries) == 4
    assert SweepTick.objects.get().ticked_at == MONDAY


def test_half_way_the_owner_is_reminded(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    assert sweep(now=at(3, 9, 1)).fired == 1
    firing = deadline.firings.get()
    assert (firing.state, firing.level, firing.planned_at) == ("fired", 0, at(3, 9))
    assert list(firing.told.all()) == [org.tech1]
    assert firing.route[0]["why"] == "told"
    assert (firing.entry.tag, firing.entry.subject) == ("deadline:reminded", "T-1")
    assert firing.entry.data["working_left"] == 9 * 3600 - 60
    assert notices() == {("tech1", "reminder", "T-1")}


def test_the_whole_ladder(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    instants = [at(3, 9), at(3, 14), DUE, at(4, 17), at(5, 16), at(6, 16), at(9, 16)]
    for instant in instants:
        assert sweep(now=instant - timedelta(minutes=1)).fired == 0
        assert sweep(now=instant).fired == 1
    assert [rung for _, rung, _ in fired(deadline)] == list(range(7))
    escalation = Escalation.objects.get()
    assert (escalation.level, escalation.leader) == (3, org.ceo)
    tags = [entry.tag for entry in Entry.objects.filter(stream=deadline.stream).order_by("seq")]
    assert tags == [
        "deadline:reminded",
        "deadline:reminded",
        "escalation:raised",
        "escalation:climbed",
        "escalation:climbed",
        "escalation:repeated",
        "escalation:repeated",
    ]


def test_overdue_asks_the_leader_and_tells_the_owner(org):
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    escalation = Escalation.objects.get()
    assert (escalation.reason, escalation.level, escalation.state) == ("overdue", 1, "raised")
    assert (escalation.leader, escalation.seat) == (org.tech_lead, org.tech)
    assert notices() == {
        ("tech1", "overdue", "T-1"),
        ("tech_lead", "escalation", escalation.reference),
    }


def test_after_a_day_without_sweep_the_highest_passed_rung_once(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    assert sweep(now=at(4, 17)).fired == 1
    assert fired(deadline) == [
        (1, 0, "skipped"),
        (1, 1, "skipped"),
        (1, 2, "skipped"),
        (1, 3, "fired"),
    ]
    assert Escalation.objects.get().level == 2
    assert Notice.objects.count() == 2
    assert sweep(now=at(4, 17)).fired == 0


def test_after_weeks_the_repetitions_are_one(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(5, 16))
    assert sweep(now=at(20, 10)).fired == 1
    states = [state for *_, state in fired(deadline)]
    assert states.count("fired") == 2
    assert Deadline.objects.get().wake_at == at(20, 16)


def test_a_date_in_the_past_fires_its_highest_rung_once(org):
    deadline = start(org.tech, org.tech1, due_at=at(2, 8), now=MONDAY)
    sweep(now=MONDAY)
    assert [state for *_, state in fired(deadline)] == ["skipped", "skipped", "fired"]


def test_nobody_owns_it_yet_so_the_leader_hears(org):
    start(org.biz, None, kind="accept")
    sweep(now=at(2, 10))
    assert notices() == {("biz_lead", "reminder", "T-1")}


def test_an_absent_owner_has_a_stand_in(org):
    org.away(org.tech1, stand_in=org.tech2, starts_at=MONDAY)
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    assert notices() == {("tech2", "reminder", "T-1")}
    assert [step["why"] for step in Firing.objects.get().route] == ["away", "told"]


def test_a_leader_who_owns_it_does_not_judge_it(org):
    start(org.tech, org.tech_lead, due_at=DUE)
    sweep(now=DUE)
    assert Escalation.objects.get().leader == org.ceo


def test_paused_met_and_cancelled_clocks_are_silent(org):
    for subject, state in (("T-1", "paused"), ("T-2", "met"), ("T-3", "cancelled")):
        deadline = start(org.tech, org.tech1, subject=subject, due_at=DUE)
        ended = None if state == "paused" else MONDAY
        Deadline.objects.filter(pk=deadline.pk).update(state=state, wake_at=None, ended_at=ended)
    assert sweep(now=at(30)).fired == 0


# --- Two causes ---------------------------------------------------------------------------------


def test_a_second_cause_joins(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.tech, org.tech2, subject="T-2", due_at=at(4, 9))
    sweep(now=DUE)
    sweep(now=at(4, 9))
    escalation = Escalation.objects.get()
    assert escalation.deadlines.count() == 2
    assert escalation.leader == org.tech_lead
    assert Entry.objects.filter(tag="escalation:joined").count() == 1


def test_late_in_two_departments_the_lowest_leader_above_both_decides(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.biz, org.biz1, subject="T-2", due_at=at(4, 9))
    sweep(now=DUE)
    sweep(now=at(4, 9))
    escalation = Escalation.objects.get()
    assert (escalation.leader, escalation.seat, escalation.level) == (org.ceo, org.exec, 1)
    # Their own leader hears it, too.
    assert ("biz_lead", "overdue", "T-2") in notices()


def test_another_case_has_an_escalation_of_its_own(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.tech, org.tech1, subject="T-2", stream="C-2026-00002", due_at=DUE)
    sweep(now=DUE)
    assert Escalation.objects.count() == 2


# --- Poison -------------------------------------------------------------------------------------


def test_a_row_that_cannot_fire_does_not_block_the_rest(org):
    bad = start(org.tech, org.tech1, due_at=DUE)
    Deadline.objects.update(ladder=[{"when": "tomorrow"}])
    good = start(org.tech, org.tech1, subject="T-2", due_at=DUE)
    result = sweep(now=at(3, 9))
    assert (result.fired, result.failed) == (1, 1)
    assert fired(good) == [(1, 0, "fired")]
    assert fired(bad) == [(1, 0, "failed")]
    bad.refresh_from_db()
    assert (bad.failures, bad.wake_at) == (1, at(3, 9) + timedelta(seconds=30))
    assert Notice.objects.get(reader=org.admin).kind == "alarm_deadline_failed"


def test_it_is_tried_again_ever_less_often_and_then_fires_once(org):
    bad = start(org.tech, org.tech1, due_at=DUE)
    ladder = bad.ladder
    Deadline.objects.update(ladder=[{"when": "tomorrow"}])
    now, pauses = at(3, 9), []
    for _ in range(10):
        sweep(now=now)
        bad.refresh_from_db()
        pauses.append(bad.wake_at - now)
        now = bad.wake_at
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    Deadline.objects.update(ladder=ladder)
    assert sweep(now=now).fired == 1
    # The failed attempts have left no trace but the journal of alarms.
    assert fired(bad) == [(1, 0, "fired")]
    bad.refresh_from_db()
    assert bad.failures == 0


def test_a_broken_calendar_harms_only_its_department(org):
    broken = WorkCalendar.objects.create(
        name_en="x", name_zh="x", week=[[], [], [], [], [], [], []]
    )
    start(org.tech, org.tech1, due_at=DUE)
    start(org.biz, org.biz1, subject="T-2", due_at=DUE)
    Department.objects.filter(pk=org.tech.pk).update(calendar=broken)
    result = sweep(now=DUE)
    assert (result.fired, result.failed) == (1, 1)


def test_the_proof_of_what_fired_is_never_overwritten(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    # As if the row had been restored from an old backup, but not its firings.
    Deadline.objects.update(rung=0, wake_at=at(3, 9))
    assert sweep(now=at(3, 9)).failed == 1
    assert fired(deadline) == [(1, 0, "fired")]
    assert Notice.objects.filter(reader=org.tech1).count() == 1


def test_nobody_to_tell_waits_for_somebody(org):
    deadline = start(org.tech, None, due_at=DUE)
    Department.objects.update(leader=None)
    org.biz.deputyships.all().delete()
    assert sweep(now=DUE).failed == 1
    assert not Notice.objects.exclude(reader=org.admin).exists()
    Department.objects.filter(pk=org.exec.pk).update(leader=org.ceo)
    assert sweep(now=DUE + timedelta(seconds=30)).fired == 1
    assert fired(deadline)[-1] == (1, 2, "fired")
    assert Escalation.objects.get().leader == org.ceo


def test_an_owner_without_any_leader_is_told_all_the_same(org):
    start(org.tech, org.tech1, due_at=DUE)
    Department.objects.update(leader=None)
    org.biz.deputyships.all().delete()
    assert sweep(now=DUE).fired == 1
    assert ("tech1", "overdue", "T-1") in notices()
    assert ("admin", "alarm_last_resort", "SYSTEM") in notices()
    assert not Escalation.objects.exists()


def test_the_last_resort_raises_an_alarm(org):
    Department.objects.exclude(pk=org.ops.pk).update(leader=None)
    org.biz.deputyships.all().delete()
    start(org.tech, None, due_at=DUE)
    sweep(now=DUE)
    assert {reader for reader, *_ in notices()} == {"ops_lead", "admin"}


# --- Cost ---------------------------------------------------------------------------------------


def cost_of(org, rows, due, *, before):
    """Queries of one sweep over so many clocks, each of a case of its own."""
    Deadline.objects.all().delete()
    for n in range(rows):
        start(org.tech, org.tech1, subject=f"T-{n}", stream=f"C-{rows}-{n}", due_at=DUE)
    sweep(now=before)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(now=due, batch=100).fired == rows
    return len(queries)


@pytest.mark.parametrize(
    ("due", "before", "queries"),
    [
        # Savepoint in and out, proof, journal (3), people, notices (3), proof again (2), clock.
        (at(3, 9), MONDAY, 13),
        # And the escalation: looked for, referenced (2), made, its cause, a notice (3) of its own.
        (DUE, at(3, 14), 21),
        # The same without a new one, but it climbs.
        (at(4, 17), DUE, 19),
    ],
)
def test_what_a_firing_costs_does_not_depend_on_how_many_there_are(org, due, before, queries):
    first = cost_of(org, 1, due, before=before)
    few = cost_of(org, 2, due, before=before)
    many = cost_of(org, 12, due, before=before)
    assert (many - few) / 10 == queries
    # Transaction, claim, cases, departments, calendar, house (4), heartbeat.
    assert few - 2 * queries == 11
    assert first <= few


def test_the_claim_reads_one_range_of_its_index(org):
    clock = start(org.tech, org.tech1, due_at=DUE)
    Deadline.objects.bulk_create(
        Deadline(**{**columns(clock), "subject": f"P-{n}", "wake_at": DUE + timedelta(hours=n)})
        for n in range(3000)
    )
    with CaptureQueriesContext(connection) as queries:
        assert _claim(MONDAY, None, 20) == []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE escalations_deadline")
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "deadline_to_wake" in plan
    assert "Seq Scan" not in plan


def columns(row):
    fields = (field.attname for field in row._meta.concrete_fields if not field.primary_key)
    return {name: getattr(row, name) for name in fields}

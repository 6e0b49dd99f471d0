"""Other hours: computed dates move, promises stay, nobody is made late, nothing is told twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from departments.calendars import work_time_of
from departments.models import CalendarDay, Department, WorkCalendar
from escalations.models import Deadline, Escalation, Firing, Recount
from escalations.recompute import effect_on
from escalations.services import (
    hand_deadline,
    move_deadline,
    pause_deadline,
    recount,
    resume_deadline,
    sweep,
)
from journal.models import Entry
from journal.services import lock_stream
from tests.escalations.clocks import MONDAY, at, fired, start
from tests.personas import build_org

pytestmark = pytest.mark.django_db
NOON = at(2, 12)


def close(org, *days):
    for day in days:
        org.holiday(date(2026, 3, day))


def fresh(deadline):
    return Deadline.objects.get(pk=deadline.pk)


@pytest.fixture
def known(org):
    """The hours as they are have been noticed."""
    recount(now=MONDAY)
    return org


def settle(now):
    """As the ticks of two minutes do."""
    return sum(recount(now=now + timedelta(seconds=seconds)) for seconds in (0, 30, 61, 120))


def test_a_holiday_moves_what_the_policy_counted(known):
    deadline = start(known.biz, kind="confirm")  # two business days
    assert deadline.due_at == at(4, 18)
    close(known, 3)
    assert recount(now=NOON) == 1
    moved = fresh(deadline)
    assert (moved.due_at, moved.first_due_at, moved.version) == (at(5, 18), at(4, 18), 2)
    assert moved.moves == 0, "nobody moved it"
    assert moved.total_seconds == 27 * 3600
    assert recount(now=NOON) == 0


def test_each_moved_date_is_journalled_with_both_dates(known):
    start(known.biz, kind="confirm")
    close(known, 3)
    recount(now=NOON)
    entry = Entry.objects.get(tag="deadline:recomputed")
    assert (entry.stream_id, entry.subject, entry.actor) == ("C-2026-00001", "T-1", None)
    dates = [datetime.fromisoformat(entry.data[key]) for key in ("from", "to", "due_at")]
    assert dates == [at(4, 18), at(5, 18), at(5, 18)]
    assert entry.data["because"] is None, "found, not asked for on the page of a calendar"


def test_a_promise_stays(known):
    deadline = start(known.tech, known.tech1, due_at=at(4, 18))
    close(known, 3)
    assert recount(now=NOON) == 0
    assert fresh(deadline).due_at == at(4, 18)


def test_its_rungs_count_the_new_hours_all_the_same(known):
    deadline = start(known.tech, known.tech1, due_at=at(4, 18))  # 27 hours, half-way Tuesday 13:30
    assert deadline.wake_at == at(3, 13, 30)
    close(known, 4)
    recount(now=NOON)
    again = fresh(deadline)
    assert (again.version, again.wake_at) == (
        1,
        work_time_of(known.tech).subtract(at(4, 18), 13.5 * 3600),
    )


def test_a_date_that_somebody_moved_stays(known):
    deadline = start(known.biz, kind="confirm")
    moved = {"due_at": at(6, 12), "reason": "as agreed", "actor": known.biz1, "now": NOON}
    move_deadline(subject="T-1", kind="confirm", **moved)
    close(known, 3)
    assert recount(now=NOON) == 0
    assert fresh(deadline).due_at == at(6, 12)


def test_a_paused_clock_keeps_what_was_left(known):
    start(known.tech, kind="accept")  # two working hours
    pause_deadline(subject="T-1", kind="accept", reason="returned", now=at(2, 10))
    close(known, 3)
    assert recount(now=at(2, 17)) == 0
    resumed = resume_deadline(subject="T-1", kind="accept", reason="returned", now=at(2, 18))
    assert resumed.due_at == at(4, 10), "the hour that was left, on the next day that is open"


def test_after_a_pause_only_what_was_left_is_counted_again(known):
    start(known.tech, kind="accept")  # two working hours
    pause_deadline(subject="T-1", kind="accept", reason="returned", now=at(2, 10))
    resumed = resume_deadline(subject="T-1", kind="accept", reason="returned", now=at(2, 17, 30))
    assert resumed.due_at == at(3, 9, 30)
    total = resumed.total_seconds
    close(known, 3)
    assert recount(now=at(2, 17, 45)) == 1
    again = Deadline.objects.get()
    assert (again.due_at, again.total_seconds) == (at(4, 9, 30), total)


def test_nobody_is_made_late(known):
    deadline = start(known.tech, kind="accept", now=at(2, 17))  # until Tuesday 10:00
    assert deadline.due_at == at(3, 10)
    WorkCalendar.objects.update(week=[[["09:00", "23:00"]]] * 5 + [[], []])
    assert recount(now=at(3, 9)) == 0, "by the new hours it was due last night"
    assert fresh(deadline).due_at == at(3, 10)


def test_a_forgotten_holiday_brings_a_late_clock_back_in_time(known):
    deadline = start(known.tech, known.tech1, kind="accept", now=at(2, 17))
    sweep(now=at(3, 11))
    assert Escalation.objects.open().count() == 1
    close(known, 3)
    assert recount(now=at(3, 12)) == 1
    assert fresh(deadline).due_at == at(4, 10)
    assert not Escalation.objects.open().exists(), "its cause is gone"


def test_what_is_late_by_both_is_left_alone(known):
    deadline = start(known.tech, known.tech1, kind="accept", now=at(2, 16))
    sweep(now=at(4, 11))
    version = fresh(deadline).version
    close(known, 3)
    assert recount(now=at(6, 12)) == 0
    assert fresh(deadline).version == version


def test_rungs_already_past_are_skipped_not_fired(known):
    deadline = start(known.biz, known.biz1, kind="confirm", severity="major")
    sweep(now=at(3, 14))  # half-way has spoken
    WorkCalendar.objects.update(week=[[["09:00", "15:00"]]] * 5 + [[], []])
    recount(now=at(4, 12))  # due at 15:00, four hours before has passed
    assert fresh(deadline).due_at == at(4, 15)
    assert fired(deadline)[-2:] == [(2, 0, "skipped"), (2, 1, "skipped")]
    assert {row.reason for row in Firing.objects.filter(version=2)} == {"past_when_recomputed"}
    assert sweep(now=at(4, 14)).fired == 0
    assert sweep(now=at(4, 15)).fired == 1


def test_a_decided_clock_stays_silent(known):
    deadline = start(known.tech, known.tech1, kind="accept", now=at(2, 17))
    Deadline.objects.update(decided=True, wake_at=None)
    close(known, 3)
    assert recount(now=at(2, 18)) == 1
    assert fresh(deadline).wake_at is None


def test_handed_to_others_with_the_same_hours_it_goes_on(known):
    start(known.tech, kind="accept", now=at(2, 17))
    handed = {"owner": None, "department": known.ops, "now": at(2, 17)}
    assert hand_deadline(subject="T-1", kind="accept", **handed).counted_from == at(2, 17)


def test_handed_to_others_with_other_hours_its_date_is_given(known):
    nights = WorkCalendar.objects.create(
        name_en="Nights", name_zh="夜班", zone="Asia/Shanghai", week=[[["20:00", "23:00"]]] * 7
    )
    Department.objects.filter(pk=known.ops.pk).update(calendar=nights)
    start(known.tech, kind="accept", now=at(2, 17))
    handed = {"owner": None, "department": known.ops, "now": at(2, 17)}
    hand_deadline(subject="T-1", kind="accept", **handed)
    CalendarDay.objects.create(calendar=nights, date=date(2026, 3, 2), label="closed")
    assert settle(at(2, 18)) == 0
    assert Deadline.objects.get().due_at == at(3, 10)


def test_only_the_departments_concerned(known):
    nights = WorkCalendar.objects.create(
        name_en="Nights", name_zh="夜班", zone="Asia/Shanghai", week=[[["20:00", "23:00"]]] * 7
    )
    start(known.tech, kind="confirm")
    start(known.ops, kind="confirm", subject="T-2")
    Department.objects.filter(pk=known.ops.pk).update(calendar=nights)
    assert recount(now=NOON) == 1
    assert Recount.objects.filter(since__isnull=False).get().department == known.ops


def test_it_ends_when_no_move_can_remember_the_old_hours(known):
    close(known, 3)
    recount(now=NOON)
    assert Recount.objects.filter(since=NOON).count() == 6
    start_late = start(known.biz, kind="confirm", now=MONDAY)
    Deadline.objects.update(due_at=at(4, 18))  # as one that had read the hours before
    assert settle(NOON) == 1
    assert fresh(start_late).due_at == at(5, 18)
    assert not Recount.objects.filter(since__isnull=False).exists()


def test_batches_and_a_stop_between_them(known):
    for number in range(7):
        start(known.tech, kind="confirm", subject=f"T-{number}", stream=f"C-{number}")
    close(known, 3)
    assert recount(now=NOON, batch=2, seconds=0) == 0
    assert recount(now=NOON, batch=2) == 7
    assert settle(NOON) == 0
    assert Entry.objects.filter(tag="deadline:recomputed").count() == 7


def test_a_new_change_begins_anew(known):
    start(known.tech, kind="confirm")
    close(known, 3)
    recount(now=NOON)
    close(known, 4)
    assert recount(now=NOON) == 1
    assert Deadline.objects.get().due_at == at(6, 18)
    assert settle(NOON) == 0


def test_hours_that_cannot_be_read_keep_nobody_from_theirs(known):
    broken = WorkCalendar.objects.create(
        name_en="Broken", name_zh="坏", zone="Asia/Shanghai", week=[[]] * 7
    )
    Department.objects.filter(pk=known.ops.pk).update(calendar=broken)
    deadline = start(known.tech, kind="confirm")
    close(known, 3)
    assert recount(now=NOON) == 1
    assert fresh(deadline).due_at == at(5, 18)


def test_a_tick_with_nothing_to_do_is_cheap(known, django_assert_num_queries):
    with django_assert_num_queries(4):
        recount(now=NOON)


def test_queries_do_not_grow_with_the_dates(known):
    def queries(count, closed):
        for number in range(count):
            names = {"subject": f"T{closed}-{number}", "stream": f"C{closed}-{number}"}
            start(known.tech, kind="confirm", **names)
        close(known, closed)
        with CaptureQueriesContext(connection) as captured:
            assert recount(now=NOON) == count
        Deadline.objects.all().delete()
        return len(captured)

    queries(1, 3)
    assert queries(3, 4) == queries(20, 5)


def test_the_effect_before_it_is_made(known):
    start(known.biz, kind="confirm")
    start(known.biz, kind="deliver", due_at=at(4, 18))
    start(known.tech, kind="accept", subject="T-2", now=at(2, 11))
    close(known, 3)
    work = work_time_of(known.biz)
    effect = effect_on([known.biz, known.tech], work, NOON)
    assert (effect.clocks, effect.moved, effect.kept, effect.stay) == (3, 1, 0, 2)
    (shift,) = effect.first
    assert (shift.deadline.subject, shift.department, shift.to) == ("T-1", known.biz, at(5, 18))
    assert shift.is_later


def test_the_effect_says_who_is_spared_from_being_late(known):
    start(known.tech, kind="accept", now=at(2, 17))
    WorkCalendar.objects.update(week=[[["09:00", "23:00"]]] * 5 + [[], []])
    effect = effect_on([known.tech], work_time_of(known.tech), at(3, 9))
    assert (effect.moved, effect.kept) == (0, 1)


def test_the_effect_costs_two_queries_and_shows_fifty(known, django_assert_num_queries):
    for number in range(60):
        start(known.tech, kind="confirm", subject=f"T-{number}")
    close(known, 3)
    work = work_time_of(known.tech)
    with django_assert_num_queries(2):
        effect = effect_on([known.tech], work, NOON)
    assert (effect.moved, len(effect.first), effect.complete) == (60, 50, True)


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_being_moved_is_met_again():
    known = build_org()
    recount(now=MONDAY)
    start(known.tech, kind="confirm")
    start(known.tech, kind="confirm", subject="T-2", stream="C-2026-00002")
    close(known, 3)
    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        lock_stream("C-2026-00002")
        assert elsewhere.submit(in_another_session, NOON).result() == 1
    assert Recount.objects.get(department=known.tech).again
    assert settle(NOON) == 1
    assert not Recount.objects.filter(since__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_move_each_date_once():
    known = build_org()
    recount(now=MONDAY)
    for number in range(40):
        start(known.tech, kind="confirm", subject=f"T-{number}", stream=f"C-{number}")
    close(known, 3)
    with ThreadPoolExecutor(3) as elsewhere:
        moved = list(elsewhere.map(in_another_session, [NOON] * 3))
    assert sum(moved) + settle(NOON) == 40
    assert Entry.objects.filter(tag="deadline:recomputed").count() == 40


def in_another_session(now):
    try:
        return recount(now=now, batch=5)
    finally:
        connection.close()

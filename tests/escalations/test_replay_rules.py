"""What other rules would have made of clocks that ran."""

from __future__ import annotations

import pytest
from django.db import transaction

from escalations import services
from escalations.models import Escalation, Policy
from escalations.services import install_default_policy
from escalations.services.drafts import activate_version, create_policy
from tests.escalations.clocks import MONDAY, at, start
from tests.escalations.trying import (
    AT_ONCE_TO_THE_LEADER,
    CASE,
    NOW,
    ONE_RUNG,
    chosen,
    draft_with,
    sweep_until,
    totals,
    tried,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(org):
    version = install_default_policy(now=MONDAY)
    chosen()
    return version


def within(kind, hours):
    return {kind: {"*": {"within": hours, "unit": "working_hour"}}}


def quiet(**ladders):
    return {"*": {"*": ONE_RUNG}, **{kind: {"*": rungs} for kind, rungs in ladders.items()}}


def test_a_shorter_target_is_counted_from_the_same_start(org, standard):
    start(org.tech, org.tech1, kind="confirm")  # two business days: until Wednesday 18:00
    sweep_until(at(4, 12))
    services.meet_deadline(subject="T-1", kind="confirm", now=at(4, 12))
    draft = draft_with(org, standard, targets=within("confirm", 4), ladders=quiet())
    assert totals(tried(org, draft)) == ([1, 0, 0, 0], [1, 0, 0, 0])
    draft = draft_with(org, standard, ladders=quiet(confirm=AT_ONCE_TO_THE_LEADER))
    replay = tried(org, draft)
    # It was late on Monday at 13:00: the leader is asked.
    assert totals(replay) == ([1, 0, 0, 0], [0, 1, 0, 0])
    people = {each["person"]: each["days"] for each in replay.result["people"]}
    first = (at(2).date() - at(25, month=2).date()).days
    assert people[org.tech_lead.pk] == [[first, [0, 0], [1, 1]]]
    assert replay.result["most"][1][0] == 1


def test_a_longer_target_speaks_later_or_not_at_all(org, standard):
    start(org.tech, org.tech1, kind="accept")  # two hours
    sweep_until(at(2, 14))
    services.meet_deadline(subject="T-1", kind="accept", now=at(2, 14))
    draft = draft_with(org, standard, targets=within("accept", 40))
    before, after = totals(tried(org, draft))
    assert before[1] == 1
    assert after == [0, 0, 0, 0]


def test_a_promise_keeps_its_date_under_another_ladder(org, standard):
    start(org.tech, org.tech1, due_at=at(3))
    sweep_until(at(3, 10))
    services.meet_deadline(subject="T-1", kind="deliver", now=at(3, 10))
    targets = {"deliver": {"*": {"within": 1, "unit": "working_hour"}}}
    draft = draft_with(org, standard, targets=targets, ladders=quiet())
    assert totals(tried(org, draft)) == ([2, 1, 0, 0], [1, 0, 0, 0])


def test_a_date_a_person_moved_is_the_date_in_both(org, standard):
    start(org.tech, org.tech1, kind="confirm")
    services.move_deadline(
        subject="T-1", kind="confirm", due_at=at(10), reason="x", actor=None, now=at(2, 10)
    )
    sweep_until(at(11))
    draft = draft_with(org, standard, targets=within("confirm", 80), ladders=quiet())
    before, after = totals(tried(org, draft))
    assert before[1] == 1
    assert after == [1, 0, 0, 0]


def test_what_it_does_not_let_stand_still_runs_on(org, standard):
    start(org.tech, org.tech1, due_at=at(3))
    services.pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(2, 10))
    sweep_until(at(4))
    services.cancel_deadline(subject="T-1", kind="deliver", now=at(4))
    draft = draft_with(org, standard, pause_reasons={"deliver": []}, ladders=quiet())
    assert totals(tried(org, draft)) == ([0, 0, 0, 0], [1, 0, 0, 0])


def test_after_a_decision_it_stays_silent(org, standard):
    start(org.tech, org.tech1, due_at=at(3))
    sweep_until(at(3, 10))
    services.decide_escalation(
        escalation=Escalation.objects.get(),
        outcome="no_action",
        note="x",
        actor=org.tech_lead,
        now=at(3, 11),
    )
    sweep_until(NOW)
    before, after = totals(tried(org, draft_with(org, standard, ladders={})))
    assert before == after == [2, 1, 0, 0]


def test_a_kind_without_time_is_not_started(org, standard):
    start(org.tech, org.tech1, kind="confirm")
    sweep_until(at(4))
    draft = draft_with(org, standard, targets={"confirm": "by_promise"})
    replay = tried(org, draft)
    before, after = totals(replay)
    assert sum(before) > 0 == sum(after)
    assert replay.result["clocks"]["unstarted"] == 1


def test_cases_of_other_policies_and_silence_count_as_they_were(org, standard):
    other = create_policy(
        actor=org.comp1, code="grave", name_en="Grave", name_zh="重大", rank=1, now=MONDAY
    )
    activate_version(version=other, actor=org.comp1, running=False, seen=None, now=MONDAY)
    chosen("C-2")
    start(org.tech, org.tech1, stream="C-2", subject="T-2", due_at=at(3))
    start(org.tech, org.tech1, kind="stall")
    sweep_until(at(20))
    replay = tried(org, draft_with(org, standard, ladders=quiet()))
    before, after = totals(replay)
    assert before == after
    assert replay.result["clocks"] == {"others": 1, "stalls": 1}


def test_a_wider_scope_takes_cases_from_below(org, standard):
    """A draft that takes grave cases changes what they would have heard."""
    start(org.tech, org.tech1, due_at=at(3))
    sweep_until(at(3, 10))
    grave = create_policy(
        actor=org.comp1, code="grave", name_en="Grave", name_zh="重大", rank=1, now=MONDAY
    )
    assert Policy.objects.count() == 2
    draft = draft_with(org, grave, applies_to={"severities": ["major"]}, ladders=quiet())
    assert totals(tried(org, draft)) == ([2, 1, 0, 0], [1, 0, 0, 0])
    draft = draft_with(org, grave, applies_to={"severities": ["ordinary"]})
    before, after = totals(tried(org, draft))
    assert before == after


def test_what_was_said_before_the_window_is_not_counted(org, standard):
    start(org.tech, org.tech1, due_at=at(3))
    sweep_until(NOW)
    before, after = totals(tried(org, draft_with(org, standard, ladders={}), days=1))
    # Every day the executive hears it again.
    assert before == after == [0, 0, 0, 1]


def test_two_departments_late_in_one_case_reach_whom_they_reached(org, standard):
    start(org.tech, org.tech1, due_at=at(3))
    start(org.biz, org.biz1, subject="T-2", due_at=at(4))
    with transaction.atomic():
        services.raise_escalation(
            stream=CASE,
            subject=CASE,
            label="?",
            department=org.tech,
            severity="major",
            reason="by_hand",
            actor=org.biz1,
            text="Decide.",
            now=at(2, 10),
        )
    sweep_until(NOW)
    replay = tried(org, standard)
    assert replay.result["by_day"][0] == replay.result["by_day"][1]
    assert replay.result["most"][0] == replay.result["most"][1]
    for each in replay.result["people"]:
        assert all(before == after for _day, before, after in each["days"]), each

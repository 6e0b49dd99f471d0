"""Raised, acknowledged, decided, withdrawn: by whom, with what, and who sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from departments.models import Department
from departments.standing import forget_standing
from escalations.errors import NobodyToTell
from escalations.models import Deadline, Escalation
from escalations.services import (
    acknowledge_escalation,
    cancel_deadline,
    decide_escalation,
    meet_deadline,
    move_deadline,
    pause_deadline,
    raise_escalation,
    resume_deadline,
    sweep,
    withdraw_escalations,
)
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)
CASE = "C-2026-00001"


@pytest.fixture
def overdue(org):
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    return Escalation.objects.get()


def ask(org, **more):
    return raise_escalation(
        **{
            "stream": CASE,
            "subject": CASE,
            "label": "Mr X cannot redeem",
            "department": org.tech,
            "severity": "major",
            "reason": "by_hand",
            "actor": org.tech1,
            "text": "Repair the order by hand, or wait for the fix?",
            "now": MONDAY,
            **more,
        }
    )


def decide(escalation, actor, **more):
    return decide_escalation(
        **{
            "escalation": escalation,
            "outcome": "instruction",
            "note": "By hand, today.",
            "actor": actor,
            "now": at(4, 10),
            **more,
        }
    )


# --- By hand ------------------------------------------------------------------------------------


def test_a_person_asks_their_leader(org):
    escalation = ask(org)
    assert (escalation.leader, escalation.seat, escalation.level) == (org.tech_lead, org.tech, 1)
    assert escalation.raised_by == org.tech1
    notice = Notice.objects.get(reader=org.tech_lead)
    assert (notice.kind, notice.subject) == ("escalation", escalation.reference)
    clock = Deadline.objects.get()
    assert (clock.subject, clock.kind, clock.owner) == (
        escalation.reference,
        "decide",
        org.tech_lead,
    )
    assert clock.due_at == at(2, 13)


def test_its_words_are_not_in_the_journal(org):
    escalation = ask(org)
    assert escalation.text.startswith("Repair")
    entry = Entry.objects.get(tag="escalation:raised")
    assert escalation.last_entry == entry
    assert "Repair" not in str(entry.data)
    assert entry.data["route"][0]["why"] == "told"


def test_a_leader_who_asks_is_answered_by_the_one_above(org):
    assert ask(org, actor=org.tech_lead).leader == org.ceo


def test_a_quarrel_goes_to_the_lowest_leader_above_both(org):
    head = Department.objects.create(
        code="it", name_en="IT", name_zh="IT", kind="technology", parent=org.exec, leader=org.ops1
    )
    Department.objects.filter(pk__in=[org.tech.pk, org.biz.pk]).update(parent=head)
    raised = ask(org, reason="returned_twice", actor=None, text="", between=(org.biz, org.tech))
    assert (raised.leader, raised.seat, raised.department) == (org.ops1, head, org.tech)


def test_a_second_cause_joins_the_open_one(org):
    first = ask(org)
    again = ask(org, text="And who tells the customer?")
    assert again == first
    assert Escalation.objects.get().text.endswith("And who tells the customer?")
    assert Deadline.objects.count() == 1
    assert Notice.objects.filter(reader=org.tech_lead).count() == 2


def test_another_reason_is_another_escalation(org):
    assert ask(org) != ask(org, reason="returned_twice", actor=None, text="")


def test_a_person_says_what_is_to_be_decided(org):
    with pytest.raises(Invalid) as refused:
        ask(org, text="  ")
    assert refused.value.field == "text"


def test_without_any_leader_it_says_so(org):
    Department.objects.update(leader=None)
    org.biz.deputyships.all().delete()
    with pytest.raises(NobodyToTell):
        ask(org)


def test_a_leader_who_does_not_decide_is_passed(org):
    escalation = ask(org)
    sweep(now=at(2, 13))
    escalation.refresh_from_db()
    assert (escalation.level, escalation.leader) == (2, org.ceo)
    clock = Deadline.objects.get()
    assert clock.owner == org.ceo
    assert Escalation.objects.count() == 1
    sweep(now=at(3, 12))
    sweep(now=at(4, 12))
    escalation.refresh_from_db()
    assert (escalation.level, escalation.leader) == (3, org.ceo)


def test_an_absent_leader_has_a_stand_in(org):
    org.away(org.tech_lead, stand_in=org.tech2, starts_at=MONDAY)
    assert ask(org).leader == org.tech2


# --- Acknowledge and decide ---------------------------------------------------------------------


def test_acknowledged_it_keeps_climbing(org, overdue):
    seen = acknowledge_escalation(escalation=overdue, actor=org.tech_lead, now=at(4, 9), version=1)
    assert (seen.state, seen.version) == ("acknowledged", 2)
    sweep(now=at(4, 17))
    seen.refresh_from_db()
    assert (seen.state, seen.level, seen.leader) == ("acknowledged", 2, org.ceo)


def test_acknowledging_twice_is_refused(org, overdue):
    acknowledge_escalation(escalation=overdue, actor=org.tech_lead, now=at(4, 9))
    with pytest.raises(IllegalMove):
        acknowledge_escalation(escalation=overdue, actor=org.tech_lead, now=at(4, 9))


def test_a_decision_is_recorded_and_stops_the_climb(org, overdue):
    decided = decide(overdue, org.tech_lead)
    assert (decided.state, decided.outcome, decided.decided_by) == (
        "decided",
        "instruction",
        org.tech_lead,
    )
    assert sweep(now=at(20)).fired == 0
    clock = Deadline.objects.get()
    assert (clock.state, clock.wake_at, clock.decided) == ("running", None, True)
    entry = Entry.objects.get(tag="escalation:decided")
    assert entry.data["outcome"] == "instruction"
    assert "By hand" not in str(entry.data)
    told = Notice.objects.get(kind="escalation_decided")
    assert (told.reader, told.data["note"]) == (org.tech1, "By hand, today.")


def test_a_moved_clock_climbs_again(org, overdue):
    decide(overdue, org.tech_lead)
    move_deadline(
        subject="T-1", kind="deliver", due_at=at(6, 18), reason="x", actor=None, now=at(4, 11)
    )
    sweep(now=at(6, 18))
    again = Escalation.objects.open().get()
    assert (again.level, again.reason) == (1, "overdue")


def test_a_pause_does_not_undo_a_decision(org, overdue):
    decide(overdue, org.tech_lead)
    pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(4, 11))
    resume_deadline(subject="T-1", kind="deliver", reason="blocked", now=at(5, 11))
    assert sweep(now=at(20)).fired == 0


def test_deciding_by_hand_meets_the_leaders_date(org):
    decide(ask(org), org.tech_lead, now=at(2, 12))
    assert Deadline.objects.get().state == "met"


@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [("", "x", "outcome"), ("shrug", "x", "outcome"), ("no_action", " ", "note")],
)
def test_a_decision_needs_an_outcome_and_a_reason(org, overdue, outcome, note, field):
    with pytest.raises(Invalid) as refused:
        decide(overdue, org.tech_lead, outcome=outcome, note=note)
    assert refused.value.field == field


def test_only_once(org, overdue):
    decide(overdue, org.tech_lead)
    with pytest.raises(IllegalMove):
        decide(overdue, org.tech_lead)


def test_of_two_at_once_the_second_sees_what_changed(org, overdue):
    acknowledge_escalation(escalation=overdue, actor=org.tech_lead, now=at(4, 9))
    with pytest.raises(Conflict) as conflict:
        decide(overdue, org.tech_lead, version=1)
    assert conflict.value.since[0].tag == "escalation:acknowledged"


@pytest.mark.parametrize("person", ["tech_lead", "ceo"])
def test_the_leader_and_those_above_may_decide(org, overdue, person):
    assert decide(overdue, org.people[person]).state == "decided"


@pytest.mark.parametrize(
    "person", ["tech1", "tech2", "biz_lead", "cs1", "comp1", "admin", "auditor", "outsider"]
)
def test_nobody_else(org, overdue, person):
    with pytest.raises(NotAllowed):
        decide(overdue, org.people[person])


def test_deputies_and_stand_ins_may(org):
    start(org.biz, org.biz1, due_at=DUE)
    sweep(now=DUE)
    org.away(org.biz_lead, stand_in=org.biz2, starts_at=DUE)
    escalation = Escalation.objects.get()
    for person in (org.biz_deputy, org.biz2):
        forget_standing(person)
        with transaction.atomic():
            assert decide(escalation, person).state == "decided"
            transaction.set_rollback(True)


def test_the_database_holds_that_a_decision_has_an_outcome(overdue):
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.update(state="decided")


# --- Withdrawn ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [meet_deadline, cancel_deadline])
def test_withdrawn_with_its_cause(org, overdue, end):
    end(subject="T-1", kind="deliver", now=at(4, 9))
    overdue.refresh_from_db()
    assert (overdue.state, overdue.ended_at) == ("withdrawn", at(4, 9))
    assert Notice.objects.filter(reader=org.tech_lead, kind="escalation_withdrawn").exists()
    assert Entry.objects.filter(tag="escalation:withdrawn").count() == 1


def test_it_stays_while_another_cause_lives(org, overdue):
    start(org.tech, org.tech2, subject="T-2", due_at=at(4, 9))
    sweep(now=at(4, 9))
    meet_deadline(subject="T-1", kind="deliver", now=at(4, 9))
    overdue.refresh_from_db()
    assert overdue.state == "raised"
    assert withdraw_escalations(stream=CASE, subject="T-1", now=at(4, 9)) == 0
    meet_deadline(subject="T-2", kind="deliver", now=at(4, 9))
    overdue.refresh_from_db()
    assert overdue.state == "withdrawn"


def test_what_was_asked_by_hand_goes_with_its_subject(org):
    escalation = ask(org, subject="T-7", reason="returned_twice", actor=None, text="")
    assert withdraw_escalations(stream=CASE, subject="T-8", now=MONDAY) == 0
    assert withdraw_escalations(stream=CASE, subject="T-7", now=MONDAY) == 1
    escalation.refresh_from_db()
    assert escalation.state == "withdrawn"
    assert Deadline.objects.get().state == "cancelled"


def test_a_case_that_ends_withdraws_all_of_them(org, overdue):
    ask(org)
    assert withdraw_escalations(stream=CASE, now=at(4, 9)) == 2
    assert not Escalation.objects.open().exists()


def test_a_decided_one_is_not_withdrawn(org, overdue):
    decide(overdue, org.tech_lead)
    meet_deadline(subject="T-1", kind="deliver", now=at(4, 12))
    overdue.refresh_from_db()
    assert overdue.state == "decided"


# --- Who sees it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("tech_lead", True),
        ("ceo", True),
        ("cs1", True),
        ("comp1", True),
        ("auditor", True),
        ("tech1", False),
        ("biz_lead", False),
        ("admin", False),
        ("outsider", False),
    ],
)
def test_who_sees_it(org, overdue, person, sees):
    visible = Escalation.objects.visible_to(org.people[person])
    assert visible.contains(overdue) is sees


def test_who_asked_sees_the_answer(org):
    assert Escalation.objects.visible_to(org.tech1).contains(ask(org))


def test_a_stand_in_sees_it_while_standing_in(org, overdue):
    absence = org.away(org.tech_lead, stand_in=org.tech2)
    assert Escalation.objects.visible_to(org.tech2).contains(overdue)
    absence.delete()
    forget_standing(org.tech2)
    assert not Escalation.objects.visible_to(org.tech2).contains(overdue)


def test_the_leader_of_a_joined_cause_sees_it(org, overdue):
    start(org.biz, org.biz1, subject="T-2", due_at=at(4, 9))
    sweep(now=at(4, 9))
    assert Escalation.objects.visible_to(org.biz_lead).contains(overdue)


def test_inactive_people_see_and_decide_nothing(org, overdue):
    org.tech_lead.is_active = False
    org.tech_lead.save()
    assert not Escalation.objects.visible_to(org.tech_lead).exists()
    with pytest.raises(NotAllowed):
        decide(overdue, org.tech_lead)


def test_it_repeats_daily_until_decided(org, overdue):
    for day in (4, 5, 6, 9, 10):
        sweep(now=at(day, 17))
    before = Notice.objects.filter(reader=org.ceo, kind="escalation").count()
    sweep(now=at(11, 17))
    assert Notice.objects.filter(reader=org.ceo, kind="escalation").count() == before + 1
    overdue.refresh_from_db()
    decide(overdue, org.ceo, now=at(12, 9))
    assert sweep(now=at(12, 17) + timedelta(days=30)).fired == 0

"""What a clock is foreseen to say is what the sweep then says: when, on which level, to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import Department, Deputyship, User
from escalations.deadlinefile import open_deadline
from escalations.models import Deadline, Escalation
from escalations.services import (
    decide_escalation,
    meet_deadline,
    pause_deadline,
    raise_escalation,
    sweep,
)
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)


def foreseen(deadline: Deadline, now) -> list[tuple]:
    fresh = Deadline.objects.select_related("department").get(pk=deadline.pk)
    return [
        (row.at, row.index, row.level, [person.username for person in row.people])
        for row in open_deadline(fresh, now).coming
    ]


def swept(deadline: Deadline, since) -> list[tuple]:
    rows = deadline.firings.filter(state="fired", fired_at__gte=since).order_by("fired_at", "rung")
    found = []
    for row in rows:
        people = row.entry.data["told"]
        names = dict(User.objects.filter(pk__in=people).values_list("pk", "username"))
        found.append((row.fired_at, row.rung, row.level, [names[pk] for pk in people]))
    return found


def let_come(foresight: list[tuple]) -> None:
    for instant, *_ in foresight:
        assert sweep(now=instant - timedelta(seconds=1)).fired == 0
        assert sweep(now=instant).failed == 0


def test_a_whole_ladder(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    found = foreseen(deadline, MONDAY)
    assert [(level, people) for _, _, level, people in found] == [
        (0, ["tech1"]),
        (0, ["tech1"]),
        (1, ["tech1", "tech_lead"]),
        (2, ["tech1", "ceo"]),
        (3, ["tech1", "ceo"]),
    ]
    let_come(found)
    assert swept(deadline, MONDAY) == found


def test_a_repetition_after_the_last_rung(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(6, 17))
    found = foreseen(deadline, at(6, 17))
    assert [index for _, index, *_ in found] == [6]
    let_come(found)
    assert swept(deadline, at(6, 18)) == found


def test_the_clock_of_a_question_passes_its_owner_on(org):
    asked = raise_escalation(
        stream="C-2026-00001", subject="T-1", label="Manual or not?", department=org.tech,
        severity="major", reason="by_hand", actor=org.cs1, text="Decide.", now=MONDAY,
    )  # fmt: skip
    deadline = Deadline.objects.get(subject=asked.reference)
    found = foreseen(deadline, MONDAY)
    let_come(found)
    assert swept(deadline, MONDAY) == found
    assert "ceo" in found[-1][3]


def test_joining_what_another_department_let_pass(org):
    start(org.biz, org.biz1, subject="T-0", due_at=DUE - timedelta(hours=2))
    sweep(now=DUE - timedelta(hours=2))
    deadline = start(org.tech, org.tech1, due_at=DUE, now=DUE - timedelta(hours=1))
    Deadline.objects.exclude(pk=deadline.pk).update(wake_at=None)
    found = foreseen(deadline, DUE - timedelta(hours=1))
    assert found[0][3] == ["tech1"]
    assert set(found[1][3]) == {"tech1", "tech_lead", "ceo"}
    let_come(found)
    assert swept(deadline, MONDAY) == found


def test_after_an_outage_the_highest_speaks_and_the_lower_are_left_out(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    fresh = Deadline.objects.select_related("department").get(pk=deadline.pk)
    row = open_deadline(fresh, at(4, 10)).coming[0]
    assert (row.index, row.leaves_out, row.level) == (2, 2, 1)
    sweep(now=at(4, 10))
    assert swept(deadline, MONDAY)[0][1:3] == (2, 1)


SILENT = {
    "paused": lambda: pause_deadline(subject="T-1", kind="deliver", reason="blocked", now=MONDAY),
    "met": lambda: meet_deadline(subject="T-1", kind="deliver", now=MONDAY),
}


@pytest.mark.parametrize("why", SILENT)
def test_a_clock_that_is_silent_says_why(org, why):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    with transaction.atomic():
        SILENT[why]()
    file = open_deadline(Deadline.objects.get(pk=deadline.pk), MONDAY)
    assert file.silent
    assert not file.coming
    assert not file.afterwards


def test_decided_is_silent(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    decide_escalation(
        escalation=Escalation.objects.get(), outcome="risk_accepted", note="So be it.",
        actor=org.tech_lead, now=DUE,
    )  # fmt: skip
    Deadline.objects.update(wake_at=None)
    file = open_deadline(Deadline.objects.get(pk=deadline.pk), DUE)
    assert "decided" in file.silent


def test_a_ladder_that_cannot_be_read_is_said(org):
    deadline = start(org.tech, org.tech1, due_at=DUE)
    Deadline.objects.filter(pk=deadline.pk).update(ladder=[{"when": "never"}])
    file = open_deadline(Deadline.objects.get(pk=deadline.pk), MONDAY)
    assert "cannot be read" in file.silent


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_is_foreseen_is_what_fires(org, data):
    """However departments, absences, accounts, severity, owner and the hour of looking are."""
    before = transaction.savepoint()
    try:
        shake(org, data.draw)
        deadline = start(
            org.tech,
            data.draw(st.sampled_from([org.tech1, org.tech_lead, None])),
            severity=data.draw(st.sampled_from(["major", "serious", "ordinary"])),
            due_at=DUE,
        )
        look = MONDAY + timedelta(hours=data.draw(st.integers(0, 80)))
        sweep(now=look)
        found = foreseen(deadline, look)
        for instant, *_ in found:
            sweep(now=instant)
        assert swept(deadline, look + timedelta(seconds=1)) == found
    finally:
        transaction.savepoint_rollback(before)


def shake(org, draw) -> None:
    people = [org.tech1, org.tech2, org.tech_lead, org.biz_lead, org.ceo]
    for person in people:
        if draw(st.booleans()):
            stand_in = draw(st.sampled_from([None, *(one for one in people if one != person)]))
            org.away(person, stand_in=stand_in, starts_at=at(1), days=40)
    gone = draw(st.sets(st.sampled_from([org.tech1.pk, org.tech_lead.pk, org.biz_lead.pk])))
    User.objects.filter(pk__in=gone).update(is_active=False)
    parent = draw(st.sampled_from([org.exec, org.biz, None]))
    leader = draw(st.sampled_from([org.tech_lead, org.tech1, None]))
    Department.objects.filter(pk=org.tech.pk).update(parent=parent, leader=leader)
    if draw(st.booleans()):
        Deputyship.objects.create(person=org.tech2, department=org.tech)

"""What the engine says to people, as they read it."""

from __future__ import annotations

import pytest

from departments.models import Department
from escalations.models import Deadline, Escalation
from escalations.services import decide_escalation, raise_escalation, sweep, withdraw_escalations
from notifications.models import Notice
from notifications.texts import as_read_by, text_of
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)
LABEL = "Was the refund promised?"


def read(kind):
    notice = Notice.objects.filter(kind=kind).select_related("reader", "entry__actor").latest("pk")
    with as_read_by(notice.reader):
        return text_of(notice)


def test_a_reminder(org):
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    text = read("reminder")
    assert text.subject == f"Due soon: {LABEL}"
    assert "T-1 is due by 3 Mar 2026, 18:00." in text.body
    assert "deliver as promised" in text.body


def test_overdue_and_an_escalation(org):
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    assert read("overdue").subject == f"Overdue: {LABEL}"
    assert "level 1" in read("overdue").body
    asked = read("escalation")
    assert asked.subject == f"Needs your decision: {LABEL}"
    assert "C-2026-00001 was raised to you as E-" in asked.body
    assert "overdue (level 1)" in asked.body


def test_before_the_first_level_it_says_what_comes_next(org):
    start(org.tech, org.tech1, due_at=DUE, severity="ordinary")
    sweep(now=DUE)
    assert "Next, a leader is asked to decide." in read("overdue").body


def test_asked_decided_withdrawn(org):
    asked = {
        "stream": "C-1",
        "subject": "C-1",
        "label": LABEL,
        "department": org.tech,
        "now": MONDAY,
    }
    by_hand = raise_escalation(
        **asked, severity="major", reason="by_hand", actor=org.tech1, text="A or B?"
    )
    assert "A or B?" in read("escalation").body
    decide_escalation(
        escalation=by_hand, outcome="more_people", note="Take two.", actor=org.tech_lead, now=MONDAY
    )
    text = read("escalation_decided")
    assert text.subject == f"Decided: {LABEL}"
    assert f"decided {by_hand.reference}: More people." in text.body
    assert text.body.endswith("Take two.")
    raise_escalation(**asked, severity="major", reason="returned_twice", actor=None, text="")
    withdraw_escalations(stream="C-1", now=MONDAY)
    assert read("escalation_withdrawn").subject == f"No decision needed any more: {LABEL}"


def test_alarms(org):
    Department.objects.exclude(pk=org.ops.pk).update(leader=None)
    org.biz.deputyships.all().delete()
    start(org.tech, None, due_at=DUE)
    start(org.tech, None, subject="T-2", stream="C-2", due_at=DUE)
    Deadline.objects.filter(subject="T-2").update(ladder=[])
    sweep(now=DUE)
    assert "from T-1" in read("alarm_last_resort").body
    assert "T-2" in read("alarm_deadline_failed").body
    assert Escalation.objects.get().leader == org.ops_lead

"""Old data that routing goes round: somebody is told all the same, and the administrators hear."""

from __future__ import annotations

from datetime import timedelta

import pytest

from departments.models import Absence, Department, User
from escalations.models import Escalation
from escalations.services import sweep
from journal.models import Entry
from notifications.models import Notice
from notifications.texts import text_of
from tests.escalations.clocks import at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)


def alarms() -> list[str]:
    return list(Entry.objects.filter(stream="SYSTEM").order_by("seq").values_list("tag", flat=True))


def test_a_sound_organisation_raises_no_alarm(org):
    start(org.tech, org.tech1, due_at=DUE)
    assert sweep(now=DUE).fired == 1
    assert alarms() == []


def test_an_inactive_leader_is_gone_round_with_an_alarm(org):
    User.objects.filter(pk=org.tech_lead.pk).update(is_active=False)
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    assert Escalation.objects.get().leader == org.ceo
    assert alarms() == ["alarm:leader_inactive"]
    notice = Notice.objects.get(kind="alarm_leader_inactive")
    assert notice.reader == org.admin
    assert "T-1" in text_of(notice).body


def test_an_owner_who_has_left_is_for_the_leader(org):
    start(org.tech, org.tech1, due_at=DUE)
    User.objects.filter(pk=org.tech1.pk).update(is_active=False)
    sweep(now=DUE)
    assert Notice.objects.filter(reader=org.tech_lead).exists()
    assert alarms() == []


def test_a_circle_of_departments_is_cut_with_an_alarm_once_an_hour(org):
    Department.objects.filter(pk=org.biz.pk).update(parent=org.tech)
    Department.objects.filter(pk=org.tech.pk).update(parent=org.biz)
    start(org.tech, org.tech1, due_at=DUE)
    start(org.biz, org.biz1, subject="T-2", due_at=DUE)
    sweep(now=DUE)
    assert Escalation.objects.count() == 1
    assert alarms() == ["alarm:department_circle"]
    start(org.ops, org.ops1, subject="T-3", stream="C-2026-00002", due_at=DUE)
    start(org.tech, org.tech1, subject="T-4", stream="C-2026-00003", due_at=at(3, 17, 30))
    sweep(now=DUE + timedelta(minutes=30))
    assert alarms() == ["alarm:department_circle"]


def test_people_away_who_stand_in_for_each_other(org):
    for person, stand_in in ((org.tech1, org.tech2), (org.tech2, org.tech1)):
        Absence.objects.create(person=person, stand_in=stand_in, starts_at=at(2), ends_at=at(20))
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    assert alarms() == ["alarm:stand_in_circle"]
    assert Notice.objects.get(subject="T-1").reader == org.tech_lead


def test_stand_ins_of_stand_ins_who_are_there_raise_none(org):
    org.away(org.tech1, stand_in=org.tech2, starts_at=at(2), days=20)
    org.away(org.tech2, stand_in=org.biz1, starts_at=at(2), days=20)
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(3, 9))
    assert alarms() == []
    assert Notice.objects.get(subject="T-1").reader == org.biz1

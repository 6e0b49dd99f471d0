"""Quiet hours and digests delay a reminder, never a major complaint that has climbed."""

from __future__ import annotations

import copy
from datetime import time

import pytest

from escalations.models import Deadline
from escalations.services import install_default_policy, sweep
from notifications.models import Delivery, Notice, Preference
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
DUE = at(3, 18)


@pytest.fixture(autouse=True)
def asleep(org):
    """Everybody sleeps from five in the afternoon, and reads their mail at noon."""
    Preference.objects.bulk_create(
        Preference(user=person, quiet_from=time(17), quiet_until=time(8), digest_first=time(12))
        for person in org.people.values()
    )


def mail(person):
    return Delivery.objects.filter(reader=person).latest("pk")


@pytest.mark.parametrize(
    ("severity", "level_two_at_once"), [("major", True), ("serious", False), ("ordinary", False)]
)
def test_only_a_major_one_that_has_climbed_waits_for_nobody(org, severity, level_two_at_once):
    deadline = start(org.tech, org.tech1, severity=severity, due_at=DUE)
    Deadline.objects.filter(pk=deadline.pk).update(
        ladder=[
            {"when": {"offset": 0}, "who": ["leader"], "level": 1},
            {"when": {"offset": 1}, "who": ["leader_above"], "level": 2},
        ],
        wake_at=DUE,
        rung=0,
    )
    sweep(now=at(3, 18))
    assert mail(org.tech_lead).next_attempt_at == at(4, 8)
    sweep(now=at(4, 18))
    at_once = mail(org.ceo).next_attempt_at == at(4, 18)
    assert at_once == level_two_at_once
    assert Notice.objects.filter(reader=org.ceo).exists()


def test_a_rung_that_speaks_in_the_app_sends_no_mail(org):
    version = install_default_policy(now=MONDAY)
    rules = copy.deepcopy(version.rules)
    quiet = [{"when": {"offset": 0}, "who": ["owner"], "level": 0, "channels": ["in_app"]}]
    rules["ladders"]["deliver"] = {"*": quiet}
    version.rules = rules
    version.save()
    start(org.tech, org.tech1, due_at=DUE)
    sweep(now=DUE)
    assert Notice.objects.filter(reader=org.tech1).exists()
    assert not Delivery.objects.exists()


def test_what_joins_an_urgent_question_is_urgent(org):
    first = start(org.tech, org.tech1, due_at=DUE)
    sweep(now=at(4, 17))  # eight working hours late: level 2
    second = start(org.tech, org.tech1, subject="T-2", now=at(4, 17), due_at=at(4, 18))
    told = Delivery.objects.count()
    sweep(now=at(4, 18))
    assert first.escalations.get() == second.escalations.get()
    joined = Delivery.objects.order_by("pk")[told:]
    assert {delivery.next_attempt_at for delivery in joined} == {at(4, 18)}

"""The date proposed when a department is asked: the policy's, by that department's hours."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from departments.models import WorkCalendar
from escalations.services import install_default_policy
from tests.complaints.factories import file_case
from tests.escalations.clocks import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(org):
    with time_machine.travel(MONDAY, tick=False):
        install_default_policy(now=MONDAY)
        yield file_case(org.cs1, now=MONDAY, severity="serious")


def asked(client, org, case, query=""):
    client.force_login(org.cs1)
    address = reverse("complaints:move_complaint", args=[case.reference, "ask"])
    return client.get(address + query).content.decode()


def test_two_working_days_for_a_serious_one(client, org, case):
    assert 'value="2026-03-04T18:00"' in asked(client, org, case)


def test_by_the_hours_of_whom_one_asks(client, org, case):
    late = WorkCalendar.objects.create(
        name_en="Late", name_zh="晚班", zone="Asia/Shanghai", week=[[["12:00", "20:00"]]] * 7
    )
    org.tech.calendar = late
    org.tech.save()
    assert 'value="2026-03-04T20:00"' in asked(client, org, case, f"?department={org.tech.pk}")


@pytest.mark.parametrize("odd", ["x", "-1", "²", "9" * 40])
def test_odd_departments_are_none(client, org, case, odd):
    assert 'value="2026-03-04T18:00"' in asked(client, org, case, f"?department={odd}")

"""People and departments as the database keeps them."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone, translation

from departments.models import Absence, CalendarDay, Department, Deputyship, Membership, User
from tests.personas import build_org

NOW = timezone.now()


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_createsuperuser(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "cranes-over-the-lake")
    call_command(
        "createsuperuser",
        interactive=False,
        username="root",
        email="root@example.com",
        name="Root",
        stdout=StringIO(),
    )
    root = User.objects.get(username="root")
    assert root.is_superuser
    assert root.check_password("cranes-over-the-lake")
    assert root.get_full_name() == root.get_short_name() == str(root) == "Root"


def test_a_person_without_a_name_goes_by_the_account():
    assert str(User(username="root")) == "root"


@pytest.mark.parametrize(("language", "name"), [("en", "Technology"), ("zh-hans", "科技")])
def test_a_department_goes_by_the_readers_language(org, language, name):
    with translation.override(language):
        assert str(org.tech) == org.tech.name == name
        assert name in str(Membership(person=org.tech1, department=org.tech))
        assert name in str(Deputyship(person=org.tech1, department=org.tech))


def test_what_differs_and_who_is_away_in_a_line(org):
    assert str(org.holiday(date(2026, 5, 1), "Labour Day")) == "2026-05-01 Labour Day"
    starts_at = NOW.replace(2026, 5, 1)
    away = Absence(person=org.cs1, starts_at=starts_at, ends_at=starts_at + timedelta(2))
    assert str(away) == "客服1 陈静 2026-05-01–2026-05-03"


def test_the_database_refuses_what_cannot_be(org):
    refused(lambda: Department.objects.filter(pk=org.cs.pk).update(parent=org.cs))
    refused(lambda: Membership.objects.create(person=org.cs1, department=org.cs))
    refused(lambda: Deputyship.objects.create(person=org.biz_deputy, department=org.biz))
    refused(lambda: org.away(org.cs1, stand_in=org.cs1))
    refused(lambda: org.away(org.cs1, days=0))
    org.holiday(date(2026, 5, 1))
    refused(lambda: CalendarDay.objects.create(calendar=org.calendar, date=date(2026, 5, 1)))


def test_who_leads_or_stands_in_is_not_deleted(org):
    org.away(org.cs1, stand_in=org.cs2)
    for person in (org.tech_lead, org.cs2):
        with pytest.raises(ProtectedError), transaction.atomic():
            person.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        org.exec.delete()


def test_the_organisation_of_the_tests_is_made_in_few_queries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        org = build_org()
    assert len(org.people) == 17
    assert Department.objects.exclude(leader=None).count() == len(org.departments) == 6

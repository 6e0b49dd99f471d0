"""Production does not start with accounts whose password is printed."""

from __future__ import annotations

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from departments.checks import no_demo_accounts
from departments.loader import load_demo
from departments.models import User

pytestmark = pytest.mark.django_db


def test_clean_without_demo_people(org):
    assert no_demo_accounts() == []


def test_demo_people_are_an_error_until_none_is_active():
    load_demo()
    (error,) = no_demo_accounts()
    assert error.id == "departments.E001"
    assert "20 demo accounts" in error.msg
    assert error.is_serious()
    User.objects.filter(is_demo=True).update(is_active=False)
    assert no_demo_accounts() == []


def test_it_is_asked_on_deployment_only():
    load_demo()

    def found(**options):
        return {message.id for message in run_checks(tags=[Tags.security], **options)}

    assert "departments.E001" in found(include_deployment_checks=True)
    assert "departments.E001" not in found()


def test_without_tables_it_says_what_to_do():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE departments_user RENAME TO elsewhere")
    (warning,) = no_demo_accounts()
    assert warning.id == "departments.W001"
    assert "Migrate" in warning.hint

"""Migrations: nothing is missing, and each has a name that says what it does."""

import re

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

FLOORS = {"departments", "journal", "notifications", "escalations", "complaints"}


@pytest.mark.django_db
def test_no_model_waits_for_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_migration_has_a_name():
    ours = [key for key in MigrationLoader(None).disk_migrations if key[0] in FLOORS]
    assert {app for app, _name in ours} == FLOORS
    assert not [name for _app, name in ours if re.search(r"_auto_|_alter_.*_and_more", name)]

"""The description: current, without a warning, complete; and a page to read it on."""

from __future__ import annotations

from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS

from complaints.api.schema import description
from complaints.api.written import PATH, written
from complaints.forms import forms_of
from complaints.kinds import kinds
from tests.api.client import Program


def test_the_committed_description_is_current():
    said = "Write it anew: .venv/bin/python manage.py write_openapi"
    assert PATH.read_text(encoding="utf-8") == written(), said


def test_it_is_made_without_a_warning():
    description.cache_clear()
    GENERATOR_STATS.reset()
    description()
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    assert description()["openapi"] == "3.1.0"


def test_every_move_of_every_kind_is_in_it():
    operations = {
        operation["operationId"] for path in description()["paths"].values()
        for operation in path.values()
    }  # fmt: skip
    moves = {f"{kind.noun}_{verb}" for kind in kinds() for verb in forms_of(kind.noun)}
    assert moves <= operations


def test_who_asks_gets_it_in_yaml_or_json(org):
    program = Program(org.outsider)
    yaml = program.get("schema/")
    assert yaml["Content-Type"].startswith("application/yaml")
    assert program.get("schema/", Accept="application/json").json()["openapi"] == "3.1.0"
    assert Client().get("/api/v1/schema/").status_code == 401


def test_its_page_runs_no_script_of_its_own(org):
    client = Client()
    client.force_login(org.cs1)
    page = client.get("/api/")
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()
    assert 'style="' not in page.content.decode()

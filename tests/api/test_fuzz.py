"""Whatever the description allows, and what it does not, sent by each role: every answer is told.

`script/api-fuzz` sends many times as much.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from complaints.api.schema import description
from config.wsgi import application
from departments.standing import forget_standing
from tests.api.client import Program
from tests.house.scene import WORDS_OF_FOREIGN, Scene, build_scene

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "1"))
ROLES = {
    "cs1": True, "biz1": False, "tech1": False, "ops1": True, "biz_lead": False, "comp1": True,
    "admin": False, "auditor": True,
}  # fmt: skip
"""Who, and whether they may see the foreign case."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]

pytestmark = [
    pytest.mark.xdist_group("api-fuzz"),
    # The client of the other side leaves a file that it was sent to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def scene(org, settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    settings.API_RATES = {"token": 10**9, "person": 10**9}
    return build_scene(org)


@pytest.fixture(autouse=True)
def _one_connection():
    """All of it happens in one transaction: no request may close what it runs in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


def real(scene: Scene, path: str) -> list[str]:
    """What there is at such an address: one's own and the others'."""
    plural = path.removeprefix("/api/v1/").partition("/")[0]
    named = {
        "complaints": ("own", "foreign"), "tickets": ("asked", "ticket", "below"),
        "commitments": ("promise", "answer"), "extensions": ("later", "leaders"),
        "escalations": ("question", "elsewhere"),
    }  # fmt: skip
    if plural == "attachments":
        return [str(case.attachments.get().token) for case in (scene.own, scene.foreign)]
    if plural == "customers":
        return [str(scene.own.customer_id)]
    return [scene.things[name].reference for name in named.get(plural, ())]


def ask(operation: Any, data: Any, program: Program, known: list[str]) -> Any:
    mode = data.draw(st.sampled_from(MODES))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    if known and case.path_parameters:
        # Hardly anything strange reaches further than an address that leads to something.
        name = next(iter(case.path_parameters))
        case.path_parameters[name] = data.draw(st.sampled_from(known))
    headers = {"Authorization": f"Bearer {program.key}", "Accept-Encoding": "identity"}
    forget_standing(program.person)
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    case.validate_response(answer, checks=CHECKS, headers=headers)
    return answer


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_a_declared_one(org, scene, operations, role):
    program = Program(org.people[role])

    def one(operation: Any) -> None:
        known = real(scene, operation.path)

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
            derandomize=EXAMPLES < 10, suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(data=st.data())
        def tried(data: Any) -> None:
            answer = ask(operation, data, program, known)
            words = [word for word in WORDS_OF_FOREIGN if word in answer.text]
            assert ROLES[role] or not words, (operation.path, words)

        tried()

    for operation in operations:
        one(operation)



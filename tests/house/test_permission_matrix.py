"""Every address of the site, asked for by everybody: `matrix.py` says how it must end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.states import COMMITMENT_MOVES, COMPLAINT_MOVES, ESCALATION_MOVES, TICKET_MOVES
from tests.house import matrix
from tests.house.matrix import ADMINISTERED, COLUMNS, MARKS, Line
from tests.house.scene import SECRETS, Scene, build_scene
from tests.personas import Org

ADMIN_PAGES = ("changelist", "add", "history", "delete", "change")


@pytest.fixture
def scene(org: Org, settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return build_scene(org)


def signed_in(org: Org, column: str) -> Client:
    client = Client(raise_request_exception=False)
    if COLUMNS[column]:
        client.force_login(getattr(org, COLUMNS[column]))
    return client


def send(client: Client, scene: Scene, line: Line, method: str = "") -> HttpResponse:
    # No form takes this version: it is reached, and nothing moves.
    ask = getattr(client, (method or line.method).lower())
    response = ask(scene.address(line), {"version": "?", "time_zone": "?"})
    if response.streaming:
        # Read to its end, so that the file is closed.
        list(response)
    return response


def mark_of(response: HttpResponse, line: Line) -> str:
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return matrix.SIGN_IN
    if response.status_code == line.status:
        return matrix.LET_IN
    known = {status: mark for mark, status in MARKS.items()}
    return known.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("column", COLUMNS)
def test_what_everybody_may_open_and_do(org, scene, column):
    client = signed_in(org, column)
    ended = {}
    for line in [*matrix.pages(), *matrix.moves()]:
        response = send(client, scene, line)
        ended[str(line)] = mark_of(response, line)
        if line.verb and ended[str(line)] == matrix.LET_IN:
            # What may be sent may be opened.
            assert send(client, scene, line, "GET").status_code == 200, str(line)
    expected = {str(line): line.marks[column] for line in [*matrix.pages(), *matrix.moves()]}
    assert differing(ended, expected) == {}


def differing(ended: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    return {
        line: f"{mark}, not {expected[line]}"
        for line, mark in ended.items()
        if mark != expected[line]
    }

"""Every address of the site, asked for by everybody: `matrix.py` says how it must end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.states import (
    COMMITMENT_MOVES,
    COMPLAINT_MOVES,
    ESCALATION_MOVES,
    EXTENSION_MOVES,
    TICKET_MOVES,
)
from departments.standing import forget_standing
from tests.house import matrix
from tests.house.matrix import ADMINISTERED, MARKS, PEOPLE, Line
from tests.house.scene import WORDS_OF_FOREIGN, WORDS_OF_OWN, Scene, build_scene
from tests.personas import Org

MOVES_OF = {
    "complaint": COMPLAINT_MOVES,
    "ticket": TICKET_MOVES,
    "commitment": COMMITMENT_MOVES,
    "extension": EXTENSION_MOVES,
    "escalation": ESCALATION_MOVES,
}
# Words of cases stand here, each as far as the reader may see the case.
COLLECTIONS = (
    "/",
    "/complaints/",
    "/complaints/?q=lost",
    "/escalations/",
    "/escalations/waiting/",
    "/escalations/export/escalations.csv",
    "/notices/",
)


@pytest.fixture
def scene(org: Org, settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return build_scene(org)


def signed_in(org: Org, person: str) -> Client:
    client = Client(raise_request_exception=False)
    if person in org.people:
        client.force_login(org.people[person])
    return client


def send(client: Client, address: str, method: str = "GET") -> HttpResponse:
    # No form takes these: it is reached, and nothing moves.
    given = {"version": "?", "time_zone": "?"}
    if method == "POST":
        return client.post(address, given, headers={"hx-request": "true"})
    return client.get(address)


def mark_of(response: HttpResponse, line: Line) -> str:
    if response.streaming:
        # Read to its end, so that the file is closed.
        list(response)
    where, status = response.get("Location", ""), response.status_code
    if status == 302 and where.startswith("/accounts/login/"):
        return matrix.SIGN_IN
    if status == line.status:
        return matrix.LET_IN
    return {status: mark for mark, status in MARKS.items()}.get(status, str(status))


def outcome(client: Client, scene: Scene, line: Line) -> str:
    address = scene.address(line)
    mark = mark_of(send(client, address, line.method), line)
    if line.verb and mark == matrix.LET_IN:
        # What may be sent may be opened.
        assert send(client, address).status_code == 200, str(line)
    return mark


def differing(client: Client, scene: Scene, lines: list[Line], person: str) -> dict[str, str]:
    """How lines ended that should have ended otherwise."""
    ended = [(line, outcome(client, scene, line)) for line in lines]
    return {
        str(line): f"{mark}, not {line.marks[person]}"
        for line, mark in ended
        if mark != line.marks[person]
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_what_everybody_may_open_and_do(org, scene, person):
    lines = [*matrix.pages(), *matrix.moves()]
    assert differing(signed_in(org, person), scene, lines, person) == {}


@pytest.mark.parametrize(("present", "absent"), [("tech2", "biz1"), ("outsider", "biz_lead")])
def test_a_stand_in_may_what_the_absent_may(org, scene, present, absent):
    org.away(org.people[absent], stand_in=org.people[present])
    owed = ("ticket", "promise", "question")
    lines = [line for line in matrix.moves() if line.object in owed]
    lines = [line for line in lines if line.marks[absent] == matrix.LET_IN]
    assert lines
    assert differing(signed_in(org, present), scene, lines, absent) == {}


def test_whoever_left_may_nothing(org, scene):
    client = signed_in(org, "cs1")
    org.cs1.is_active = False
    org.cs1.save()
    forget_standing(org.cs1)
    assert differing(client, scene, matrix.pages(), "anonymous") == {}


@pytest.mark.parametrize("person", ["biz1", "biz_lead", "tech_lead", "admin", "outsider"])
def test_nothing_of_a_foreign_case_can_be_moved(org, scene, person):
    client, foreign = signed_in(org, person), scene.foreign
    things = {
        "complaint": foreign,
        "ticket": foreign.tickets.get(),
        "commitment": foreign.commitments.get(),
        "extension": scene.things["leaders"],
        "escalation": scene.things["elsewhere"],
    }
    for noun, verbs in MOVES_OF.items():
        for verb in verbs:
            address = reverse(f"complaints:move_{noun}", args=[things[noun].reference, verb])
            assert send(client, address, "POST").status_code == 404, address


def test_collections_show_what_pages_show(org, scene):
    shown = {line.object: line.marks for line in matrix.pages() if line.name == "complaints:case"}
    for person in set(PEOPLE) - {"anonymous"}:
        client = signed_in(org, person)
        text = "".join(send(client, address).content.decode() for address in COLLECTIONS)
        for case, words in ((scene.own, WORDS_OF_OWN), (scene.foreign, WORDS_OF_FOREIGN)):
            sees = shown["own" if case is scene.own else "foreign"][person] == matrix.LET_IN
            assert (case.reference in text) is sees, (person, case)
            assert sees or not any(word in text for word in words), (person, case)


# --- The table is complete ------------------------------------------------------------------------


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from names(one, f"{one.namespace}:" if one.namespace else space)


def test_every_address_is_in_the_table():
    told = {line.name for line in matrix.pages()} | {f"complaints:move_{noun}" for noun in MOVES_OF}
    # What stands under /api/v1/ has a test of its own, by the same table.
    found = (name for name in names(get_resolver()) if not name.startswith("admin:"))
    of_pages = ("api:reference", "api:tokens", "api:revoke_token")
    ours = {name for name in found if not name.startswith("api:") or name in of_pages}
    assert ours == {name for name in told if not name.startswith("admin:")}


def test_every_move_is_in_the_table():
    told = {(line.name, line.verb) for line in matrix.moves() if line.verb != "no_such_move"}
    assert told == {(noun, verb) for noun, verbs in MOVES_OF.items() for verb in verbs}


# --- The administration ---------------------------------------------------------------------------


def test_no_case_stands_in_the_administration():
    registered = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}
    assert registered == set(ADMINISTERED.split())


def admin_addresses() -> Iterator[str]:
    """All of them but the doors, which lead in and out."""
    for name in names(get_resolver()):
        page = name.removeprefix("admin:")
        if page in (name, "None", "login", "logout"):
            continue
        given = {"view_on_site": [1, 1], "app_list": ["journal"]}.get(page, [])
        if page.endswith(("_change", "_delete", "_history")) and page != "password_change":
            given = [1]
        yield reverse(name, args=given)


@pytest.mark.parametrize("person", ["cs1", "ceo", "auditor", "anonymous"])
def test_the_administration_is_for_administrators(org, scene, person):
    client = signed_in(org, person)
    for address in admin_addresses():
        response = send(client, address)
        assert response.status_code == 302, address
        assert "/login/?next=" in response["Location"], address
    assert send(client, "/admin/login/").status_code == (302 if person == "anonymous" else 403)


def test_administrators_find_no_words_of_cases(org, scene):
    client, words = signed_in(org, "admin"), {*WORDS_OF_OWN, *WORDS_OF_FOREIGN}
    for name in ADMINISTERED.split():
        rows = apps.get_model(name.replace("_", ".")).objects.values_list("pk", flat=True)
        changes = [reverse(f"admin:{name}_change", args=[pk]) for pk in rows]
        for address in (reverse(f"admin:{name}_changelist"), *changes):
            response = send(client, address)
            assert response.status_code == 200, address
            text = response.content.decode()
            assert not [word for word in words if word in text], address

"""The API answers the same persons about the same things as the pages do: by the same table."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.api.resources import address_of
from complaints.kinds import kind_of
from tests.api.client import BASE, Program
from tests.house import matrix
from tests.house.matrix import PEOPLE, Line
from tests.house.scene import WORDS_OF_FOREIGN, WORDS_OF_OWN, Scene, build_scene

MARKS = {200: matrix.LET_IN, 422: matrix.LET_IN, 404: matrix.UNSEEN, 403: matrix.REFUSED}
# Pages that have an address of the API, and what that is.
PAGES = {
    "complaints:case": "{thing}",
    "complaints:go": "{thing}",
    "complaints:history": "{thing}timeline/",
    "complaints:attachment": "attachments/{file}/content/",
    "complaints:escalation": "{thing}",
    "complaints:file": "complaints/",
    "departments:profile": "departments/",
}
LISTS = ("complaints/?state=all", "tickets/", "commitments/", "extensions/", "escalations/")


@pytest.fixture
def scene(org, settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return build_scene(org)


def asked(line: Line) -> bool:
    if line.verb:
        return line.verb != "no_such_move"
    shows_question = line.name == "complaints:go" and line.object in ("question", "elsewhere")
    reads = line.method == "GET" and line.name != "complaints:file"
    return line.name in PAGES and not shows_question and (reads or line.name == "complaints:file")


LINES = [line for line in [*matrix.pages(), *matrix.moves()] if asked(line)]
LINES = [line for line in LINES if not (line.name == "complaints:file" and line.method == "GET")]


def address(scene: Scene, line: Line) -> str:
    thing = scene.things.get(line.object)
    own = address_of(kind_of(thing).noun, thing.reference) if thing else ""
    if line.verb:
        return f"{own}{line.verb}/"
    file = thing.attachments.get().token if line.name == "complaints:attachment" else ""
    return PAGES[line.name].format(thing=own, file=file)


def mark(asker, scene: Scene, line: Line) -> str:
    path, strange = address(scene, line), {"no_such_field": 1}
    path = path if path.startswith("/") else BASE + path
    writes = line.verb or line.method == "POST"
    answer = asker.post(path, strange) if writes and asker else asker.get(path) if asker else None
    if answer is None:
        client = Client()
        answer = client.post(path) if writes else client.get(path)
    if answer.streaming:
        list(answer)
    return matrix.SIGN_IN if answer.status_code == 401 else MARKS.get(
        answer.status_code, str(answer.status_code)
    )  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
def test_the_same_answer_as_the_page(org, scene, settings, person):
    settings.API_RATES = {"token": 10_000, "person": 10_000}
    asker = Program(org.people[person]) if person in org.people else None
    ended = {str(line): (mark(asker, scene, line), line.marks[person]) for line in LINES}
    assert {said: both for said, both in ended.items() if both[0] != both[1]} == {}
    assert len(LINES) > 50


def test_lists_show_what_pages_show(org, scene):
    shown = {line.object: line.marks for line in matrix.pages() if line.name == "complaints:case"}
    for person in set(PEOPLE) - {"anonymous"}:
        program = Program(org.people[person])
        text = "".join(program.get(path).content.decode() for path in LISTS)
        for case, words in ((scene.own, WORDS_OF_OWN), (scene.foreign, WORDS_OF_FOREIGN)):
            sees = shown["own" if case is scene.own else "foreign"][person] == matrix.LET_IN
            assert sees or not any(word in text for word in words), (person, case)
            assert sees or case.reference not in text, (person, case)


def test_no_identity_number_leaves(org, scene):
    program = Program(org.cs1)
    text = program.get(address_of("complaint", scene.own.reference)).content.decode()
    assert "••••4821" in text
    assert "Heron4821" not in text

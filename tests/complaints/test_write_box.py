"""The box to write in, on the page of a case: drawn anew in its own place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from complaints.models import Complaint, Message
from tests.complaints.moves import NOW, by_htmx, closed, filed, given, opened, page_of, sign_in
from tests.personas import Org


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def write(client: Client, case: Complaint, data: dict[str, Any]) -> HttpResponse:
    return by_htmx(client, case, "note", data, **{"HX-Target": "write"})


def test_written_in_place_the_box_is_empty_again(client: Client, org: Org) -> None:
    case = filed(org)
    sign_in(client, org, "cs1")
    response = write(client, case, given(org, {"kind": "note", "text": "Rang twice."}, case))
    assert response.status_code == 200
    assert response["HX-Trigger"] == "moved"
    box = response.content.decode()
    assert 'id="write"' in box
    assert "Rang twice." not in box
    assert Message.objects.filter(complaint=case, kind="note", text="Rang twice.").exists()


def test_an_empty_note_stays_in_its_box(client: Client, org: Org) -> None:
    case = filed(org)
    sign_in(client, org, "cs1")
    response = write(client, case, given(org, {"kind": "call", "text": " "}, case))
    assert response.status_code == 422
    box = response.content.decode()
    assert 'id="write"' in box
    assert "field-error" in box


def test_only_those_who_take_part_can_be_mentioned(client: Client, org: Org) -> None:
    case = opened(org).complaint
    sign_in(client, org, "cs1")
    page = client.get(page_of(case)).content.decode()
    assert f'name="mentions" value="{org.biz1.pk}"' in page
    assert f'name="mentions" value="{org.tech1.pk}"' not in page
    data = given(org, {"kind": "message", "text": "Look."}, case, mentions=[org.tech1.pk])
    assert write(client, case, data).status_code == 422
    data["mentions"] = [org.biz1.pk]
    assert write(client, case, data).status_code == 200
    assert list(Message.objects.get(text="Look.").mentions.all()) == [org.biz1]


def test_a_closed_case_can_still_be_written_on(client: Client, org: Org) -> None:
    case = closed(org)
    sign_in(client, org, "cs1")
    response = write(client, case, given(org, {"kind": "note", "text": "He called."}, case))
    assert response.status_code == 200

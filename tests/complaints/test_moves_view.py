"""Every move through its address: with and without JavaScript, by whom it is not, at bad times."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints.forms.cases import FORMS as COMPLAINT_FORMS
from complaints.forms.tickets import COMMITMENT_FORMS, TICKET_FORMS
from complaints.models import Complaint, Message, Ticket
from complaints.services import asking, tickets
from complaints.services.moving import stream_of
from departments.models import User
from departments.standing import forget_standing
from journal.models import Entry
from tests.complaints.factories import MONDAY
from tests.complaints.moves import (
    MOVES,
    ON_COMMITMENTS,
    ON_COMPLAINTS,
    ON_TICKETS,
    TOMORROW,
    Thing,
    Tried,
    accepted,
    answered,
    closed,
    filed,
    opened,
)
from tests.personas import Org

NOW = MONDAY + timedelta(hours=1)
# Where nothing is needed, nothing can be missing.
DEMANDING = [move for move in MOVES if any(move.data.values())]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def address(thing: Thing, verb: str) -> str:
    noun = type(thing).__name__.lower()
    return reverse(f"complaints:move_{noun}", args=[thing.reference, verb])


def page_of(thing: Thing) -> str:
    return reverse("complaints:case", args=[stream_of(thing)])


def given(org: Org, data: Mapping[str, str], thing: Thing, **more: Any) -> dict[str, Any]:
    """What a browser sends: names of people and departments as their ids."""
    named = {
        key: getattr(org, value).pk if key in {"owner", "department", "unblocker"} else value
        for key, value in data.items()
    }
    return {"version": thing.version, "token": uuid.uuid4(), **named, **more}


def sign_in(client: Client, org: Org, who: str) -> User:
    forget_standing(*org.people.values())
    person = org.people[who]
    client.force_login(person)
    return person


def by_htmx(
    client: Client, thing: Thing, verb: str, data: dict[str, Any], **more: str
) -> HttpResponse:
    """As the dialog sends it, from the page of the case unless told otherwise."""
    here = f"http://testserver{page_of(thing)}"
    headers = {"HX-Request": "true", "HX-Current-URL": here, "HX-Target": "dialog-body"}
    return client.post(address(thing, verb), data, headers=headers | more)


def tags_of(thing: Thing) -> list[str]:
    return list(Entry.objects.filter(stream=stream_of(thing)).values_list("tag", flat=True))


# --- Every move -----------------------------------------------------------------------------------
def test_every_form_is_tried_here() -> None:
    tables = (ON_COMPLAINTS, ON_TICKETS, ON_COMMITMENTS)
    tried = [{move.verb for move in table} for table in tables]
    assert tried == [set(COMPLAINT_FORMS), set(TICKET_FORMS), set(COMMITMENT_FORMS)]


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_a_move_works_without_javascript(client: Client, org: Org, move: Tried) -> None:
    thing = move.make(org)
    sign_in(client, org, move.who)
    form = client.get(address(thing, move.verb))
    assert form.status_code == 200
    assert "<html" in form.content.decode()
    response = client.post(address(thing, move.verb), given(org, move.data, thing))
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == page_of(thing)
    assert move.tag in tags_of(thing)


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_nobody_else_can_make_it(client: Client, org: Org, move: Tried) -> None:
    thing = move.make(org)
    before = tags_of(thing)
    url = address(thing, move.verb)
    assert client.post(url, given(org, move.data, thing)).status_code == 302
    for other in ("outsider", "auditor", "admin"):
        sign_in(client, org, other)
        assert client.get(url).status_code == 404
        assert client.post(url, given(org, move.data, thing)).status_code == 404
    assert tags_of(thing) == before


@pytest.mark.parametrize("move", DEMANDING, ids=str)
def test_what_is_missing_is_said_at_the_field(client: Client, org: Org, move: Tried) -> None:
    thing = move.make(org)
    sign_in(client, org, move.who)
    before = tags_of(thing)
    response = client.post(address(thing, move.verb), dict.fromkeys(move.data, ""))
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert tags_of(thing) == before


# --- In the dialog of an open page ----------------------------------------------------------------
def test_the_form_comes_without_the_page_around_it(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "biz1")
    form = client.get(address(thing, "accept"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form
    assert 'hx-target="#dialog-body"' in form
    assert thing.title in form


def test_made_in_the_dialog_the_open_page_is_told(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "biz1")
    response = by_htmx(
        client, thing, "accept", given(org, {"promised_at": "2026-11-10T09:30"}, thing)
    )
    assert response.status_code == 200
    assert (response["HX-Trigger"], response["HX-Reswap"]) == ("moved", "none")
    said = response.content.decode()
    assert 'hx-swap-oob="true"' in said
    assert f"Accept: saved for {thing.reference}." in said
    thing.refresh_from_db()
    assert thing.state == Ticket.State.ACCEPTED


@pytest.mark.parametrize("path", ["/", "/complaints/", "{page}?before=40"])
def test_made_elsewhere_the_browser_goes_on(client: Client, org: Org, path: str) -> None:
    thing = opened(org)
    sign_in(client, org, "cs1")
    here = "http://testserver" + path.format(page=page_of(thing))
    data = given(org, {"reason": "Solved."}, thing, next="/complaints/?mine=1")
    response = by_htmx(client, thing, "withdraw", data, **{"HX-Current-URL": here})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/complaints/?mine=1"


def test_the_place_in_the_page_does_not_matter(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "cs1")
    here = f"http://testserver{page_of(thing)}#{thing.reference}"
    data = given(org, {"reason": "Solved."}, thing)
    assert by_htmx(client, thing, "withdraw", data, **{"HX-Current-URL": here})["HX-Trigger"]


def test_wrong_input_comes_back_as_typed(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "biz1")
    data = given(org, {"missing": "Which <order>?", "from_whom": ""}, thing)
    response = by_htmx(client, thing, "return", data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Which &lt;order&gt;?</textarea>" in page
    assert "field-error" in page


def test_what_the_service_refuses_is_said_at_the_field(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "biz1")
    data = given(org, {"promised_at": "2020-01-01T10:00"}, thing)
    response = client.post(address(thing, "accept"), data)
    assert response.status_code == 422
    assert "Give a date that is still to come." in response.content.decode()


# --- Addresses that lead nowhere ------------------------------------------------------------------
@pytest.mark.parametrize("noun", ["complaint", "ticket", "commitment"])
@pytest.mark.parametrize("reference", ["T-99999", "C-2026-99999", "x"])
def test_nothing_is_there(client: Client, org: Org, noun: str, reference: str) -> None:
    sign_in(client, org, "cs1")
    url = reverse(f"complaints:move_{noun}", args=[reference, "withdraw"])
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_there_is_no_such_move(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "cs1")
    assert client.post(address(thing, "burn")).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_method(client: Client, org: Org, method: str) -> None:
    thing = opened(org)
    sign_in(client, org, "cs1")
    assert getattr(client, method)(address(thing, "withdraw")).status_code == 405


def test_the_way_back_leads_nowhere_else(client: Client, org: Org) -> None:
    thing = opened(org)
    sign_in(client, org, "cs1")
    data = given(org, {"reason": "Solved."}, thing, next="https://evil.example/")
    assert client.post(address(thing, "withdraw"), data)["Location"] == page_of(thing)


# --- Twice, too late, at once ---------------------------------------------------------------------
def test_sent_twice_it_happens_once(client: Client, org: Org) -> None:
    case = filed(org)
    sign_in(client, org, "cs1")
    question = {"department": "biz", "title": "How?", "ask": "Why?", "needed_by": TOMORROW}
    data = given(org, question, case)
    for _ in range(2):
        assert client.post(address(case, "ask"), data).status_code == 302
    assert case.tickets.count() == 1


def test_a_move_that_is_over_is_told_before_anybody_types(client: Client, org: Org) -> None:
    thing = answered(org)
    sign_in(client, org, "biz1")
    page = client.get(address(thing, "answer")).content.decode()
    assert "the state is “Answered”" in page
    assert "<textarea" not in page


def test_the_second_of_two_sees_what_the_first_did(client: Client, org: Org) -> None:
    thing = accepted(org)
    tickets.reassign(ticket=thing, actor=org.biz1, owner=org.biz2, reason="On leave.", now=NOW)
    sign_in(client, org, "biz_lead")
    data = given(org, {"text": "My long answer <b>"}, thing)
    response = by_htmx(client, thing, "answer", data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "This changed since you opened it." in page
    assert "Reassigned" in page
    assert "On leave." in page
    assert str(org.biz2) in page
    assert "My long answer &lt;b&gt;</textarea>" in page
    # Having read it, they send again what they typed.
    thing.refresh_from_db()
    assert f'name="version" value="{thing.version}"' in page
    again = by_htmx(client, thing, "answer", given(org, {"text": "My long answer"}, thing))
    assert again.status_code == 200
    thing.refresh_from_db()
    assert (thing.state, thing.answer) == (Ticket.State.ANSWERED, "My long answer")


def test_stale_and_over_at_the_same_time_says_both(client: Client, org: Org) -> None:
    thing = opened(org)
    data = given(org, {"missing": "Which?", "from_whom": "客服1"}, thing)
    asking.withdraw(ticket=thing, actor=org.cs1, reason="Solved.", now=NOW)
    sign_in(client, org, "biz1")
    first = client.post(address(thing, "return"), data)
    assert first.status_code == 409
    assert "Solved." in first.content.decode()
    thing.refresh_from_db()
    second = client.post(address(thing, "return"), data | {"version": thing.version})
    assert second.status_code == 409
    assert "the state is “Withdrawn”" in second.content.decode()
    assert "Which?</textarea>" in second.content.decode()


# --- The box to write in --------------------------------------------------------------------------
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

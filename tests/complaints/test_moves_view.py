"""Every move through its address: by those whose it is, and by everybody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.forms.cases import FORMS as COMPLAINT_FORMS
from complaints.forms.dates import EXTENSION_FORMS
from complaints.forms.tickets import COMMITMENT_FORMS, TICKET_FORMS
from complaints.models import Ticket
from tests.complaints.moves import (
    MOVES,
    NOW,
    ON_COMMITMENTS,
    ON_COMPLAINTS,
    ON_EXTENSIONS,
    ON_TICKETS,
    Tried,
    address,
    by_htmx,
    given,
    opened,
    page_of,
    sign_in,
    tags_of,
)
from tests.personas import Org

# Where nothing is needed, nothing can be missing.
DEMANDING = [move for move in MOVES if any(move.data.values())]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


# --- Every move -----------------------------------------------------------------------------------
def test_every_form_is_tried_here() -> None:
    tables = (ON_COMPLAINTS, ON_TICKETS, ON_COMMITMENTS, ON_EXTENSIONS)
    tried = [{move.verb for move in table} for table in tables]
    forms = (COMPLAINT_FORMS, TICKET_FORMS, COMMITMENT_FORMS, EXTENSION_FORMS)
    assert tried == [set(table) for table in forms]


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

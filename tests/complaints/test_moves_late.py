"""Moves that are sent twice, too late, or by the second of two: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from complaints.models import Ticket
from complaints.services import asking, tickets
from tests.complaints.moves import (
    NOW,
    TOMORROW,
    accepted,
    address,
    answered,
    by_htmx,
    filed,
    given,
    opened,
    sign_in,
)
from tests.personas import Org


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


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


def test_taken_by_a_colleague_it_is_said_with_what_was_typed(client: Client, org: Org) -> None:
    thing = opened(org)
    data = given(org, {"missing": "Which order?", "from_whom": "客服1"}, thing)
    when = NOW + timedelta(hours=4)
    tickets.accept(ticket=thing, actor=org.biz2, promised_at=when, now=NOW)
    sign_in(client, org, "biz1")
    response = by_htmx(client, thing, "return", data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody was faster" in page
    assert str(org.biz2) in page
    assert "Which order?</textarea>" in page
    # There is nothing more to send; and to whom it never was, it is still not there.
    assert 'class="btn btn-primary"' not in page
    thing.refresh_from_db()
    fresh = data | {"version": thing.version}
    assert by_htmx(client, thing, "return", fresh).status_code == 404


def test_taken_by_a_colleague_the_form_says_so_at_once(client: Client, org: Org) -> None:
    thing = opened(org)
    when = NOW + timedelta(hours=4)
    tickets.accept(ticket=thing, actor=org.biz2, promised_at=when, now=NOW)
    sign_in(client, org, "biz1")
    page = client.get(address(thing, "accept"), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "the state is “In work”" in page.content.decode()

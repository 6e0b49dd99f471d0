"""The page of an escalation, and deciding on it: who may, what happens, on bad days too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Commitment, Complaint, Ticket
from complaints.services import asking, cases, decisions, tickets
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Escalation
from escalations.services import sweep
from journal.models import Entry
from notifications.models import Notice
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(hours=2)
LATER = MONDAY + timedelta(days=3)
PAGE_QUERIES = 40
State, Outcome = Escalation.State, Escalation.Outcome


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    return made


@pytest.fixture
def ticket(org: Org, case: Complaint) -> Ticket:
    """In work with 业务1, promised for the next day."""
    return accepted(case, org.cs1, org.biz1, org.biz)


@pytest.fixture
def overdue(org: Org, ticket: Ticket) -> Escalation:
    """The promise let its day pass: the leader of the department is asked."""
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=1, minutes=1))
    return Escalation.objects.get(reason="overdue", department=org.biz)


@pytest.fixture
def by_hand(org: Org, case: Complaint) -> Escalation:
    """客服1 asks the leader of customer service."""
    made = decisions.request_decision(
        complaint=case, actor=org.cs1, text="May we pay by hand?", now=MONDAY
    )
    forget_standing(*org.people.values())
    return made


def page(escalation: Escalation) -> str:
    return reverse("complaints:escalation", args=[escalation.reference])


def move(escalation: Escalation, verb: str = "decide") -> str:
    return reverse("complaints:move_escalation", args=[escalation.reference, verb])


def read(client: Client, person: User, escalation: Escalation) -> str:
    forget_standing(person)
    client.force_login(person)
    response = client.get(page(escalation))
    assert response.status_code == 200
    return response.content.decode()


def decide(client: Client, person: User, escalation: Escalation, **given: object):
    forget_standing(person)
    client.force_login(person)
    data = {"outcome": Outcome.INSTRUCTION, "note": "Do it today.", "version": escalation.version}
    return client.post(move(escalation), data | given)


def on_the_wall(at: datetime) -> str:
    """As the browser's picker sends it."""
    return timezone.localtime(at, timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M")


# --- What the page tells --------------------------------------------------------------------------
def test_why_an_overdue_promise_reached_the_leader(org, overdue, client):
    with time_machine.travel(MONDAY + timedelta(days=1, hours=1), tick=False):
        told = read(client, org.biz_lead, overdue)
    assert "Is a manual redemption possible?" in told
    assert "deliver as promised" in told
    assert "h late" in told
    assert "业务1 王伟" in told


def test_the_page_shows_the_route_and_whom_it_told(org, ticket, client):
    org.away(org.biz_lead, starts_at=MONDAY)
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=1, minutes=1))
    escalation = Escalation.objects.get(reason="overdue", department=org.biz)
    told = read(client, org.biz_deputy, escalation)
    assert "Why them?" in told
    assert re.search(r"leader · 业务领导 孙涛: .*away", told)
    assert re.search(r"deputy · 业务副职 吴磊: .*told", told)


def test_a_ticket_returned_twice_names_both_departments(org, case, client):
    ticket = ask(case, org.cs1, org.biz)
    for _ in range(2):
        ticket = tickets.return_ticket(
            ticket=ticket, actor=org.biz1, missing="The form", from_whom="客服1", now=MONDAY
        )
        if ticket.returns < 2:
            ticket = asking.complete(ticket=ticket, actor=org.cs1, text="Here.", now=MONDAY)
    escalation = Escalation.objects.get(reason="returned_twice")
    told = read(client, org.ceo, escalation)
    assert re.search(r"Returned 2 times between .*Customer service.* and .*Business", told)
    assert "The form" in told


def test_what_was_asked_by_hand_stands_in_its_words(org, by_hand, client):
    told = read(client, org.cs_lead, by_hand)
    assert "May we pay by hand?" in told
    assert "客服1 陈静 asks for a decision" in told


def test_it_shows_how_far_it_has_climbed(org, overdue, client):
    sweep(now=MONDAY + timedelta(days=2, hours=2))
    overdue.refresh_from_db()
    assert overdue.level == 2
    told = read(client, org.ceo, overdue)
    assert re.search(r'class="is-passed"><b>1 · the leader</b><small>业务领导 孙涛', told)
    assert re.search(r'is-now" aria-current="step"><b>2 · the leader above</b>', told)


def test_what_was_tried_is_on_the_page(org, ticket, by_hand, client):
    tickets.move_date(ticket=ticket, actor=org.biz1, promised_at=LATER, reason="Ill.", now=MONDAY)
    told = read(client, org.cs_lead, by_hand)
    assert "moved once" in told
    assert "The case at a glance" in told


def test_the_page_costs_the_same_however_long_the_story(org, ticket, by_hand, client):
    sweep(now=MONDAY + timedelta(hours=3))
    read(client, org.cs_lead, by_hand)
    with CaptureQueriesContext(connection) as little:
        client.get(page(by_hand))
    for hours in range(4):
        accepted(ticket.complaint, org.cs1, org.biz1, org.biz)
        sweep(now=MONDAY + timedelta(hours=hours + 4))
    with CaptureQueriesContext(connection) as much:
        client.get(page(by_hand))
    assert len(much) == len(little) <= PAGE_QUERIES


# --- Who sees it, who may decide ------------------------------------------------------------------
@pytest.mark.parametrize("person", ["cs_lead", "ceo"])
def test_the_leader_and_those_above_find_the_form(org, by_hand, client, person):
    assert move(by_hand) in read(client, getattr(org, person), by_hand)


@pytest.mark.parametrize("person", ["cs1", "cs2", "comp1", "auditor"])
def test_others_who_see_it_only_read(org, by_hand, client, person):
    reader = getattr(org, person)
    told = read(client, reader, by_hand)
    assert "Waiting for a decision" in told
    assert move(by_hand) not in told
    assert client.get(move(by_hand)).status_code == 404
    assert decide(client, reader, by_hand).status_code == 404


@pytest.mark.parametrize("person", ["biz1", "biz_lead", "tech_lead", "outsider", "admin"])
def test_to_others_it_does_not_exist(org, by_hand, client, person):
    client.force_login(getattr(org, person))
    for address in (page(by_hand), move(by_hand), move(by_hand, "acknowledge")):
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code in (404, 405)
    by_hand.refresh_from_db()
    assert by_hand.state == State.RAISED


def test_a_stand_in_decides(org, by_hand, client):
    org.away(org.cs_lead, stand_in=org.tech2, starts_at=MONDAY)
    assert decide(client, org.tech2, by_hand).status_code == 302
    by_hand.refresh_from_db()
    assert by_hand.decided_by == org.tech2


def test_an_auditors_reading_leaves_a_trace(org, by_hand, client):
    for _ in range(2):
        read(client, org.auditor, by_hand)
    assert Entry.objects.filter(tag="case:read", actor=org.auditor).count() == 1


def test_signed_out_wrong_method_and_missing(org, by_hand, client):
    assert client.get(page(by_hand)).status_code == 302
    assert client.post(move(by_hand)).status_code == 302
    client.force_login(org.cs_lead)
    assert client.post(page(by_hand)).status_code == 405
    for address in ("/escalations/E-9999/", "/escalations/E-9999/decide/"):
        assert client.get(address).status_code == 404
    assert client.get(move(by_hand, "dance")).status_code == 404
    assert client.put(move(by_hand)).status_code == 405


# --- Acknowledging --------------------------------------------------------------------------------
def test_acknowledge(org, by_hand, client):
    client.force_login(org.cs_lead)
    data = {"version": by_hand.version}
    assert client.get(move(by_hand, "acknowledge")).status_code == 200
    response = client.post(move(by_hand, "acknowledge"), data)
    assert (response.status_code, response.url) == (302, page(by_hand))
    by_hand.refresh_from_db()
    assert (by_hand.state, by_hand.acknowledged_at) == (State.ACKNOWLEDGED, NOW)


def test_acknowledged_twice_is_harmless(org, by_hand, client):
    client.force_login(org.cs_lead)
    data = {"version": by_hand.version}
    client.post(move(by_hand, "acknowledge"), data)
    assert client.post(move(by_hand, "acknowledge"), data).status_code == 409
    assert "already" in client.post(move(by_hand, "acknowledge")).content.decode()
    assert Entry.objects.filter(tag="escalation:acknowledged").count() == 1


# --- Deciding -------------------------------------------------------------------------------------
def test_decided_with_a_reason(org, by_hand, client):
    response = decide(client, org.cs_lead, by_hand)
    assert (response.status_code, response.url) == (302, page(by_hand))
    by_hand.refresh_from_db()
    assert (by_hand.state, by_hand.outcome, by_hand.note) == (
        State.DECIDED, Outcome.INSTRUCTION, "Do it today.",
    )  # fmt: skip
    told = read(client, org.cs_lead, by_hand)
    assert "Do it today." in told
    assert "An instruction" in told
    assert move(by_hand) not in told
    assert Notice.objects.filter(kind="escalation_decided", reader=org.cs1).exists()


def test_in_the_dialog_the_page_is_loaded_anew(org, by_hand, client):
    client.force_login(org.cs_lead)
    given = {"outcome": "instruction", "note": "Do it.", "next": "/escalations/?days=7"}
    response = client.post(move(by_hand), given, headers={"hx-request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/escalations/?days=7")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"note": " "}, "note"), ({"outcome": ""}, "outcome"), ({"outcome": "bribe"}, "outcome")],
)
def test_what_is_missing_is_said_at_its_field(org, by_hand, client, given, field):
    response = decide(client, org.cs_lead, by_hand, **given)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    by_hand.refresh_from_db()
    assert by_hand.state == State.RAISED


def test_only_what_can_be_carried_out_is_offered(org, by_hand, client):
    client.force_login(org.cs_lead)
    form = client.get(move(by_hand)).context["form"]
    offered = [code for code, _ in form.fields["outcome"].choices]
    assert offered == ["more_people", "instruction", "risk_accepted", "no_action"]
    assert not {"new_date", "owner"} & set(form.fields)


def test_a_new_date_moves_the_promise(org, overdue, client):
    assert client.get(page(overdue)).status_code == 302
    response = decide(
        client, org.biz_lead, overdue, outcome="new_date", new_date=on_the_wall(LATER)
    )
    assert response.status_code == 302
    promise = Commitment.objects.get()
    assert promise.promised_at == LATER
    assert promise.moves[0]["reason"] == "Do it today."


@pytest.mark.parametrize("given", [{}, {"new_date": on_the_wall(MONDAY)}, {"new_date": "soon"}])
def test_a_new_date_must_be_one_and_come(org, overdue, client, given):
    response = decide(client, org.biz_lead, overdue, outcome="new_date", **given)
    assert response.status_code == 422
    assert "Do it today." in response.content.decode()
    overdue.refresh_from_db()
    assert overdue.state == State.RAISED


def test_another_owner_takes_over(org, overdue, ticket, client):
    response = decide(client, org.biz_lead, overdue, outcome="other_owner", owner=org.biz2.pk)
    assert response.status_code == 302
    ticket.refresh_from_db()
    assert ticket.owner == org.biz2


@pytest.mark.parametrize("owner", ["biz1", "tech1"])
def test_the_new_owner_is_another_colleague(org, overdue, client, owner):
    given = {"outcome": "other_owner", "owner": getattr(org, owner).pk}
    response = decide(client, org.biz_lead, overdue, **given)
    assert response.status_code == 422
    assert "owner" in response.context["form"].errors


def test_decided_twice_is_harmless(org, by_hand, client):
    decide(client, org.cs_lead, by_hand)
    again = decide(client, org.cs_lead, by_hand, outcome="no_action", note="Never mind.")
    assert again.status_code == 409
    by_hand.refresh_from_db()
    assert by_hand.outcome == Outcome.INSTRUCTION
    assert Entry.objects.filter(tag="escalation:decided").count() == 1


def test_what_changed_is_shown_and_nothing_typed_is_lost(org, overdue, client):
    stale = overdue.version
    sweep(now=MONDAY + timedelta(days=2, hours=2))
    overdue.refresh_from_db()
    overdue.version, now = stale, overdue.version
    response = decide(client, org.ceo, overdue, note="A long thought.")
    told = response.content.decode()
    assert response.status_code == 409
    assert "A long thought." in told
    assert "This escalation changed since you opened it." in told
    assert f'name="version" value="{now}"' in told
    assert client.post(move(overdue), {
        "outcome": "instruction", "note": "A long thought.", "version": now,
    }).status_code == 302  # fmt: skip


def test_when_its_cause_has_gone_nothing_is_asked(org, overdue, ticket, client):
    tickets.answer(ticket=ticket, actor=org.biz1, text="Yes.", now=NOW)
    told = read(client, org.biz_lead, overdue)
    assert "No decision needed any more" in told
    shown = client.get(move(overdue)).content.decode()
    assert "This cannot be done now" in shown
    assert decide(client, org.biz_lead, overdue).status_code == 409

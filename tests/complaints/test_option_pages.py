"""Options in the browser: the page that writes them, the card that chooses, with and without JS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint, Decision, Proposal
from complaints.services import asking, cases, proposals, tickets
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Escalation
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.complaints.options import DAY, NOW, asked, draft, full, kind, offered, risk
from tests.personas import Org

TOMORROW = "2026-11-10T15:00"
MOST_QUERIES = 35


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    kind("production_data", org.tech)
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    ticket = accepted(made, org.cs1, org.biz1, org.biz)
    ask(made, org.biz1, org.tech, parent=ticket)
    return Complaint.objects.get(pk=made.pk)


def address(thing: Any, verb: str = "") -> str:
    noun = "escalation" if isinstance(thing, Escalation) else type(thing).__name__.lower()
    return reverse(f"complaints:move_{noun}", args=[thing.reference, verb])


def page(client: Client, person: User, case: Complaint) -> str:
    forget_standing(person)
    client.force_login(person)
    return client.get(reverse("complaints:case", args=[case.reference])).content.decode()


def typed(**given: Any) -> dict[str, Any]:
    return {
        "title": "Fix the order", "summary": "We set it right.", "track": "remedy",
        "expected_at": TOMORROW, "risk_rows": 1, "need_rows": 1, "date_rows": 0,
    } | given  # fmt: skip


# --- Written --------------------------------------------------------------------------------------
def test_rows_are_added_without_javascript_and_nothing_typed_is_lost(org, case, client):
    client.force_login(org.tech1)
    here = address(case, "propose")
    assert client.get(here).content.decode().count("<legend>Need ") == 1
    answer = client.post(here, typed(do="add-need", need_1_what="Deduct <b>"))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert said.count("<legend>Need ") == 2
    assert "Deduct &lt;b&gt;" in said
    assert "Fix the order" in said
    assert not Proposal.objects.exists()


def test_a_whole_option_is_written_by_the_form(org, case, client):
    client.force_login(org.tech1)
    answer = client.post(
        address(case, "propose"),
        typed(
            steps="One\n\nTwo", risk_1_kind=kind("ledger").pk, risk_1_text="Unbalanced",
            risk_1_likelihood="high", risk_1_impact="low", need_1_from=org.ops.pk,
            need_1_what="Deduct", need_1_by=TOMORROW, need_1_purpose="reconcile",
            need_1_input_1="Member number", need_1_input_1_from=org.biz.pk,
        ),
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    made = Proposal.objects.get()
    assert made.steps == ["One", "Two"]
    assert made.risks.get().kind.code == "ledger"
    assert made.needs.get().inputs.get().name == "Member number"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"summary": ""}, "required"),
        ({"expected_at": "2026-11-01T10:00"}, "still to come"),
        ({"track": "x"}, "valid choice"),
        ({"risk_1_text": "Only this"}, "Choose what kind of risk"),
        ({"need_1_what": "Only this"}, "Say by when"),
        ({"need_1_input_1": "Only this"}, "Choose who supplies it"),
        ({"need_1_from": "999999", "need_1_what": "x", "need_1_by": TOMORROW}, "valid choice"),
        ({"title": "x" * 161}, "at most 160"),
        ({"date_1_promise": "999", "date_1_at": TOMORROW, "date_rows": 1}, "valid choice"),
        ({"risk_rows": "99999999999", "summary": ""}, "required"),
    ],
)
def test_what_is_wrong_comes_back_as_typed(org, case, client, given, says):
    client.force_login(org.tech1)
    answer = client.post(address(case, "propose"), typed(**given))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Proposal.objects.exists()


def test_in_a_dialog_it_opens_as_a_page(org, case, client):
    client.force_login(org.tech1)
    answer = client.get(address(case, "propose"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == address(case, "propose")


def test_it_is_changed_on_the_same_page_filled_in(org, case, client):
    forget_standing(org.tech1)
    made = proposals.propose(complaint=case, actor=org.tech1, draft=full(org), now=NOW)
    client.force_login(org.tech1)
    said = client.get(address(made, "revise")).content.decode()
    assert said.count("<legend>Need ") == 3
    assert 'value="Member number"' in said
    stale = client.post(address(made, "revise"), typed(version=0))
    assert stale.status_code == 409


# --- Asked ----------------------------------------------------------------------------------------
def test_whom_it_goes_to_is_said_with_why_before_it_is_sent(org, case, client):
    offered(org, case, risks=[risk()])
    client.force_login(org.biz1)
    said = client.get(address(case, "escalate")).content.decode()
    assert "科技领导 何峰" in said
    assert "The table of risks names" in said
    assert "Fix the order now" in said


# --- Chosen on the card ---------------------------------------------------------------------------
def card(org: Org, case: Complaint) -> tuple[Escalation, Proposal]:
    forget_standing(*org.people.values())
    made = proposals.propose(complaint=case, actor=org.tech1, draft=full(org), now=NOW)
    return asked(org, case), made


def test_the_leader_chooses_on_the_card_and_others_only_read(org, case, client):
    _escalation, made = card(org, case)
    said = page(client, org.tech_lead, case)
    assert 'name="options"' in said
    assert 'name="accepted"' in said
    assert "opens 4 dated tickets" in said
    assert 'name="options"' not in page(client, org.biz1, case)
    assert made.summary in page(client, org.biz1, case)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_chosen_with_and_without_javascript(org, case, client, headers):
    escalation, made = card(org, case)
    client.force_login(org.tech_lead)
    given = {
        "outcome": "options", "options": [made.reference], "note": "Go.", "version": 1,
        "accepted": [one.pk for one in made.risks.all()], "seen": f"{made.pk}:1",
        f"need_{made.needs.first().pk}": TOMORROW,
    }  # fmt: skip
    answer = client.post(address(escalation, "decide"), given, headers=headers)
    assert answer.status_code == (204 if headers else 302), answer.content.decode()
    assert Decision.objects.get().decided_by == org.tech_lead
    after = page(client, org.biz1, case)
    assert "accepted by" in after
    assert "waits for Member number from Business" in after


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"accepted": []}, 422, "Accept this risk by name"),
        ({"options": []}, 422, "Choose at least one"),
        ({"options": ["O-999"]}, 422, "valid choice"),
        ({"accepted": ["x"]}, 422, "valid choice"),
        ({"seen": "1:7,x:y"}, 409, "The options changed"),
        ({"need": "2026-11-01T10:00"}, 422, "still to come"),
        ({"need": "soon"}, 422, "valid date"),
        ({"note": " "}, 422, "required"),
    ],
)
def test_what_lacks_comes_back_with_what_was_ticked(org, case, client, given, status, says):
    escalation, made = card(org, case)
    client.force_login(org.tech_lead)
    if "need" in given:
        given = {f"need_{made.needs.first().pk}": given["need"]}
    sent = {
        "outcome": "options", "options": [made.reference], "note": "Go.", "version": 1,
        "accepted": [one.pk for one in made.risks.all()],
    }  # fmt: skip
    answer = client.post(address(escalation, "decide"), sent | given)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert not Decision.objects.exists()


def test_the_page_costs_the_same_for_one_option_and_for_many(org, case, client):
    card(org, case)

    def cost() -> int:
        page(client, org.tech_lead, case)
        with CaptureQueriesContext(connection) as queries:
            page(client, org.tech_lead, case)
        return len(queries)

    little = cost()
    for number in range(4):
        offered(org, case, title=f"Option {number}", risks=[risk(), risk()], needs=full(org).needs)
    assert cost() == little <= MOST_QUERIES


def test_the_exchange_is_summarised_on_the_card(org, case, client):
    ticket = case.tickets.get(department=org.tech)
    for missing in ("Which order?", "Who signs?"):
        ticket = tickets.return_ticket(
            ticket=ticket, actor=org.tech1, missing=missing, from_whom="业务1",
            by_when=NOW + DAY, now=NOW,
        )  # fmt: skip
        if missing == "Which order?":
            asking.complete(ticket=ticket, actor=org.biz1, text="123456", now=NOW)
    said = page(client, org.ceo, case)
    for words in ("Which order?", "123456", "Still missing:", "Who signs?", "from 业务1"):
        assert words in said
    raised = Escalation.objects.get(reason="returned_twice")
    forget_standing(org.ceo)
    own = client.get(reverse("complaints:escalation", args=[raised.reference])).content.decode()
    assert "Still missing:" in own


def test_hostile_words_are_shown_as_words(org, case, client):
    evil = "<script>alert(1)</script> \u202e 𠮷"
    client.force_login(org.tech1)
    client.post(address(case, "propose"), typed(title=evil, summary=evil, steps=evil))
    said = page(client, org.biz1, case)
    assert "<script>alert(1)" not in said
    assert "\u202e" not in Proposal.objects.get().title
    assert "𠮷" in said
    assert draft().expected_at - NOW == timedelta(days=1)

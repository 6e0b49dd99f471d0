"""Decisions that act: who joins gets a ticket, and a risk is accepted by name until a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, RiskAcceptance, Ticket
from complaints.services import asking, cases, decisions, tickets
from complaints.services.decisions import Helper, Terms, decide
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Deadline, Escalation
from escalations.services import sweep
from journal.errors import IllegalMove, Invalid
from notifications.models import Notice
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(days=1, minutes=1)
TOMORROW = NOW + timedelta(days=1)
Outcome = Escalation.Outcome


@pytest.fixture
def case(org: Org) -> Complaint:
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    return Complaint.objects.get(pk=made.pk)


@pytest.fixture
def ticket(org: Org, case: Complaint) -> Ticket:
    return accepted(case, org.cs1, org.biz1, org.biz)


@pytest.fixture
def overdue(org: Org, ticket: Ticket) -> Escalation:
    forget_standing(*org.people.values())
    sweep(now=NOW)
    return Escalation.objects.get(reason="overdue")


@pytest.fixture
def by_hand(org: Org, case: Complaint) -> Escalation:
    made = decisions.request_decision(complaint=case, actor=org.cs1, text="How?", now=MONDAY)
    forget_standing(*org.people.values())
    return made


def act(escalation: Escalation, actor: User, outcome: str, now=NOW, **terms: object) -> Escalation:
    forget_standing(actor)
    return decide(
        escalation=escalation, actor=actor, outcome=outcome, note="Because.", now=now,
        terms=Terms(**terms),
    )  # fmt: skip


def helper(person: User, what: str = "Look into it", by_when=TOMORROW) -> Helper:
    return Helper(person=person, what=what, by_when=by_when)


# --- More people ----------------------------------------------------------------------------------
def test_each_gets_a_dated_ticket_below_the_one_in_question(org, case, ticket, overdue):
    act(overdue, org.biz_lead, Outcome.MORE_PEOPLE, helpers=[helper(org.tech1), helper(org.ops1)])
    below = list(Ticket.objects.filter(parent=ticket).order_by("pk"))
    assert [(one.owner, one.department, one.state) for one in below] == [
        (org.tech1, org.tech, "accepted"),
        (org.ops1, org.ops, "accepted"),
    ]
    for one in below:
        # Whoever has the work says whether it is enough, not the leader.
        assert (one.asked_by, one.asking_department) == (org.biz1, org.biz)
        clock = Deadline.objects.get(subject=one.commitments.get().reference)
        assert (clock.kind, clock.owner, clock.due_at) == ("deliver", one.owner, TOMORROW)
        assert Complaint.objects.visible_to(one.owner).filter(pk=case.pk).exists()


def test_each_is_told_once(org, overdue):
    act(overdue, org.biz_lead, Outcome.MORE_PEOPLE, helpers=[helper(org.tech1)])
    told = Notice.objects.filter(reader=org.tech1)
    assert [notice.kind for notice in told] == ["ticket_assigned"]


def test_without_a_ticket_the_first_contact_owner_asks(org, case, by_hand):
    act(by_hand, org.cs_lead, Outcome.MORE_PEOPLE, helpers=[helper(org.tech1)])
    made = case.tickets.get()
    assert (made.parent, made.asked_by, made.asking_department) == (None, org.cs1, org.cs)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("helper_1", {}),
        ("helper_1_what", {"what": " "}),
        ("helper_1_by", {"by_when": MONDAY}),
    ],
)
def test_all_or_nothing(org, case, by_hand, field, given):
    helpers = [helper(org.tech1, **given)] if given else []
    with pytest.raises(Invalid) as lacks:
        act(by_hand, org.cs_lead, Outcome.MORE_PEOPLE, helpers=helpers)
    assert lacks.value.field == field
    by_hand.refresh_from_db()
    assert by_hand.state == "raised"
    assert not case.tickets.exists()


# --- A risk that is accepted ----------------------------------------------------------------------
def test_the_clock_is_silent_until_the_day_and_then_speaks_again(org, overdue, ticket):
    until = NOW + timedelta(days=4)
    act(overdue, org.biz_lead, Outcome.RISK_ACCEPTED, risk="He may leave us.", until=until)
    risk = RiskAcceptance.objects.get()
    assert (risk.accepted_by, risk.until, risk.escalation) == (org.biz_lead, until, overdue)
    clock = Deadline.objects.get(subject=ticket.commitments.get().reference)
    assert clock.wake_at == until
    before = clock.firings.count()
    sweep(now=until - timedelta(minutes=1))
    assert clock.firings.count() == before
    sweep(now=until + timedelta(minutes=1))
    assert Escalation.objects.open().filter(reason="overdue", deadlines=clock).exists()


def test_without_a_clock_the_leader_promises_to_look_again(org, case, by_hand):
    act(by_hand, org.cs_lead, Outcome.RISK_ACCEPTED, risk="He may leave us.", until=TOMORROW)
    promise = case.commitments.get()
    assert (promise.owner, promise.promised_at) == (org.cs_lead, TOMORROW)
    assert "He may leave us." in promise.what


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("risk", {"until": TOMORROW}),
        ("until", {"risk": "He leaves."}),
        ("until", {"risk": "He leaves.", "until": MONDAY}),
    ],
)
def test_the_risk_and_its_day_are_needed(org, by_hand, field, terms):
    with pytest.raises(Invalid) as lacks:
        act(by_hand, org.cs_lead, Outcome.RISK_ACCEPTED, **terms)
    assert lacks.value.field == field
    assert not RiskAcceptance.objects.exists()


# --- The form -------------------------------------------------------------------------------------
def send(client: Client, person: User, escalation: Escalation, **given: object):
    forget_standing(person)
    client.force_login(person)
    address = reverse("complaints:move_escalation", args=[escalation.reference, "decide"])
    with time_machine.travel(NOW, tick=False):
        return client.post(address, {"note": "Because.", "version": escalation.version, **given})


def test_two_join_by_the_form(org, case, by_hand, client):
    answer = send(
        client, org.cs_lead, by_hand, outcome="more_people",
        helper_1=org.tech1.pk, helper_1_what="Find the log", helper_1_by="2026-11-12T10:00",
        helper_3=org.biz1.pk, helper_3_what="Ask the airline", helper_3_by="2026-11-12T10:00",
    )  # fmt: skip
    assert answer.status_code == 302
    assert set(case.tickets.values_list("owner", "title")) == {
        (org.tech1.pk, "Find the log"),
        (org.biz1.pk, "Ask the airline"),
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"outcome": "more_people"}, "Choose who joins."),
        ({"outcome": "more_people", "helper_2_what": "Look"}, "Choose who does it."),
        ({"outcome": "more_people", "helper_2_what": "Look"}, "Say by when."),
        ({"outcome": "risk_accepted"}, "Name the risk"),
        ({"outcome": "risk_accepted", "risk": "He leaves."}, "Say until when"),
        ({"outcome": "risk_accepted", "risk": "He leaves.", "until": "soon"}, "valid date"),
        ({"outcome": "new_date"}, "Select a valid choice"),
        ({"outcome": "no_action", "note": " "}, "required"),
    ],
)
def test_bad_input_is_answered_at_the_field(org, by_hand, client, given, says):
    answer = send(client, org.cs_lead, by_hand, **given)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_day_that_has_passed_is_said_in_its_own_row(org, by_hand, client):
    answer = send(
        client, org.cs_lead, by_hand, outcome="more_people",
        helper_3=org.biz1.pk, helper_3_what="Ask the airline", helper_3_by="2026-11-01T10:00",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "here_helper_3_by_error" in answer.content.decode().replace("id_helper", "here_helper")


def test_on_a_closed_case_nobody_joins(org, case, by_hand, client):
    Complaint.objects.filter(pk=case.pk).update(state="withdrawn", closed_at=NOW)
    with pytest.raises(IllegalMove):
        act(by_hand, org.cs_lead, Outcome.MORE_PEOPLE, helpers=[helper(org.tech1)])
    answer = send(client, org.cs_lead, by_hand, outcome="more_people")
    assert "Select a valid choice" in answer.content.decode()


def test_the_accepted_risk_is_shown_on_the_case_and_the_escalation(org, case, by_hand, client):
    act(by_hand, org.cs_lead, Outcome.RISK_ACCEPTED, risk="He may leave us.", until=TOMORROW)
    client.force_login(org.cs_lead)
    pages = [
        reverse("complaints:case", args=[case.reference]),
        reverse("complaints:escalation", args=[by_hand.reference]),
    ]
    for address in pages:
        assert "He may leave us." in client.get(address).content.decode()


def test_the_ticket_of_a_return_is_the_parent(org, case):
    ticket = ask(case, org.cs1, org.biz)
    for _ in range(2):
        ticket = tickets.return_ticket(
            ticket=ticket, actor=org.biz1, missing="Which?", from_whom="客服1", now=MONDAY
        )
        ticket = asking.complete(ticket=ticket, actor=org.cs1, text="This.", now=MONDAY)
    raised = Escalation.objects.get(reason="returned_twice")
    act(raised, org.ceo, Outcome.MORE_PEOPLE, helpers=[helper(org.tech1)])
    assert Ticket.objects.get(owner=org.tech1).parent == ticket

"""A leader who does not decide yet: another option is asked for, or the one above decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.models import Complaint, OptionAsked, Ticket
from complaints.services import cases, proposals, undecided
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Deadline, Escalation
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from notifications.models import Notice
from tests.complaints.factories import MONDAY, accepted, file_case
from tests.complaints.options import DAY, NOW, asked, choose, draft, kind, offered, risk
from tests.personas import Org


@pytest.fixture
def case(org: Org) -> Complaint:
    kind("production_data", org.tech)
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    accepted(made, org.cs1, org.biz1, org.biz)
    return Complaint.objects.get(pk=made.pk)


@pytest.fixture
def question(org: Org, case: Complaint) -> Escalation:
    forget_standing(*org.people.values())
    offered(org, case, org.biz1, risks=[risk()])
    return asked(org, case)


def ask_option(question: Escalation, actor: User, org: Org, **given: object) -> Ticket:
    forget_standing(actor)
    usual = {"department": org.ops, "what": "One without edits", "by_when": NOW + 5 * DAY}
    return undecided.ask_option(escalation=question, actor=actor, now=NOW, **usual | given)


def pass_up(question: Escalation, actor: User, now=NOW, reason: str = "Not mine.") -> Escalation:
    forget_standing(actor)
    return undecided.pass_up(escalation=question, actor=actor, reason=reason, now=now)


# --- Another option -------------------------------------------------------------------------------
def test_a_dated_ticket_goes_out_and_the_clock_waits(org, case, question):
    ticket = ask_option(question, org.tech_lead, org)
    assert (ticket.department, ticket.needed_by) == (org.ops, NOW + 5 * DAY)
    assert (ticket.asked_by, ticket.asking_department) == (org.tech_lead, org.tech)
    clock = Deadline.objects.get(subject=question.reference, state="running")
    assert clock.due_at == NOW + 5 * DAY
    question.refresh_from_db()
    assert (question.state, question.leader) == ("acknowledged", org.tech_lead)
    assert OptionAsked.objects.get().ticket == ticket
    assert Notice.objects.filter(kind="option_asked", reader=org.ops1).count() == 1


def test_an_earlier_date_does_not_hurry_the_leader(org, case, question):
    before = Deadline.objects.get(subject=question.reference).due_at
    ask_option(question, org.tech_lead, org, by_when=NOW + timedelta(minutes=5))
    assert Deadline.objects.get(subject=question.reference).due_at == before


def test_the_option_answers_the_ticket_and_comes_to_the_leader(org, case, question):
    ticket = ask_option(question, org.tech_lead, org)
    forget_standing(*org.people.values())
    Notice.objects.all().delete()
    made = proposals.propose(
        complaint=case, actor=org.ops1, ticket=ticket, draft=draft(title="By voucher"), now=NOW
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.owner, ticket.answer) == (
        "done", org.ops1, f"{made.reference} By voucher",
    )  # fmt: skip
    assert not Deadline.objects.live().filter(subject=ticket.reference).exists()
    told = Notice.objects.filter(reader=org.tech_lead)
    assert [one.kind for one in told] == ["proposal_offered"]


def test_what_was_asked_for_ends_with_the_decision(org, case, question):
    ticket = ask_option(question, org.tech_lead, org)
    question.refresh_from_db()
    choose(question, org.tech_lead, case.proposals.get())
    ticket.refresh_from_db()
    assert ticket.state == "withdrawn"


LACKING = [("what", {"what": " "}), ("by_when", {"by_when": NOW})]


@pytest.mark.parametrize(("field", "given"), LACKING)
def test_what_lacks_is_said(org, case, question, field, given):
    with pytest.raises(Invalid) as lacks:
        ask_option(question, org.tech_lead, org, **given)
    assert lacks.value.field == field
    assert not OptionAsked.objects.exists()


@pytest.mark.parametrize("move", [ask_option, pass_up])
def test_only_who_decides_may(org, case, question, move):
    more = (org,) if move is ask_option else ()
    for name, person in org.people.items():
        if name not in {"tech_lead", "ceo"}:
            with pytest.raises(NotAllowed):
                move(question, person, *more)


# --- Passed up ------------------------------------------------------------------------------------
def test_the_next_leader_is_asked_at_once_with_a_clock_of_their_own(org, case, question):
    later = NOW + timedelta(hours=3)
    passed = pass_up(question, org.tech_lead, later)
    assert (passed.leader, passed.seat, passed.state) == (org.ceo, org.exec, "raised")
    clock = Deadline.objects.get(subject=question.reference, state="running")
    assert (clock.owner, clock.started_at) == (org.ceo, later)
    entry = Entry.objects.get(tag="escalation:passed_up")
    assert (entry.actor, entry.message.text) == (org.tech_lead, "Not mine.")
    told = Notice.objects.filter(entry=entry).values_list("reader", "kind")
    assert set(told) == {(org.ceo.pk, "escalation"), (org.biz1.pk, "escalation_passed_up")}


def test_at_the_top_it_is_refused_with_a_sentence(org, case, question):
    pass_up(question, org.tech_lead)
    question.refresh_from_db()
    with pytest.raises(IllegalMove, match="Nobody is above you"):
        pass_up(question, org.ceo)


def test_a_reason_is_needed_and_a_stale_page_is_said(org, case, question):
    with pytest.raises(Invalid):
        pass_up(question, org.tech_lead, reason=" ")
    forget_standing(org.tech_lead)
    with pytest.raises(Conflict):
        undecided.pass_up(
            escalation=question, actor=org.tech_lead, reason="x", now=NOW, version=99
        )


def test_after_the_decision_neither_is_possible(org, case, question):
    choose(question, org.tech_lead, case.proposals.get())
    with pytest.raises(IllegalMove):
        pass_up(question, org.tech_lead)
    with pytest.raises(IllegalMove):
        ask_option(question, org.tech_lead, org)


# --- The pages ------------------------------------------------------------------------------------
def test_the_page_of_the_question_shows_both_and_the_exchange(org, case, question, client):
    client.force_login(org.tech_lead)
    page = client.get(reverse("complaints:escalation", args=[question.reference]))
    said = page.content.decode()
    assert "Options side by side" in said
    for verb in ("ask_option", "pass_up"):
        address = reverse("complaints:move_escalation", args=[question.reference, verb])
        assert address in said
        assert client.get(address).status_code == 200

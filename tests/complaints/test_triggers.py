"""What raises a case without a clock: at the limit of its policy, and to whom."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Category, Commitment, Complaint, Ticket
from complaints.services import asking, cases, commitments, sorting, tickets
from complaints.services.decisions import decide
from complaints.services.sorting import Sorting
from departments.standing import forget_standing
from escalations.models import Deadline, Escalation, Policy
from escalations.policy import STANDARD
from escalations.services import sweep
from notifications.models import Notice
from notifications.texts import text_of
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

HOUR = timedelta(hours=1)
Reason = Escalation.Reason


@pytest.fixture
def strict(org: Org) -> None:
    """A policy with limits of its own."""
    rules = copy.deepcopy(STANDARD)
    rules["limits"] = {
        "returns": 1, "handovers": 2, "moved_dates": 2, "recurrences": 2, "recurrence_days": 10,
    }  # fmt: skip
    made = Policy.objects.create(code="strict", name_en="Strict", name_zh="严格", rank=1)
    made.versions.create(number=1, rules=rules, activated_at=MONDAY)


@pytest.fixture
def case(org: Org, strict: None) -> Complaint:
    return file_case(org.cs1)


def cause() -> Category:
    made, _ = Category.objects.get_or_create(
        code="C.77", defaults={"axis": "C", "name_en": "Test gap", "name_zh": "漏测"}
    )
    return made


def give_back(org: Org, ticket: Ticket, now: datetime = MONDAY) -> Ticket:
    return tickets.return_ticket(
        ticket=ticket, actor=org.biz1, missing="Which order?", from_whom="客服1", now=now
    )


def hand_on(org: Org, ticket: Ticket, to: str, by: str) -> Ticket:
    return tickets.forward(
        ticket=ticket, actor=org.people[by], department=getattr(org, to), reason=f"For {to}.",
        now=MONDAY,
    )  # fmt: skip


def move(promise: Commitment, org: Org, days: int) -> Commitment:
    return commitments.move_date(
        commitment=promise, actor=org.cs1, promised_at=MONDAY + timedelta(days=days),
        reason=f"Reason {days}.", now=MONDAY,
    )  # fmt: skip


def promised(org: Org, case: Complaint) -> Commitment:
    return commitments.promise(
        complaint=case, actor=org.cs1, what="Call him", promised_at=MONDAY + HOUR, now=MONDAY
    )


def same(org: Org, days: int = 0) -> Complaint:
    now = MONDAY + timedelta(days=days)
    return file_case(org.cs1, now=now, cause=cause(), product="Miles")


def opened(reason: str) -> Escalation:
    return Escalation.objects.open().get(reason=reason)


def settle(org: Org, escalation: Escalation) -> None:
    forget_standing(*org.people.values())
    decide(escalation=escalation, actor=org.ceo, outcome="no_action", note="Go on.", now=MONDAY)


# --- At the limit of the policy, and to whom ------------------------------------------------------
def test_a_return_too_many_goes_to_the_leader_above_both(org, case):
    ticket = give_back(org, ask(case, org.cs1, org.biz))
    raised = opened(Reason.RETURNED_TWICE)
    assert (raised.leader, raised.subject, raised.level) == (org.ceo, ticket.reference, 1)


def test_handed_on_too_often_goes_above_who_gave_and_who_got_it(org, case):
    ticket = hand_on(org, ask(case, org.cs1, org.biz), "tech", "biz1")
    assert not Escalation.objects.filter(reason=Reason.HANDED_ON).exists()
    org.ops.parent = org.tech
    org.ops.save()
    hand_on(org, ticket, "ops", "tech1")
    # Technology is above operations: its leader decides between the two.
    assert opened(Reason.HANDED_ON).leader == org.tech_lead


def test_the_date_moved_too_often_goes_to_the_leader_of_who_promised(org, case):
    promise = move(promised(org, case), org, 2)
    assert not Escalation.objects.filter(reason=Reason.DATES_MOVED).exists()
    move(promise, org, 3)
    raised = opened(Reason.DATES_MOVED)
    assert (raised.leader, raised.subject) == (org.cs_lead, promise.reference)


def test_the_same_again_within_the_days_of_the_policy(org, strict):
    same(org)
    assert not Escalation.objects.exists()
    same(org, days=11)
    assert not Escalation.objects.exists(), "the first is too long ago"
    third = same(org, days=12)
    assert (opened(Reason.RECURRED).stream, opened(Reason.RECURRED).leader) == (
        third.reference,
        org.cs_lead,
    )


def test_silence_reaches_the_leader_of_who_holds_it(org, case):
    """The clock that watches follows the holder; it is late nowhere but on the escalation."""
    accepted(case, org.cs1, org.biz1, org.biz)
    clock = Deadline.objects.get(subject=case.reference, kind="stall")
    assert (clock.owner, clock.department) == (org.biz1, org.biz)
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=4))
    assert opened(Reason.STALLED).department == org.biz
    assert not Deadline.objects.live().filter(kind="stall").exists()


# --- Joined, anew, withdrawn ----------------------------------------------------------------------
def test_a_second_ticket_joins_and_keeps_it_open_when_the_first_is_settled(org, case):
    first = give_back(org, ask(case, org.cs1, org.biz))
    second = give_back(org, ask(case, org.cs1, org.biz, title="And this?"))
    raised = opened(Reason.RETURNED_TWICE)
    asking.withdraw(ticket=first, actor=org.cs1, reason="Not needed.", now=MONDAY)
    raised.refresh_from_db()
    assert (raised.state, raised.subject, raised.label) == ("raised", second.reference, "And this?")
    asking.withdraw(ticket=second, actor=org.cs1, reason="Not needed.", now=MONDAY)
    raised.refresh_from_db()
    assert raised.state == "withdrawn"


def test_decided_and_then_again_it_is_raised_anew(org, case):
    promise = move(move(promised(org, case), org, 2), org, 3)
    settle(org, opened(Reason.DATES_MOVED))
    move(promise, org, 4)
    assert Escalation.objects.filter(reason=Reason.DATES_MOVED).count() == 2
    commitments.keep(commitment=promise, actor=org.cs1, how="", now=MONDAY)
    assert not Escalation.objects.open().filter(reason=Reason.DATES_MOVED).exists()


def test_handed_on_is_settled_with_the_ticket(org, case):
    ticket = hand_on(org, ask(case, org.cs1, org.biz), "tech", "biz1")
    ticket = hand_on(org, ticket, "ops", "tech1")
    asking.withdraw(ticket=ticket, actor=org.cs1, reason="Solved.", now=MONDAY)
    assert Escalation.objects.get(reason=Reason.HANDED_ON).state == "withdrawn"


def test_another_cause_takes_back_that_it_is_the_same_again(org, strict):
    same(org)
    case = same(org, days=1)
    other = Sorting(category=case.category, cause=None, product="Miles")
    sorting.recategorise(
        complaint=case, actor=org.cs1, sorting=other, reason="Found out.", now=MONDAY
    )
    assert Escalation.objects.get(reason=Reason.RECURRED).state == "withdrawn"


def test_the_same_again_is_seen_when_the_cause_is_found(org, strict):
    same(org)
    case = file_case(org.cs1, product="Miles")
    found = Sorting(category=case.category, cause=cause(), product="Miles")
    sorting.recategorise(
        complaint=case, actor=org.cs1, sorting=found, reason="Found out.", now=MONDAY
    )
    assert opened(Reason.RECURRED).stream == case.reference


def test_movement_takes_back_that_it_stalled(org, case):
    accepted(case, org.cs1, org.biz1, org.biz)
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=4))
    later = MONDAY + timedelta(days=4, hours=1)
    cases.inform_customer(complaint=case, actor=org.cs1, what="Soon.", now=later)
    sweep(now=later + 2 * HOUR)
    assert Escalation.objects.get(reason=Reason.STALLED).state == "withdrawn"


# --- What the leader reads ------------------------------------------------------------------------
def page(client: Client, org: Org, escalation: Escalation, who: str = "ceo") -> str:
    forget_standing(*org.people.values())
    client.force_login(org.people[who])
    answer = client.get(reverse("complaints:escalation", args=[escalation.reference]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_date_with_its_reason(org, case, client):
    move(move(promised(org, case), org, 2), org, 3)
    told = page(client, org, opened(Reason.DATES_MOVED))
    assert "“Call him” was moved 2 times" in told
    assert "The dates, and why they moved" in told
    assert told.index("Reason 2.") < told.index("Reason 3.")


def test_the_way_from_department_to_department_with_its_reasons(org, case, client):
    ticket = hand_on(org, ask(case, org.cs1, org.biz), "tech", "biz1")
    hand_on(org, ticket, "ops", "tech1")
    told = page(client, org, opened(Reason.HANDED_ON))
    assert "Handed on 2 times from department to department" in told
    assert told.index("For tech.") < told.index("For ops.")


def test_since_when_nothing_moved_and_what_moved_last(org, case, client):
    accepted(case, org.cs1, org.biz1, org.biz)
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=4))
    told = page(client, org, opened(Reason.STALLED))
    assert "Nothing has moved since" in told
    assert "What moved last" in told


def test_the_other_cases_but_only_those_that_the_reader_may_see(org, strict, client):
    hidden, case = same(org), same(org, days=1)
    raised = opened(Reason.RECURRED)
    told = page(client, org, raised, "cs_lead")
    assert "The same again: Test gap, Miles" in told
    assert hidden.reference in told
    Escalation.objects.filter(pk=raised.pk).update(leader=org.tech_lead, seat=org.tech)
    ask(case, org.cs1, org.tech, now=MONDAY + timedelta(days=1))
    told = page(client, org, raised, "tech_lead")
    assert hidden.reference not in told
    assert "and one that you may not read" in told


@pytest.mark.parametrize("where", ["complaints:desk", "complaints:dashboard"])
def test_lists_say_it_in_a_sentence(org, case, client, where):
    move(move(promised(org, case), org, 2), org, 3)
    give_back(org, ask(case, org.cs1, org.biz))
    forget_standing(*org.people.values())
    client.force_login(org.cs_lead)
    told = client.get(reverse(where)).content.decode()
    assert "“Call him” was moved 2 times" in told


def test_the_notice_says_what_is_asked(org, case):
    move(move(promised(org, case), org, 2), org, 3)
    notice = Notice.objects.get(kind="escalation", reader=org.cs_lead)
    assert "Say what is to happen instead" in text_of(notice).body

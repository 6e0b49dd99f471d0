"""A leader chooses options: everything they need is opened at once, or nothing is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count

from complaints.models import Complaint, Decision, NeedInput, Proposal, Risk, Ticket
from complaints.services import asking, cases, proposals, tickets
from complaints.services.commitments import promise
from complaints.services.proposals import DateDraft
from departments.standing import forget_standing
from escalations.models import Deadline
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from notifications.models import Notice
from notifications.texts import text_of
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.complaints.options import DAY, NOW, asked, choose, draft, full, kind, offered, risk
from tests.personas import Org


@pytest.fixture
def case(org: Org) -> Complaint:
    kind("production_data", org.tech)
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    ticket = accepted(made, org.cs1, org.biz1, org.biz)
    ask(made, org.biz1, org.tech, parent=ticket)
    return Complaint.objects.get(pk=made.pk)


@pytest.fixture
def first(org: Org, case: Complaint) -> Proposal:
    forget_standing(*org.people.values())
    return proposals.propose(complaint=case, actor=org.tech1, draft=full(org), now=NOW)


@pytest.fixture
def second(org: Org, case: Complaint, first: Proposal) -> Proposal:
    return offered(org, case, title="Ship the fix", track="lasting", risks=[risk(text="He waits.")])


# --- Whom it goes to ------------------------------------------------------------------------------
def test_the_table_of_risks_names_the_leader(org, case, first):
    escalation = asked(org, case)
    assert (escalation.leader, escalation.seat) == (org.tech_lead, org.tech)


def test_without_such_a_risk_the_lowest_above_both_sides_decides(org, case):
    offered(org, case)
    assert asked(org, case).leader == org.ceo


def test_another_leader_may_be_asked_and_a_date_be_given(org, case, first):
    escalation = asked(org, case, department=org.ops, needed_by=NOW + DAY)
    assert escalation.leader == org.ops_lead
    clock = Deadline.objects.get(subject=escalation.reference, kind="decide")
    assert clock.due_at == NOW + DAY
    assert Complaint.objects.visible_to(org.ops_lead).filter(pk=case.pk).exists()


def test_a_date_that_has_passed_is_refused(org, case):
    with pytest.raises(Invalid) as lacks:
        asked(org, case, needed_by=NOW)
    assert lacks.value.field == "needed_by"


def test_the_second_return_goes_to_whom_the_risk_calls_for(org, case, first):
    ticket = Ticket.objects.get(department=org.tech)
    for _time in range(2):
        ticket = tickets.return_ticket(
            ticket=ticket, actor=org.tech1, missing="Which?", from_whom="业务1",
            by_when=NOW + DAY, now=NOW,
        )  # fmt: skip
        ticket = asking.complete(ticket=ticket, actor=org.biz1, text="This.", now=NOW)
    raised = Entry.objects.get(tag="escalation:raised")
    assert raised.data["leader"] == org.tech_lead.pk


# --- Chosen ---------------------------------------------------------------------------------------
def test_every_need_becomes_a_dated_ticket_of_its_department(org, case, first, second):
    before = set(case.tickets.values_list("pk", flat=True))
    choose(asked(org, case), org.tech_lead, first, second, conditions="Report daily.")
    opened = case.tickets.exclude(pk__in=before).order_by("pk")
    assert [(one.department, one.purpose, one.owner) for one in opened] == [
        (org.ops, "reconcile", None),
        (org.biz, "ask", None),
        (org.biz, "task", None),
        (org.tech, "change", None),
    ]
    for one in opened:
        assert one.needed_by <= NOW + DAY
        assert Deadline.objects.filter(subject=one.reference, kind="accept").count() == 1
    assert "Report daily." in opened[0].ask
    assert opened[1].parent == opened[0]
    # Who proposed it says whether it is done; of their own department, first contact does.
    assert [one.asking_department for one in opened] == [org.tech, org.tech, org.tech, org.cs]


def test_the_options_the_risks_and_the_question_are_settled(org, case, first, second):
    third = offered(org, case, title="Refuse it")
    escalation = choose(asked(org, case), org.tech_lead, first, second)
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {first.pk: "chosen", second.pk: "chosen", third.pk: "not_chosen"}
    assert set(Risk.objects.values_list("accepted_by", flat=True)) == {org.tech_lead.pk}
    decision = Decision.objects.get()
    assert set(decision.chosen.all()) == {first, second}
    assert (decision.decided_by, escalation.state, escalation.outcome) == (
        org.tech_lead, "decided", "options",
    )  # fmt: skip
    clock = Deadline.objects.get(subject=escalation.reference)
    assert clock.state == "met"


def test_dates_may_be_changed_and_promises_move(org, case):
    given = promise(
        complaint=case, actor=org.tech2, what="UAT", promised_at=NOW + DAY, now=NOW
    )
    later = NOW + 3 * DAY
    option = offered(org, case, dates=[DateDraft(commitment=given, at=NOW + 2 * DAY)],
                     needs=full(org).needs[1:2])  # fmt: skip
    row, wanted = option.dates.get(), option.needs.get()
    choose(asked(org, case), org.ceo, option, moved={row.pk: later}, needed={wanted.pk: later})
    given.refresh_from_db()
    wanted.refresh_from_db()
    assert (given.promised_at, len(given.moves)) == (later, 1)
    assert wanted.ticket.needed_by == later


def test_each_is_told_once_with_all_that_was_opened(org, case, first, second):
    escalation = asked(org, case)
    Notice.objects.all().delete()
    choose(escalation, org.tech_lead, first, second)
    twice = Notice.objects.values("reader").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice
    told = set(Notice.objects.values_list("reader__username", flat=True))
    assert {"cs1", "biz1", "biz2", "tech1", "ops1", "ops_lead"} <= told
    assert "tech_lead" not in told
    said = text_of(Notice.objects.get(reader=org.ops1))
    assert "Deduct the points" in said.body
    assert "Fix the order now" in said.body


# --- Refused --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"accepted": ()}, "risk_"),
        ({"needed": "past"}, "need_"),
        ({"options": ()}, "options"),
    ],
)
def test_what_lacks_leaves_nothing_behind(org, case, first, given, field):
    if given.get("needed"):
        given = {"needed": {first.needs.last().pk: NOW - DAY}}
    escalation = asked(org, case)
    before = Entry.objects.count(), case.tickets.count(), Notice.objects.count()
    with pytest.raises(Invalid) as lacks:
        choose(escalation, org.tech_lead, first, **given)
    assert lacks.value.field.startswith(field)
    assert (Entry.objects.count(), case.tickets.count(), Notice.objects.count()) == before
    escalation.refresh_from_db()
    first.refresh_from_db()
    assert (escalation.state, first.state) == ("raised", "offered")
    assert not Decision.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(org, case, first, second, monkeypatch):
    escalation = asked(org, case)
    before = Entry.objects.count(), Ticket.objects.count(), Notice.objects.count()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the lights go out")

    monkeypatch.setattr("complaints.services.choosing.tell", broken)
    with pytest.raises(RuntimeError):
        choose(escalation, org.tech_lead, first, second)
    assert (Entry.objects.count(), Ticket.objects.count(), Notice.objects.count()) == before
    assert not Risk.objects.filter(accepted_by__isnull=False).exists()
    assert set(Proposal.objects.values_list("state", flat=True)) == {"offered"}


def test_only_the_leader_one_above_or_a_stand_in_decides(org, case, first):
    escalation = asked(org, case)
    for name, person in org.people.items():
        if name in {"tech_lead", "ceo"}:
            continue
        with pytest.raises(NotAllowed):
            choose(escalation, person, first)


def test_options_that_changed_since_they_were_read_are_read_again(org, case, first):
    escalation = asked(org, case)
    seen = {first.pk: 1}
    proposals.revise(proposal=first, actor=org.tech1, draft=draft(risks=[risk()]), now=NOW)
    with pytest.raises(Conflict):
        choose(escalation, org.tech_lead, first, seen=seen)
    first.refresh_from_db()
    choose(escalation, org.tech_lead, first, seen={first.pk: 2})


def test_decided_twice_is_refused(org, case, first):
    escalation = asked(org, case)
    choose(escalation, org.tech_lead, first)
    with pytest.raises(IllegalMove):
        choose(escalation, org.tech_lead, first)


# --- What a need cannot begin without -------------------------------------------------------------
@pytest.fixture
def deduct(org: Org, case: Complaint, first: Proposal) -> Ticket:
    choose(asked(org, case), org.tech_lead, first)
    ticket = Ticket.objects.get(purpose="reconcile")
    forget_standing(*org.people.values())
    return tickets.accept(ticket=ticket, actor=org.ops1, promised_at=ticket.needed_by, now=NOW)


def test_it_may_be_accepted_but_not_answered_until_it_is_supplied(org, deduct):
    with pytest.raises(Invalid, match="Member number"):
        tickets.answer(ticket=deduct, actor=org.ops1, text="Done.", now=NOW)
    asked_for = NeedInput.objects.get().ticket
    assert asked_for.department == org.biz
    taken = tickets.accept(
        ticket=asked_for, actor=org.biz1, promised_at=asked_for.needed_by, now=NOW
    )
    tickets.answer(ticket=taken, actor=org.biz1, text="8821-55", now=NOW)
    given = NeedInput.objects.get()
    assert (given.value, given.supplied_by, given.supplied_at) == ("8821-55", org.biz1, NOW)
    assert Notice.objects.filter(reader=org.ops1, kind="ticket_answered").exists()
    answered = tickets.answer(ticket=deduct, actor=org.ops1, text="Done.", now=NOW)
    assert answered.state == "answered"


def test_what_was_supplied_and_not_enough_lacks_again(org, deduct):
    wanted = NeedInput.objects.get().ticket
    taken = tickets.accept(ticket=wanted, actor=org.biz1, promised_at=wanted.needed_by, now=NOW)
    tickets.answer(ticket=taken, actor=org.biz1, text="8821", now=NOW)
    asking.reject(
        ticket=taken, actor=org.tech1, missing="The rest", needed_by=NOW + DAY, now=NOW
    )
    assert NeedInput.objects.get().value == ""
    with pytest.raises(Invalid):
        tickets.answer(ticket=deduct, actor=org.ops1, text="Done.", now=NOW)


def test_what_nobody_needs_any_more_holds_nothing_up(org, deduct):
    wanted = NeedInput.objects.get().ticket
    asking.withdraw(ticket=wanted, actor=org.tech1, reason="Found it.", now=NOW)
    tickets.answer(ticket=deduct, actor=org.ops1, text="Done.", now=NOW)


def test_a_reconciliation_blocks_closing_with_a_sentence(org, case, deduct):
    cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="Miles", reply="Sorry.", now=NOW
    )
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Yes.", now=NOW)
    with pytest.raises(IllegalMove, match="reconciled first"):
        cases.close(
            complaint=case, actor=org.cs1, outcome="upheld", reply="Sorry.",
            now=NOW + timedelta(hours=1),
        )  # fmt: skip

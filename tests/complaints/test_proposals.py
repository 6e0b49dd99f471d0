"""Options: who offers them, what they must say, who hears of them, and how they end."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from complaints.models import Complaint, Involvement, Proposal, RiskKind
from complaints.permissions import allowed_moves
from complaints.services import cases, proposals
from complaints.services.commitments import promise
from complaints.services.proposals import DateDraft, InputDraft
from departments.standing import forget_standing
from journal.errors import Conflict, IllegalMove, Invalid, MoveError, NotAllowed
from journal.models import Entry
from notifications.models import Notice
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.complaints.options import DAY, NOW, asked, draft, full, need, offered, risk
from tests.personas import Org


@pytest.fixture
def case(org: Org) -> Complaint:
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    ticket = accepted(made, org.cs1, org.biz1, org.biz)
    ask(made, org.biz1, org.tech, parent=ticket)
    return Complaint.objects.get(pk=made.pk)


def test_an_option_is_written_down_with_all_it_has(org, case):
    forget_standing(*org.people.values())
    made = proposals.propose(complaint=case, actor=org.tech1, draft=full(org), now=NOW)
    assert made.reference.startswith("O-")
    assert (made.state, made.department, made.proposed_by) == ("offered", org.tech, org.tech1)
    assert made.steps == ["Set it", "Issue the file"]
    assert [one.kind.code for one in made.risks.all()] == ["production_data"]
    wanted = [(org.ops, "reconcile"), (org.biz, "task"), (org.tech, "change")]
    assert [(one.department, one.purpose) for one in made.needs.all()] == wanted
    assert made.needs.first().inputs.get().from_department == org.biz
    entry = Entry.objects.get(tag="proposal:offered")
    assert (entry.subject, entry.message.text) == (made.reference, made.summary)


def test_several_departments_offer_before_anything_is_decided(org, case):
    offered(org, case, org.tech1)
    offered(org, case, org.biz1, title="Order anew")
    assert set(case.proposals.values_list("department", flat=True)) == {org.tech.pk, org.biz.pk}


MAY = {"cs1", "cs2", "cs_lead", "biz1", "biz2", "biz_lead", "biz_deputy", "tech1", "tech2"}
MAY |= {"tech_lead", "ceo"}


def test_whoever_takes_part_may_propose_and_nobody_else(org, case):
    forget_standing(*org.people.values())
    for name, person in org.people.items():
        try:
            with transaction.atomic():
                proposals.propose(complaint=case, actor=person, draft=draft(), now=NOW)
                came = True
                transaction.set_rollback(True)
        except NotAllowed:
            came = False
        assert came == (name in MAY), name


def test_the_department_that_proposed_may_change_and_withdraw(org, case):
    made = offered(org, case)
    forget_standing(*org.people.values())
    may = {name for name, person in org.people.items() if allowed_moves(person, made)}
    assert may == {"tech1", "tech2", "tech_lead", "ceo"}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": "  "}),
        ("summary", {"summary": ""}),
        ("track", {"track": "sideways"}),
        ("expected_at", {"expected_at": NOW}),
        ("steps", {"steps": ["one"] * 31}),
        ("risks", {"risks": "risk"}),
        ("needs", {"needs": "past"}),
        ("needs", {"needs": "own"}),
        ("needs", {"needs": "kind"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left(org, case, field, given):
    own = need(org, inputs=[InputDraft(name="Key", from_department=org.ops)])
    rows = {
        "risk": [risk(text=" ")],
        "past": [need(org, by_when=NOW)],
        "own": [own],
        "kind": [need(org, purpose="ask")],
    }
    made = {key: rows.get(value, value) if isinstance(value, str) else value
            for key, value in given.items()}  # fmt: skip
    with pytest.raises(Invalid) as lacks:
        offered(org, case, **made)
    assert lacks.value.field == field
    assert not Proposal.objects.exists()


def test_a_promise_of_another_case_cannot_be_moved(org, case):
    other = promise(
        complaint=file_case(org.cs1), actor=org.cs1, what="x", promised_at=NOW + DAY, now=NOW
    )
    with pytest.raises(Invalid, match="No such promise"):
        offered(org, case, dates=[DateDraft(commitment=other, at=NOW + DAY)])


def test_sent_twice_is_made_once(org, case):
    forget_standing(org.tech1)
    token = uuid.uuid4()
    first, second = (
        proposals.propose(complaint=case, actor=org.tech1, draft=draft(), now=NOW, token=token)
        for _time in range(2)
    )
    assert first == second


def test_changed_it_has_other_rows_and_the_leader_reads_it_again(org, case):
    made = offered(org, case, risks=[risk()])
    escalation = asked(org, case)
    changed = proposals.revise(
        proposal=made, actor=org.tech1, draft=draft(title="Better"), now=NOW, version=1
    )
    assert (changed.title, changed.version, changed.risks.count()) == ("Better", 2, 0)
    assert Notice.objects.filter(kind="proposal_revised", reader=escalation.leader).count() == 1
    with pytest.raises(Conflict):
        proposals.revise(proposal=made, actor=org.tech1, draft=draft(), now=NOW, version=1)


def test_withdrawn_with_a_reason_it_is_no_option_any_more(org, case):
    made = offered(org, case)
    with pytest.raises(Invalid):
        proposals.withdraw(proposal=made, actor=org.tech1, reason=" ", now=NOW)
    gone = proposals.withdraw(proposal=made, actor=org.tech1, reason="Too risky.", now=NOW)
    assert (gone.state, gone.ended_at) == ("withdrawn", NOW)
    for move in (proposals.withdraw, proposals.revise):
        given = {"reason": "x"} if move is proposals.withdraw else {"draft": draft()}
        with pytest.raises(IllegalMove):
            move(proposal=made, actor=org.tech1, now=NOW, **given)


def test_they_end_with_the_case(org, case):
    made = offered(org, case)
    cases.withdraw(complaint=case, actor=org.cs1, said="Never mind.", now=NOW)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    with pytest.raises(MoveError):
        offered(org, case)


def test_each_is_told_once(org, case):
    asked(org, case)
    Notice.objects.all().delete()
    offered(org, case)
    told = list(Notice.objects.values_list("reader", "kind"))
    assert len(told) == len({reader for reader, _kind in told})
    assert (org.cs1.pk, "proposal_offered") in told


def test_the_database_wants_plain_words_and_when_it_ended(org, case):
    made = offered(org, case)
    for wrong in ({"summary": ""}, {"state": "chosen"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=made.pk).update(**wrong)


def test_six_kinds_of_risk_are_there_from_the_start(org):
    known = {"ledger", "production_data", "legal", "personal_data", "reputation", "operations"}
    assert known <= set(RiskKind.objects.values_list("code", flat=True))


def test_a_case_out_of_sight_shows_no_options(org, case):
    made = offered(org, case)
    forget_standing(*org.people.values())
    assert not Proposal.objects.visible_to(org.ops1).exists()
    assert Proposal.objects.visible_to(org.biz1).get() == made
    assert not Involvement.objects.filter(department=org.ops).exists()
    assert not Proposal.objects.visible_to(org.admin).exists()
    assert timedelta(0) < made.expected_at - NOW

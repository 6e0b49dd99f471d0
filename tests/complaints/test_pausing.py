"""The clock of a case stands still: for what the policy lists, with a day to look after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Commitment, Complaint
from complaints.permissions import allowed_moves
from complaints.services import cases, clocks, commitments, extensions, pausing
from complaints.services.pausing import pause, resume
from departments.standing import forget_standing
from escalations.models import Deadline, Escalation
from escalations.services import sweep
from journal.errors import IllegalMove, Invalid
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.policies import policy
from tests.personas import Org

LOOK = MONDAY + timedelta(days=3)
WHY = "external_appraisal"


@pytest.fixture
def case(org: Org) -> Complaint:
    return file_case(org.cs1)


def stop(case: Complaint, org: Org, **more: object) -> Complaint:
    given = {"why": WHY, "waits_for": "The report", "until": LOOK, "now": MONDAY}
    return pause(complaint=case, actor=org.cs1, **{**given, **more})


def clock(case: Complaint) -> Deadline:
    found = clocks.resolving(case)
    assert found is not None
    return found


def wait_of(case: Complaint) -> Commitment:
    return case.commitments.get(kind="wait")


def test_what_is_left_stays_left_and_somebody_looks_after_it(org, case):
    left = clock(case).due_at - MONDAY
    stopped = stop(case, org)
    assert (stopped.paused_for, clock(case).state) == (WHY, "paused")
    wait = wait_of(case)
    assert (wait.owner, wait.what, wait.promised_at) == (org.cs1, "The report", LOOK)
    later = MONDAY + timedelta(days=2)
    resume(complaint=case, actor=org.cs1, what="It is here.", now=later)
    case.refresh_from_db()
    assert (case.paused_for, clock(case).state, clock(case).due_at) == ("", "running", later + left)
    assert wait_of(case).state == "kept"


def test_it_is_never_forgotten(org, case):
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=MONDAY)
    case.refresh_from_db()
    stop(case, org)
    forget_standing(*org.people.values())
    sweep(now=LOOK + timedelta(hours=1))
    raised = Escalation.objects.get(deadlines__subject=wait_of(case).reference)
    assert raised.leader == org.cs_lead


@pytest.mark.parametrize("move", ["keep", "withdraw"])
def test_with_the_promise_the_clock_runs_on(org, case, move):
    stop(case, org)
    given = {"how": "Here."} if move == "keep" else {"reason": "It will not come."}
    act = getattr(commitments, move)
    by = org.cs1 if move == "keep" else org.cs_lead
    act(commitment=wait_of(case), actor=by, now=MONDAY + timedelta(hours=1), **given)
    case.refresh_from_db()
    assert (case.paused_for, clock(case).state) == ("", "running")


def test_what_the_policy_does_not_list_is_refused_with_what_it_lists(org, case):
    with pytest.raises(Invalid, match="an appraisal from outside") as refused:
        stop(case, org, why="on_leave")
    assert refused.value.field == "why"
    assert clock(case).state == "running"


def test_a_policy_that_never_lets_it_stand_still(org, client: Client):
    policy(pause_reasons={})
    case = file_case(org.cs1)
    with pytest.raises(IllegalMove, match="never lets its clock"):
        stop(case, org)
    client.force_login(org.cs1)
    form = client.get(reverse("complaints:move_complaint", args=[case.reference, "pause"]))
    assert "never lets its clock stand still" in form.content.decode()


@pytest.mark.parametrize(
    ("field", "given"),
    [("waits_for", {"waits_for": " "}), ("until", {"until": MONDAY})],
)
def test_who_is_waited_for_and_until_when(org, case, field, given):
    with pytest.raises(Invalid) as lacks:
        stop(case, org, **given)
    assert lacks.value.field == field


def test_meanwhile_it_is_neither_stopped_again_nor_moved(org, case, client: Client):
    stop(case, org)
    case.refresh_from_db()
    offered = allowed_moves(org.cs1, case)
    assert "resume" in offered
    assert not {"pause", "extend"} & set(offered)
    with pytest.raises(IllegalMove, match="stands still"):
        extensions.extend(complaint=case, actor=org.cs1, due_at=LOOK, reason="Slow.", now=MONDAY)
    client.force_login(org.cs1)
    form = client.get(reverse("complaints:move_complaint", args=[case.reference, "extend"]))
    assert "The clock of this case stands still" in form.content.decode()


def test_what_runs_is_not_let_run_on(org, case):
    assert "resume" not in allowed_moves(org.cs1, case)
    with pytest.raises(IllegalMove, match="runs already"):
        resume(complaint=case, actor=org.cs1, what="It is here.", now=MONDAY)


def test_an_accepted_resolution_ends_the_wait(org, case):
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=MONDAY)
    case.refresh_from_db()
    stop(case, org)
    cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="", reply="Sorry.", now=MONDAY
    )
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Yes.", now=MONDAY)
    case.refresh_from_db()
    assert (case.paused_for, wait_of(case).state) == ("", "withdrawn")
    assert Deadline.objects.get(subject=case.reference, kind="resolve").state == "met"


def test_the_time_that_it_stood_still_does_not_count_against_an_extension(org, case):
    stop(case, org)
    later = MONDAY + timedelta(days=2)
    resume(complaint=case, actor=org.cs1, what="It is here.", now=later)
    case.refresh_from_db()
    found = clock(case)
    last = found.first_due_at + timedelta(days=15, hours=48)
    with pytest.raises(Invalid):
        _extend(case, org, last + timedelta(minutes=1), later)
    assert _extend(case, org, last, later).due_at == last


def _extend(case: Complaint, org: Org, due_at, now):
    return extensions.extend(
        complaint=case, actor=org.cs1, due_at=due_at, reason="Slow.", letter="Later.", now=now
    )


def test_the_timeline_tells_it(org, case, client: Client):
    stop(case, org)
    pausing.resume(
        complaint=case, actor=org.cs1, what="It is here.", now=MONDAY + timedelta(hours=1)
    )
    client.force_login(org.cs1)
    told = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    for words in ("Clock stopped", "The report", "Clock runs on", "It is here."):
        assert words in told

"""Promises: moved with a reason, kept or broken by their first date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.models import Commitment, Ticket
from complaints.services import asking, commitments, tickets
from escalations.figures import recount
from escalations.models import DailyFigure, Deadline, Escalation
from journal.errors import Invalid
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

TOMORROW = MONDAY + timedelta(days=1)


@pytest.fixture
def promised(org: Org) -> Commitment:
    return commitments.promise(
        complaint=file_case(org.cs1), actor=org.cs1, what="Call back", promised_at=TOMORROW,
        now=MONDAY,
    )  # fmt: skip


def test_moved_counts_and_keeps_the_first_date(org: Org, promised: Commitment) -> None:
    later = TOMORROW + timedelta(days=2)
    moved = commitments.move_date(
        commitment=promised, actor=org.cs1, promised_at=later, reason="ill", now=MONDAY
    )
    assert (moved.first_promised_at, moved.promised_at) == (TOMORROW, later)
    assert [move["reason"] for move in moved.moves] == ["ill"]
    assert Deadline.objects.get(subject=moved.reference).due_at == later


def test_kept_after_the_first_date_is_late_even_when_moved(org: Org, promised: Commitment) -> None:
    later = TOMORROW + timedelta(days=2)
    commitments.move_date(
        commitment=promised, actor=org.cs1, promised_at=later, reason="ill", now=MONDAY
    )
    kept = commitments.keep(
        commitment=promised, actor=org.cs1, how="", now=TOMORROW + timedelta(hours=1)
    )
    assert kept.state == Commitment.State.KEPT_LATE


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " ", "promised_at": TOMORROW + timedelta(days=1)}, "reason"),
        ({"reason": "ill", "promised_at": MONDAY}, "promised_at"),
        ({"reason": "ill", "promised_at": TOMORROW}, "promised_at"),
    ],
)
def test_a_move_needs_a_reason_and_a_new_date(
    org: Org, promised: Commitment, given: dict, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        commitments.move_date(commitment=promised, actor=org.cs1, now=MONDAY, **given)
    assert refused.value.field == field
    promised.refresh_from_db()
    assert promised.moves == []


def test_withdrawn_when_late_counts_as_broken(org: Org, promised: Commitment) -> None:
    late = TOMORROW + timedelta(days=1)
    commitments.withdraw(commitment=promised, actor=org.cs1, reason="gone", now=late)
    recount(now=late, days=1)
    assert DailyFigure.objects.get(department=org.cs).promises_broken == 1


def test_blocked_ticket_goes_on_when_the_blocker_is_gone(org: Org) -> None:
    ticket = accepted(file_case(org.cs1), org.cs1, org.biz1, org.biz)
    tickets.block(
        ticket=ticket, actor=org.biz1, what="no environment", unblocker=org.tech1,
        by_when=TOMORROW, now=MONDAY,
    )  # fmt: skip
    blocker = Commitment.objects.get(kind="unblock")
    clock = Deadline.objects.get(subject=Commitment.objects.get(kind="deliver").reference)
    assert clock.state == Deadline.State.PAUSED
    commitments.keep(commitment=blocker, actor=org.tech1, how="It is up.", now=MONDAY)
    ticket.refresh_from_db()
    clock.refresh_from_db()
    assert (ticket.state, clock.state) == (Ticket.State.ACCEPTED, Deadline.State.RUNNING)


def test_the_second_return_asks_the_leader_above_both(org: Org) -> None:
    ticket = ask(file_case(org.cs1), org.cs1, org.biz)
    for returned in (1, 2):
        tickets.return_ticket(
            ticket=ticket, actor=org.biz1, missing="the order", from_whom="you", now=MONDAY
        )
        raised = Escalation.objects.filter(reason="returned_twice")
        assert raised.count() == returned - 1
        asking.complete(ticket=ticket, actor=org.cs1, text="here", now=MONDAY)
    assert raised.get().leader == org.ceo

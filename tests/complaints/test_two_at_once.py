"""Two people act on one thing at the same moment: one wins, nothing is lost or doubled."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from complaints.models import Commitment, Complaint, Ticket
from complaints.services import asking, filing, tickets
from escalations.models import Deadline
from journal.errors import MoveError
from journal.models import Entry
from tests.complaints import factories
from tests.complaints.factories import MONDAY, ask, file_case
from tests.personas import Org, build_org

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 6


@pytest.fixture
def people() -> Org:
    return build_org()


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make the calls in threads that start together; what each returned or raised."""
    gate = threading.Barrier(len(calls))
    came: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        gate.wait()
        try:
            came[index] = calls[index]()
        except MoveError as error:
            came[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


def test_one_of_many_accepts(people: Org) -> None:
    ticket = ask(file_case(people.cs1), people.cs1, people.biz)
    promised = MONDAY + timedelta(hours=5)

    def accept() -> Ticket:
        return tickets.accept(
            ticket=ticket, actor=people.biz1, promised_at=promised, now=MONDAY, version=1
        )

    came = at_once([accept] * HANDS)
    assert sum(isinstance(result, Ticket) for result in came) == 1
    assert sum(isinstance(result, MoveError) for result in came) == HANDS - 1
    assert Commitment.objects.filter(ticket=ticket).count() == 1
    assert Entry.objects.filter(tag="ticket:accepted").count() == 1


def test_different_moves_leave_one_of_them(people: Org) -> None:
    ticket = ask(file_case(people.cs1), people.cs1, people.biz)
    at = {"ticket": ticket, "now": MONDAY, "version": 1}
    came = at_once([
        lambda: tickets.accept(**at, actor=people.biz1, promised_at=MONDAY + timedelta(hours=5)),
        lambda: tickets.return_ticket(**at, actor=people.biz2, missing="it", from_whom="you"),
        lambda: tickets.forward(
            **at, actor=people.biz_lead, department=people.tech, reason="theirs"
        ),
        lambda: asking.withdraw(**at, actor=people.cs1, reason="not needed"),
    ])  # fmt: skip
    assert sum(isinstance(result, Ticket) for result in came) == 1
    live = Deadline.objects.filter(stream=ticket.complaint.reference, state__in=Deadline.LIVE)
    assert live.exclude(subject=ticket.complaint.reference).count() <= 1
    ticket.refresh_from_db()
    assert ticket.version == 2


def test_a_double_click_files_once(people: Org) -> None:
    token = uuid.uuid4()
    written = factories.filing()

    def send() -> Complaint:
        return filing.file_complaint(
            filing=written, actor=people.cs1, now=MONDAY, token=token
        )

    came = at_once([send] * HANDS)
    assert {result.reference for result in came} == {Complaint.objects.get().reference}


def test_moves_and_sweeps_meet_without_deadlock(people: Org) -> None:
    from escalations.services import sweep

    cases = [file_case(people.cs1) for _ in range(4)]
    asked = [ask(case, people.cs1, people.biz) for case in cases]
    late = MONDAY + timedelta(days=2)
    came = at_once([
        *[lambda: sweep(now=late)] * 3,
        *[
            lambda ticket=ticket: tickets.accept(
                ticket=ticket, actor=people.biz1, promised_at=late + timedelta(days=1),
                reason="late", now=late,
            )
            for ticket in asked
        ],
    ])  # fmt: skip
    assert not [result for result in came if isinstance(result, Exception)]
    assert Ticket.objects.filter(state="accepted").count() == len(asked)

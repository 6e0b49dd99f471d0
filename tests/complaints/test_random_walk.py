"""Whatever people do to a case, in whatever order: what must always hold."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from complaints.models import Commitment, Complaint, Holding, Involvement, Ticket
from escalations.models import Deadline, Escalation
from journal.errors import MoveError
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.walker import Walker
from tests.personas import Org

LIVE = ("running", "paused")
SEEDS = range(6)
STEPS = 40


def live(reference: str) -> set[str]:
    kinds = Deadline.objects.filter(subject=reference, state__in=LIVE)
    return set(kinds.values_list("kind", flat=True))


def assert_somebody_holds_it(case: Complaint) -> None:
    spans = Holding.objects.filter(complaint=case, until__isnull=True)
    assert spans.count() == (1 if case.is_open else 0)
    if case.is_open:
        span = spans.get()
        held_by = (span.department_id, span.person_id)
        assert held_by == (case.holder_department_id, case.holder_id)


def assert_ticket_has_a_date(ticket: Ticket) -> None:
    """An open ticket is always due: from the department, its owner, the unblocker or the asker."""
    promised = {
        kind: live(promise.reference)
        for promise in ticket.commitments.filter(state="made")
        for kind in [promise.kind]
    }
    match ticket.state:
        case Ticket.State.OPEN:
            assert live(ticket.reference) == {"accept"}
            assert not promised
        case Ticket.State.RETURNED:
            assert live(ticket.reference) == {"complete"}
        case Ticket.State.ACCEPTED:
            assert promised == {"deliver": {"deliver"}}
        case Ticket.State.BLOCKED:
            assert promised == {"deliver": {"deliver"}, "unblock": {"deliver"}}
        case Ticket.State.ANSWERED:
            assert live(ticket.reference) == {"confirm"}
        case _:
            assert not live(ticket.reference)
            assert not promised


def assert_sound(case: Complaint) -> None:
    case.refresh_from_db()
    assert_somebody_holds_it(case)
    for ticket in case.tickets.all():
        assert_ticket_has_a_date(ticket)
        assert Involvement.objects.filter(complaint=case, department=ticket.department).exists()
    for promise in Commitment.objects.filter(complaint=case):
        assert bool(live(promise.reference)) == (promise.state == "made")
    if not case.is_open:
        assert not Deadline.objects.filter(stream=case.reference, state__in=LIVE).exists()
        assert not case.tickets.open().exists()
        open_ = Escalation.objects.filter(stream=case.reference, state__in=Escalation.OPEN)
        assert not open_.exists()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_open_thing_is_held_and_dated(org: Org, seed: int) -> None:
    case = file_case(org.cs1)
    walker = Walker(org, case, MONDAY, seed)
    made = []
    for _ in range(STEPS):
        made.append(walker.step())
        assert_sound(case)
        refused = walker.forbidden()
        if refused:
            with pytest.raises(MoveError):
                walker.make(*refused)
    assert all(made), "somebody can always do something"
    call_command("verify_journal", stream=case.reference, verbosity=0)

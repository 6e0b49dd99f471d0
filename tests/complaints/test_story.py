"""One complaint through the whole house, by its services."""

from __future__ import annotations

from datetime import timedelta

from complaints.models import Complaint, Ticket
from complaints.services import asking, cases, tickets
from tests.complaints.factories import MONDAY, ask, file_case
from tests.personas import Org


def test_filed_asked_answered_closed(org: Org) -> None:
    case = file_case(org.cs1)
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called back.", now=MONDAY)
    ticket = ask(case, org.cs1, org.biz)
    promised = MONDAY + timedelta(hours=5)
    tickets.accept(ticket=ticket, actor=org.biz1, promised_at=promised, now=MONDAY)
    tickets.answer(ticket=ticket, actor=org.biz1, text="No, it must go through.", now=MONDAY)
    asking.confirm(ticket=ticket, actor=org.cs1, now=MONDAY)
    cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="", reply="Sorry.", now=MONDAY
    )
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Fine.", now=MONDAY)
    cases.close(complaint=case, actor=org.cs1, outcome="upheld", reply="Sorry.", now=MONDAY)
    case.refresh_from_db()
    ticket.refresh_from_db()
    assert case.state == Complaint.State.CLOSED
    assert ticket.state == Ticket.State.DONE

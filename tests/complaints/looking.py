"""A case to look at, and how its page is read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from complaints.services import cases, messages
from departments.models import User
from departments.standing import forget_standing
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(hours=6)


def case_in_work(org: Org) -> Complaint:
    """A case with a ticket in work and one below it."""
    made = file_case(org.cs1, product="Points mall", files=[])
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    above = accepted(made, org.cs1, org.biz1, org.biz)
    ask(made, org.biz1, org.tech, parent=above, title="Special way?", ask="Is there one?")
    forget_standing(*org.people.values())
    return made


def address(case: Complaint, name: str = "case") -> str:
    return reverse(f"complaints:{name}", args=[case.reference])


def read(client: Client, user: User, case: Complaint, **query: object) -> str:
    """The page as this person gets it."""
    client.force_login(user)
    response = client.get(address(case), query)
    assert response.status_code == 200
    return response.content.decode()


def write_notes(case: Complaint, org: Org, count: int, now: datetime = NOW) -> None:
    """So many notes, all of one instant."""
    for number in range(count):
        messages.write(complaint=case, actor=org.cs1, kind="note", text=f"Note {number}.", now=now)

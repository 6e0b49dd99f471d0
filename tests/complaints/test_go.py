"""Any reference leads to its page, for those who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from complaints.services import decisions
from departments.standing import forget_standing
from tests.complaints.factories import MONDAY, accepted, file_case
from tests.personas import Org


@pytest.fixture
def case(org: Org) -> Complaint:
    """A case with a ticket, a promise, and a leader who is asked."""
    made = file_case(org.cs1)
    accepted(made, org.cs1, org.biz1, org.biz)
    decisions.request_decision(
        complaint=made, actor=org.cs1, text="Which?", department=org.biz,
        now=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    forget_standing(*org.people.values())
    return made


def go(client: Client, reference: str) -> tuple[int, str]:
    response = client.get(f"/go/{reference}/")
    return response.status_code, response.headers.get("Location", "")


def test_each_kind_leads_to_its_place(client: Client, org: Org, case: Complaint) -> None:
    page = reverse("complaints:case", args=[case.reference])
    ticket, promise = case.tickets.get(), case.commitments.get()
    client.force_login(org.biz_lead)
    assert go(client, case.reference) == (302, page)
    assert go(client, case.reference.lower()) == (302, page)
    assert go(client, ticket.reference) == (302, f"{page}#{ticket.reference}")
    assert go(client, promise.reference) == (302, f"{page}#{promise.reference}")


def test_an_escalation_leads_to_its_page_or_to_the_case(
    client: Client, org: Org, case: Complaint
) -> None:
    question = "E-1"
    client.force_login(org.biz_lead)
    assert go(client, question) == (302, reverse("complaints:escalation", args=[question]))
    # Who is not concerned, but reads the case, finds it there.
    client.force_login(org.biz2)
    page = reverse("complaints:case", args=[case.reference])
    assert go(client, question) == (302, f"{page}#{question}")


@pytest.mark.parametrize("who", ["outsider", "admin", "tech1"])
def test_out_of_sight_is_not_there(client: Client, org: Org, case: Complaint, who: str) -> None:
    client.force_login(org.people[who])
    things = [case, case.tickets.get(), case.commitments.get()]
    for reference in [*(thing.reference for thing in things), "E-1"]:
        assert go(client, reference)[0] == 404


@pytest.mark.parametrize("reference", ["C-2026-99999", "T-0", "P-9", "E-9", "CR-88", "x", "☎"])
def test_what_does_not_exist_is_not_there(client: Client, org: Org, reference: str) -> None:
    client.force_login(org.cs1)
    assert go(client, reference)[0] == 404


def test_signed_out_goes_to_sign_in_and_on(client: Client, case: Complaint) -> None:
    status, location = go(client, case.reference)
    assert status == 302
    assert location.endswith(f"?next=/go/{case.reference}/")


def test_it_is_read_only(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    assert client.post(reverse("complaints:go", args=[case.reference])).status_code == 405

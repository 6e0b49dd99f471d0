"""The identity number: masked, shown on demand to those allowed, and never without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from departments.models import User
from departments.standing import forget_standing
from journal.models import Entry
from tests.complaints.factories import ask, file_case
from tests.personas import Org

NUMBER = "X1234564821"


@pytest.fixture
def case(org: Org) -> Complaint:
    """A case that business takes part in."""
    made = file_case(org.cs1)
    ask(made, org.cs1, org.biz)
    forget_standing(*org.people.values())
    return made


def reveal(client: Client, user: User | None, case: Complaint, **headers: str) -> Any:
    if user is not None:
        client.force_login(user)
    return client.post(reverse("complaints:identity", args=[case.reference]), headers=headers)


def traces(case: Complaint) -> list[Entry]:
    return list(Entry.objects.filter(stream=case.reference, tag="customer:identity_revealed"))


@pytest.mark.parametrize("who", ["cs1", "cs2", "comp1"])
def test_those_allowed_see_it_once_with_a_trace(
    client: Client, org: Org, case: Complaint, who: str
) -> None:
    response = reveal(client, org.people[who], case)
    assert NUMBER in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    (trace,) = traces(case)
    assert trace.actor == org.people[who]
    assert NUMBER not in str(trace.data)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert NUMBER not in page
    assert "looked at the identity number" in page


def test_in_place_only_the_number_comes(client: Client, org: Org, case: Complaint) -> None:
    response = reveal(client, org.cs1, case, **{"HX-Request": "true"})
    part = response.content.decode()
    assert NUMBER in part
    assert "<html" not in part
    # The open page fetches the line that says who looked.
    assert response["HX-Trigger"] == "moved"


@pytest.mark.parametrize(
    "who", ["biz1", "biz_lead", "ceo", "auditor", "admin", "outsider", "tech1"]
)
def test_others_find_nothing(client: Client, org: Org, case: Complaint, who: str) -> None:
    response = reveal(client, org.people[who], case)
    assert response.status_code == 404
    assert traces(case) == []


def test_signed_out_goes_to_sign_in(client: Client, case: Complaint) -> None:
    assert reveal(client, None, case).status_code == 302
    assert traces(case) == []


def test_a_link_shows_nothing(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    response = client.get(reverse("complaints:identity", args=[case.reference]))
    assert response.status_code == 405
    assert traces(case) == []


def test_there_is_no_such_case(client: Client, org: Org) -> None:
    client.force_login(org.cs1)
    assert client.post(reverse("complaints:identity", args=["C-2026-99999"])).status_code == 404

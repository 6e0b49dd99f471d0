"""The page of the dashboard, the list of escalations, and the figures as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.exports import as_csv
from complaints.models import Complaint
from complaints.services import decisions
from departments.models import User
from departments.standing import forget_standing
from escalations.services import sweep
from tests.complaints.factories import MONDAY, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(days=9)
DASHBOARD_QUERIES = 31


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def show(client: Client, person: User, **query: object) -> str:
    forget_standing(person)
    client.force_login(person)
    response = client.get(reverse("complaints:dashboard"), query)
    assert response.status_code == 200
    return response.content.decode()


def held_by_business(org: Org, *, days_ago: float) -> Complaint:
    at = NOW - timedelta(days=days_ago)
    case = file_case(org.cs1, now=at)
    ask(case, org.cs1, org.biz, now=at)
    return case


def test_a_strange_address_shows_the_usual_view(org, client):
    for asked in ({"days": "31"}, {"severity": "huge"}, {"department": "0 OR 1"}):
        assert "Last 30 days" in show(client, org.cs1, **asked)


def test_a_member_is_led_to_the_case(org, client):
    case = held_by_business(org, days_ago=1)
    asked = decisions.request_decision(
        complaint=case, actor=org.cs1, text="Pay?", department=org.cs, now=NOW
    )
    address = reverse("complaints:case", args=[case.reference])
    assert f"{address}#{asked.reference}" in show(client, org.biz1)


def test_empty_pages_say_what_will_be_here(org, client):
    assert "Nothing in these days" in show(client, org.cs1)
    assert "Nothing needs a decision" in show(client, org.cs_lead)
    assert "You belong to no department yet" in show(client, org.outsider)


def test_a_leader_finds_what_needs_a_decision(org, client):
    case = held_by_business(org, days_ago=1)
    asked = decisions.request_decision(complaint=case, actor=org.cs1, text="Pay?", now=NOW)
    page = show(client, org.biz_lead)
    assert "Needs your decision" in page
    assert reverse("complaints:move_escalation", args=[asked.reference, "decide"]) in page
    others = show(client, org.cs1)
    assert "Waiting for other leaders" in others
    assert reverse("complaints:move_escalation", args=[asked.reference, "decide"]) not in others


def raise_some(org: Org, count: int) -> None:
    for minutes in range(count):
        at = NOW - timedelta(hours=2) + timedelta(minutes=minutes // 2)
        case = file_case(org.cs1, now=at)
        ask(case, org.cs1, org.biz, now=at)
        decisions.request_decision(complaint=case, actor=org.cs1, text="Pay?", now=at)
        forget_standing(org.cs1)


def test_every_escalation_is_on_one_page_of_the_list(org, client, monkeypatch):
    monkeypatch.setattr("complaints.views.dashboard.PAGE", 4)
    raise_some(org, 7)
    client.force_login(org.biz_lead)
    found: list[str] = []
    url = reverse("complaints:escalations") + "?mine=1"
    while url:
        context = client.get(url).context
        found += [row.escalation.reference for row in context["rows"]]
        url = context["older_url"]
    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize("person", ["cs1", "biz_lead", "ceo"])
def test_the_page_costs_the_same_however_much_waits(org, client, person):
    raise_some(org, 1)
    show(client, getattr(org, person))
    with CaptureQueriesContext(connection) as little:
        show(client, getattr(org, person))
    raise_some(org, 4)
    with CaptureQueriesContext(connection) as much:
        show(client, getattr(org, person))
    assert len(much) == len(little) <= DASHBOARD_QUERIES


@pytest.mark.parametrize("name", ["dashboard", "escalations"])
def test_signed_out_and_wrong_method(org, client, name):
    address = reverse(f"complaints:{name}")
    assert client.get(address).status_code == 302
    client.force_login(org.cs1)
    assert client.post(address).status_code == 405
    assert client.get(address, {"after": "strange"}).status_code == 200


def test_the_numbers_of_a_stranger_are_empty(org, client):
    held_by_business(org, days_ago=5)
    sweep(now=NOW)
    for person in (org.outsider, org.admin):
        assert "C-20" not in show(client, person)


# --- The files ------------------------------------------------------------------------------------
def rows_of(response) -> list[list[str]]:
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_file(org, client):
    raise_some(org, 1)
    client.force_login(org.cs1)
    for what, rows in (("departments", 7), ("days", 8), ("escalations", 2)):
        response = client.get(reverse("complaints:export", args=[what]), {"days": 7})
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert f"duban-{what}-" in response["Content-Disposition"]
        assert len(rows_of(response)) == rows


def test_a_file_holds_no_more_than_the_page(org, client):
    raise_some(org, 1)
    client.force_login(org.tech1)
    response = client.get(reverse("complaints:export", args=["escalations"]))
    assert len(rows_of(response)) == 1


def test_what_people_typed_is_no_formula():
    response = as_csv("x.csv", [["=1+1", "@cmd", 3, None, "fine"]])
    assert rows_of(response) == [["'=1+1", "'@cmd", "3", "", "fine"]]


def test_the_files_addresses(org, client):
    address = reverse("complaints:export", args=["days"])
    assert client.get(address).status_code == 302
    client.force_login(org.cs1)
    assert client.post(address).status_code == 405
    assert client.get(reverse("complaints:export", args=["secrets"])).status_code == 404

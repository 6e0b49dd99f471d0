"""The page of a clock: why then, who was told and who will be, for those who see its case."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.services.tickets import move_date
from departments.models import Department, User
from escalations.models import Deadline, Escalation
from escalations.services import sweep
from journal.models import Entry
from tests.complaints.factories import MONDAY, accepted, ask, file_case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def case(org):
    return file_case(org.cs1)


@pytest.fixture
def ticket(org, case):
    return accepted(case, org.cs1, org.tech1, org.tech)


def clock(subject: str, kind: str) -> Deadline:
    return Deadline.objects.get(subject=subject, kind=kind)


def promise_of(ticket) -> Deadline:
    return clock(ticket.commitments.get().reference, "deliver")


def opened(client, person: User, deadline: Deadline, now=MONDAY) -> str:
    with time_machine.travel(now, tick=False):
        client.force_login(person)
        answer = client.get(reverse("complaints:deadline", args=[deadline.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_count_is_explained_by_its_policy_and_its_days(org, case, client):
    ask(case, org.cs1, org.tech)
    org.holiday((MONDAY + timedelta(days=1)).date(), "Stocktaking")
    page = opened(client, org.cs1, clock(case.reference, "acknowledge"))
    assert "2 working hours from" in page
    assert "the built-in rules" in page
    assert "10:00–12:00 · 2 h" in page
    resolve = opened(client, org.cs1, clock(case.reference, "resolve"))
    assert "7 calendar days from" in resolve
    assert "Every day counts" in resolve
    assert '<ol class="why">' not in resolve
    update = opened(client, org.cs1, clock(case.reference, "update_customer"))
    assert "2 business days from" in update


def test_days_that_did_not_count_say_why(org, client, case):
    org.holiday((MONDAY + timedelta(days=1)).date(), "Stocktaking")
    filed = file_case(org.cs1)
    page = opened(client, org.cs1, clock(filed.reference, "update_customer"))
    assert "Stocktaking" in page


def test_a_promise_says_who_gave_it_and_who_moved_it(org, client, ticket):
    deadline = promise_of(ticket)
    page = opened(client, org.cs1, deadline)
    assert f"{org.tech1} gave this date" in page
    move_date(
        ticket=ticket, actor=org.tech1, promised_at=deadline.due_at + 24 * HOUR,
        reason="The supplier is closed.", now=MONDAY + HOUR,
    )  # fmt: skip
    page = opened(client, org.cs1, deadline, MONDAY + HOUR)
    assert f"{org.tech1} moved it to this date" in page
    assert "The supplier is closed." in page
    assert "date moved once" in page


def test_what_fired_to_whom_and_by_which_way(org, client, ticket):
    deadline = promise_of(ticket)
    org.away(org.tech1, stand_in=org.tech2, starts_at=MONDAY, days=30)
    sweep(now=deadline.due_at)
    page = opened(client, org.cs1, deadline, deadline.due_at)
    assert f"{org.tech1} is away." in page
    assert f"{org.tech2} stands in." in page
    assert f"{org.tech_lead} leads Technology." in page
    assert "A higher rung had come due as well" in page
    firing = deadline.firings.get(state="fired")
    assert f"/go/{firing.entry.subject}/" in page
    assert f"#entry-{firing.entry.seq}" in page


def test_what_is_said_next_names_people_and_levels(org, client, ticket):
    page = opened(client, org.cs1, promise_of(ticket))
    following = page[page.index('id="next"') : page.index('id="fired"')]
    assert str(org.tech_lead) in following
    assert str(org.ceo) in following
    assert "every business day, until" in following
    assert "level 3" in following


def test_a_paused_clock_says_what_was_left(org, client, ticket):
    deadline = promise_of(ticket)
    Deadline.objects.filter(pk=deadline.pk).update(
        state="paused", paused_at=MONDAY, pause_reason="blocked", left_seconds=7200, wake_at=None
    )
    page = opened(client, org.cs1, deadline)
    assert "somebody else has to remove what blocks it" in page
    assert "2 h left" in page


def test_a_year_without_an_official_plan_is_said(org, client, case):
    org.calendar.country = "CN"
    org.calendar.save()
    with time_machine.travel(MONDAY.replace(year=2031), tick=False):
        filed = file_case(org.cs1, now=MONDAY.replace(year=2031))
    page = opened(client, org.cs1, clock(filed.reference, "update_customer"), MONDAY.replace(2031))
    assert "holidays of 2031 are not published yet" in page


def test_old_firings_are_folded_and_cost_the_same(org, client, ticket):
    deadline = promise_of(ticket)
    address = reverse("complaints:deadline", args=[deadline.pk])
    instant = deadline.due_at
    sweep(now=instant)
    costs = []
    for _times in range(3):
        with time_machine.travel(instant, tick=False):
            client.force_login(org.cs1)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(address).content.decode()
        costs.append(len(queries))
        for _day in range(7):
            instant = Deadline.objects.get(pk=deadline.pk).wake_at
            sweep(now=instant)
    assert 'id="older"' in page
    # The first page of a process compiles the calendar.
    assert costs[1] == costs[2] <= 26


@pytest.mark.parametrize("person", ["outsider", "ops1", "admin"])
def test_whoever_does_not_see_the_case_finds_nothing(org, client, ticket, person):
    client.force_login(org.people[person])
    assert (
        client.get(reverse("complaints:deadline", args=[promise_of(ticket).pk])).status_code == 404
    )


@pytest.mark.parametrize("pk", [0, 2**31, 10**30])
def test_a_clock_that_does_not_exist(org, client, pk):
    client.force_login(org.cs1)
    assert client.get(f"/deadlines/{pk}/").status_code == 404


def test_not_signed_in(org, client, ticket):
    answer = client.get(reverse("complaints:deadline", args=[promise_of(ticket).pk]))
    assert answer.status_code == 302


def test_an_auditor_leaves_a_trace(org, client, case):
    opened(client, org.auditor, clock(case.reference, "resolve"))
    assert Entry.objects.filter(stream=case.reference, tag="case:read", actor=org.auditor).exists()


def test_every_chip_leads_here(org, client, ticket):
    why = reverse("complaints:deadline", args=[promise_of(ticket).pk])
    with time_machine.travel(MONDAY, tick=False):
        for person, page in (
            (org.cs1, reverse("complaints:case", args=[ticket.complaint.reference])),
            (org.tech1, "/"),
            (org.cs1, "/"),
        ):
            client.force_login(person)
            assert why in client.get(page).content.decode(), page
        client.force_login(org.cs1)
        assert "/deadlines/" in client.get("/complaints/").content.decode()


def test_a_question_whose_case_is_not_the_readers_leads_nowhere(org, client, ticket):
    """The chief of another department may be asked, and still not read the case."""
    other = Department.objects.create(
        code="far", name_en="Far", name_zh="远", kind="business", leader=org.outsider
    )
    deadline = promise_of(ticket)
    escalation = Escalation.objects.create(
        reference="E-99", stream=deadline.stream, subject=deadline.subject, label="Far",
        reason="by_hand", severity="major", department=other, seat=other, leader=org.outsider,
        raised_at=MONDAY,
    )  # fmt: skip
    escalation.deadlines.add(deadline)
    client.force_login(org.outsider)
    answer = client.get(reverse("complaints:escalation", args=["E-99"]))
    assert answer.status_code == 200
    assert "/deadlines/" not in answer.content.decode()

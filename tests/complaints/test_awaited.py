"""What somebody waits for, and the nudge to whoever owes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.awaited import awaited_by
from complaints.models import Commitment, Complaint
from complaints.places import Place
from complaints.services import cases, commitments, tickets
from departments.models import User
from departments.standing import forget_standing, standing_of
from escalations.models import Deadline
from journal.models import Entry
from notifications.models import Notice
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(hours=1)
SHOWN = 50


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    return made


def desk(client: Client, person: User) -> str:
    """The page as this person gets it."""
    forget_standing(person)
    client.force_login(person)
    return client.get(reverse("complaints:desk")).content.decode()


def awaits(person: User, now: datetime = NOW) -> list[str]:
    forget_standing(person)
    return [row.owed.reference for row in awaited_by(person, standing_of(person), now).rows]


# --- What I wait for ------------------------------------------------------------------------------
def test_a_ticket_is_awaited_by_who_asked(org, case):
    ticket = ask(case, org.cs1, org.biz)
    assert awaits(org.cs1) == [ticket.reference]
    assert awaits(org.cs2) == awaits(org.biz1) == []


def test_an_accepted_ticket_is_awaited_as_its_promise(org, case, client):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    assert awaits(org.cs1) == [ticket.commitments.get().reference]
    tickets.move_date(
        ticket=ticket, actor=org.biz1, promised_at=MONDAY + timedelta(days=2), reason="Ill.",
        now=MONDAY,
    )  # fmt: skip
    page = desk(client, org.cs1)
    assert "moved once" in page
    assert "10 Nov</time> → <time" in page


def test_an_answered_ticket_is_no_longer_awaited(org, case):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    tickets.answer(ticket=ticket, actor=org.biz1, text="Yes.", now=MONDAY)
    assert awaits(org.cs1) == []
    assert Deadline.objects.get(subject=ticket.reference, kind="confirm").owner == org.cs1


def test_ones_own_promises_are_not_awaited(org, case):
    commitments.promise(
        complaint=case, actor=org.cs1, what="Call", promised_at=NOW + timedelta(1), now=MONDAY
    )
    assert awaits(org.cs1) == []


def test_a_stand_in_waits_too(org, case):
    ticket = ask(case, org.cs1, org.biz)
    org.away(org.cs1, stand_in=org.cs2, starts_at=MONDAY)
    assert awaits(org.cs2) == [ticket.reference]


def test_everything_awaited_is_on_one_page(org, case):
    for minutes in range(SHOWN + 5):
        ask(case, org.cs1, org.biz, now=MONDAY + timedelta(minutes=minutes // 2))
    accepted(case, org.cs1, org.biz1, org.biz)
    forget_standing(org.cs1)
    standing = standing_of(org.cs1)
    first = awaited_by(org.cs1, standing, NOW)
    second = awaited_by(org.cs1, standing, NOW, after=Place.parse(str(first.more)))
    found = {row.owed.reference for row in [*first.rows, *second.rows]}
    assert (len(first.rows), len(second.rows), len(found)) == (SHOWN, 6, SHOWN + 6)


# --- The nudge ------------------------------------------------------------------------------------
def nudge(client: Client, person: User, thing: object, **headers: str):
    forget_standing(person)
    client.force_login(person)
    noun = "commitment" if isinstance(thing, Commitment) else "ticket"
    address = reverse(f"complaints:nudge_{noun}", args=[thing.reference])
    return client.post(address, {"next": "/"}, headers=headers)


def told() -> list[User]:
    return [one.reader for one in Notice.objects.filter(kind="nudged").order_by("reader__name")]


def test_a_nudge_reminds_the_owner_and_is_written_down(org, case, client):
    promise = accepted(case, org.cs1, org.biz1, org.biz).commitments.get()
    response = nudge(client, org.cs1, promise)
    assert (response.status_code, response.url) == (302, "/")
    assert told() == [org.biz1]
    entry = Entry.objects.get(tag="commitment:nudged")
    assert (entry.actor, entry.subject, entry.stream_id) == (
        org.cs1, promise.reference, case.reference,
    )  # fmt: skip


def test_a_nudge_moves_nothing(org, case, client):
    promise = accepted(case, org.cs1, org.biz1, org.biz).commitments.get()
    nudge(client, org.cs1, promise)
    before, promise = promise.version, Commitment.objects.get(pk=promise.pk)
    assert promise.version == before


def test_while_nobody_owns_it_the_department_is_reminded(org, case, client):
    nudge(client, org.cs1, ask(case, org.cs1, org.biz))
    assert set(told()) == {org.biz1, org.biz2, org.biz_lead, org.biz_deputy}


def test_who_is_away_is_reminded_with_the_stand_in(org, case, client):
    promise = accepted(case, org.cs1, org.biz1, org.biz).commitments.get()
    org.away(org.biz1, stand_in=org.biz2, starts_at=MONDAY)
    nudge(client, org.cs1, promise)
    assert set(told()) == {org.biz1, org.biz2}


def test_a_nudge_in_place_leaves_the_time_of_it(org, case, client):
    ticket = ask(case, org.cs1, org.biz)
    response = nudge(client, org.cs1, ticket, hx_request="true")
    assert "reminded" in response.content.decode()
    assert "The reminder is on its way." in response.content.decode()
    assert "reminded" in desk(client, org.cs1)


def test_twice_within_an_hour_reminds_once(org, case, client):
    promise = accepted(case, org.cs1, org.biz1, org.biz).commitments.get()
    for _ in range(2):
        response = nudge(client, org.cs1, promise, hx_request="true")
    assert "You reminded them already. You can again at 12:00." in response.content.decode()
    assert len(told()) == 1
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        nudge(client, org.cs1, promise)
    assert len(told()) == 2


def test_each_person_may_remind_once(org, case, client):
    ticket = ask(case, org.cs1, org.tech)
    nudge(client, org.cs1, ticket)
    nudge(client, org.cs2, ticket)
    assert Entry.objects.filter(tag="ticket:nudged").count() == 2


def test_what_is_answered_needs_no_nudge(org, case, client):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    tickets.answer(ticket=ticket, actor=org.biz1, text="Yes.", now=MONDAY)
    response = nudge(client, org.cs1, ticket)
    assert response.status_code == 302
    assert told() == []
    assert "Nobody owes this any more" in client.get(response.url).content.decode()


@pytest.mark.parametrize("person", ["biz1", "tech1", "outsider", "admin", "auditor", "comp1"])
def test_only_who_waits_may_nudge(org, case, client, person):
    promise = accepted(case, org.cs1, org.biz1, org.biz).commitments.get()
    assert nudge(client, getattr(org, person), promise).status_code == 404
    assert told() == []


def test_nobody_reminds_themselves(org, case, client):
    promise = commitments.promise(
        complaint=case, actor=org.cs1, what="Call", promised_at=NOW + timedelta(1), now=MONDAY
    )
    nudge(client, org.cs1, promise)
    assert told() == []


@pytest.mark.parametrize("noun", ["ticket", "commitment"])
def test_the_nudges_address(org, case, client, noun):
    missing = reverse(f"complaints:nudge_{noun}", args=["T-99999"])
    assert client.post(missing).status_code == 302
    client.force_login(org.cs1)
    assert client.post(missing).status_code == 404
    assert client.get(missing).status_code == 405


def test_a_nudge_leads_nowhere_else(org, case, client):
    ticket = ask(case, org.cs1, org.biz)
    client.force_login(org.cs1)
    address = reverse("complaints:nudge_ticket", args=[ticket.reference])
    assert client.post(address, {"next": "https://evil.example/"}).url == "/"

"""The page of a case: what it shows to whom, what it costs, and how it stays fresh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.casefile import in_tree
from complaints.models import Complaint, Ticket
from complaints.services import asking, cases, commitments, decisions, messages, tickets
from complaints.services.customers import NewCustomer
from journal.models import Entry
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.complaints.looking import NOW, address, case_in_work, read, write_notes
from tests.personas import Org

MOST_QUERIES = 22


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    return case_in_work(org)


# --- Who sees it ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["case", "history", "live"])
def test_signed_out_goes_to_sign_in(client: Client, case: Complaint, name: str) -> None:
    response = client.get(address(case, name))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


@pytest.mark.parametrize("name", ["case", "history", "live"])
@pytest.mark.parametrize("who", ["outsider", "admin", "ops1"])
def test_out_of_sight_is_not_there(
    client: Client, org: Org, case: Complaint, name: str, who: str
) -> None:
    client.force_login(org.people[who])
    assert client.get(address(case, name)).status_code == 404


@pytest.mark.parametrize("name", ["case", "history", "live"])
def test_what_does_not_exist_is_not_there(client: Client, org: Org, name: str) -> None:
    client.force_login(org.cs1)
    assert client.get(reverse(f"complaints:{name}", args=["C-2026-99999"])).status_code == 404


@pytest.mark.parametrize("name", ["case", "history", "live"])
def test_reading_is_not_writing(client: Client, org: Org, case: Complaint, name: str) -> None:
    client.force_login(org.cs1)
    assert client.post(address(case, name)).status_code == 405


READERS = ["cs1", "cs2", "biz2", "tech1", "biz_lead", "ceo", "comp1", "auditor"]


@pytest.mark.parametrize("who", READERS)
def test_everybody_concerned_reads_it(client: Client, org: Org, case: Complaint, who: str) -> None:
    page = read(client, org.people[who], case)
    assert case.title in page
    assert "Three orders for airline miles failed." in page


# --- What it shows --------------------------------------------------------------------------------
def test_header_holder_tickets_promises_and_people(
    client: Client, org: Org, case: Complaint
) -> None:
    page = read(client, org.cs2, case)
    for shown in ("Major", "Points redemption", "In progress", "With now", "Technology"):
        assert shown in page
    assert page.count('class="line ticket') == 2
    assert 'class="line ticket depth-1"' in page
    assert "first-contact owner" in page
    assert "Points mall" in page
    assert "Resolve:" in page


def test_moved_promises_show_every_date(client: Client, org: Org, case: Complaint) -> None:
    promise = commitments.promise(
        complaint=case,
        actor=org.biz1,
        what="UAT ready",
        promised_at=MONDAY + timedelta(days=2),
        now=MONDAY,
    )
    for days in (3, 4):
        when = MONDAY + timedelta(days=days)
        promise.refresh_from_db()
        commitments.move_date(
            commitment=promise, actor=org.biz1, promised_at=when, reason="Late.", now=NOW
        )
    page = re.sub(r"<[^>]+>", "", read(client, org.cs1, case))
    assert "moved 2 times (11 Nov → 12 Nov → 13 Nov)" in page


def test_buttons_are_the_allowed_moves(client: Client, org: Org, case: Complaint) -> None:
    ticket = case.tickets.get(department=org.tech)

    def move(verb: str) -> str:
        return reverse("complaints:move_ticket", args=[ticket.reference, verb])

    page = read(client, org.tech1, case)
    assert move("accept") in page
    assert move("withdraw") not in page
    asker = read(client, org.biz1, case)
    assert move("accept") not in asker
    assert move("withdraw") in asker


def test_an_auditor_has_no_move(client: Client, org: Org, case: Complaint) -> None:
    page = read(client, org.auditor, case)
    assert "hx-get" in page  # the clock's own question
    assert not re.search(r"/(tickets|commitments)/[^/]+/\w+/", page)
    assert not re.search(rf"/complaints/{case.reference}/(?!live|history)\w+/", page)


def test_an_ended_case_shows_its_outcome(client: Client, org: Org) -> None:
    ended = file_case(org.cs1)
    cases.acknowledge(complaint=ended, actor=org.cs1, how="Called.", now=MONDAY)
    cases.propose_resolution(
        complaint=ended,
        actor=org.cs1,
        outcome="partly",
        redress="500 points",
        reply="We are sorry.",
        now=MONDAY,
    )
    assert "Resolution proposed to the customer" in read(client, org.cs1, ended)
    cases.customer_accepts(complaint=ended, actor=org.cs1, said="Fine.", now=MONDAY)
    cases.close(complaint=ended, actor=org.cs1, outcome="partly", reply="We are sorry.", now=NOW)
    page = read(client, org.cs1, ended)
    for shown in ("How it ended", "Partly upheld", "500 points", "We are sorry.", "Closed"):
        assert shown in page
    assert "With now" not in page


def test_a_question_waits_with_its_buttons_for_the_leader_only(
    client: Client, org: Org, case: Complaint
) -> None:
    asked = decisions.request_decision(
        complaint=case, actor=org.biz1, text="Both ways at once?", department=org.tech, now=MONDAY
    )
    decide = reverse("complaints:move_escalation", args=[asked.reference, "decide"])
    leader = read(client, org.tech_lead, case)
    assert "Both ways at once?" in leader
    assert decide in leader
    colleague = read(client, org.cs1, case)
    assert "Both ways at once?" in colleague
    assert decide not in colleague


def test_what_people_wrote_is_never_markup(client: Client, org: Org, case: Complaint) -> None:
    nasty = "<script>alert(1)</script> see T-1001 & C-2026-00001"
    messages.write(complaint=case, actor=org.cs1, kind="note", text=nasty, now=NOW)
    page = read(client, org.cs1, case)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<a href="/go/T-1001/">T-1001</a> &amp; <a href="/go/C-2026-00001/">' in page


def test_the_identity_is_masked(client: Client, org: Org, case: Complaint) -> None:
    for who in (org.cs1, org.biz1):
        page = read(client, who, case)
        assert "••••4821" in page
        assert "X1234564821" not in page
    assert address(case, "identity") in read(client, org.comp1, case)
    assert address(case, "identity") not in read(client, org.biz1, case)


def test_other_complaints_of_the_customer_are_counted(
    client: Client, org: Org, case: Complaint
) -> None:
    same = NewCustomer(name="Mr X", identity_number="X1234564821")
    file_case(org.cs2, customer=same, title="An older one")
    assert "Other complaints" in read(client, org.cs1, case)
    # Business has no part in the other one, and does not learn of it.
    assert "Other complaints" not in read(client, org.biz1, case)


def test_no_inline_style_or_script(client: Client, org: Org, case: Complaint) -> None:
    page = read(client, org.cs1, case)
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)
    assert not re.search(r"<script(?![^>]+src=)", page)


def test_the_tree_puts_tickets_below_what_they_came_from() -> None:
    above, beside, below, deep = (Ticket(pk=number) for number in range(1, 5))
    below.parent_id, deep.parent_id = 1, 3
    tree = [(ticket.pk, depth) for ticket, depth in in_tree([above, beside, below, deep])]
    assert tree == [(1, 0), (3, 1), (4, 2), (2, 0)]


# --- The history ----------------------------------------------------------------------------------
def test_the_first_fifty_and_the_way_further_back(
    client: Client, org: Org, case: Complaint
) -> None:
    write_notes(case, org, 60)
    page = read(client, org.cs1, case)
    assert "Note 59." in page
    assert "Note 9." not in page
    before = re.search(r'hx-get="[^"]+/history/\?before=(\d+)"', page)
    assert before
    further = client.get(address(case, "history"), {"before": before[1]}).content.decode()
    assert "Note 9." in further
    assert "<html" not in further
    # Without JavaScript the same part is a page of its own.
    whole = read(client, org.cs1, case, before=before[1])
    assert "Note 9." in whole
    assert "Back to the newest" in whole
    assert "case-pulse" not in whole


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "99999999999999999999", "²"])
def test_an_odd_address_is_no_error(client: Client, org: Org, case: Complaint, before: str) -> None:
    read(client, org.cs1, case, before=before)


def queries_of(client: Client, case: Complaint) -> int:
    client.get(address(case))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(case))
    return len(queries)


@pytest.mark.parametrize("who", ["cs1", "biz1"])
def test_the_page_costs_the_same_for_three_entries_and_for_sixty(
    client: Client, org: Org, case: Complaint, who: str
) -> None:
    client.force_login(org.people[who])
    small = queries_of(client, case)
    write_notes(case, org, 40)
    for department, owner in [(org.biz, org.biz2), (org.tech, org.tech1), (org.ops, org.ops1)] * 3:
        ticket = accepted(case, org.cs1, owner, department, now=NOW)
        tickets.answer(ticket=ticket, actor=owner, text="Done.", now=NOW)
        asking.confirm(ticket=ticket, actor=org.cs1, now=NOW)
        ask(case, org.cs1, department, now=NOW)
    assert Entry.objects.filter(stream=case.reference).count() > 80
    assert queries_of(client, case) == small <= MOST_QUERIES

"""My desk: what waits for whom, in which order, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from complaints.desk import desk_of
from complaints.greeting import greeting, summary
from complaints.models import Complaint
from complaints.places import Place
from complaints.services import cases, commitments, decisions, tickets
from departments.models import User
from departments.standing import forget_standing, standing_of
from escalations.models import Deadline, Escalation
from escalations.queries import WAITING_SHOWN
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(hours=1)
DESK_QUERIES = 24
Kind = Deadline.Kind


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    made = file_case(org.cs1)
    cases.acknowledge(complaint=made, actor=org.cs1, how="Called.", now=MONDAY)
    return made


def desk(client: Client, person: User, **query: str) -> str:
    """The page as this person gets it."""
    forget_standing(person)
    client.force_login(person)
    response = client.get(reverse("complaints:desk"), query)
    assert response.status_code == 200
    return response.content.decode()


def rows(person: User, now: datetime = NOW) -> list[tuple[str, str]]:
    """What waits for the person, by subject and kind."""
    forget_standing(person)
    found = desk_of(person, standing_of(person), now).rows
    return [(row.deadline.subject, row.deadline.kind) for row in found]


# --- The first line -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hour", "said"),
    [(4, "evening"), (5, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")],
)
def test_the_greeting_goes_by_the_readers_own_clock(hour, said):
    with timezone.override("Asia/Shanghai"):
        at = datetime(2026, 11, 9, hour, tzinfo=timezone.get_current_timezone())
        assert greeting("王伟", at) == f"Good {said}, 王伟"


@pytest.mark.parametrize(
    ("waiting", "late", "said"),
    [
        (0, 0, "nothing is waiting for you"),
        (1, 0, "one thing is waiting for you"),
        (1, 1, "one thing is waiting for you, and it is late"),
        (3, 1, "three things are waiting for you, one is late"),
        (3, 3, "three things are waiting for you, all of them late"),
        (12, 2, "12 things are waiting for you, two are late"),
    ],
)
def test_how_much_waits_is_said_in_words(waiting, late, said):
    assert summary(waiting, late) == said


def test_more_than_a_page_is_not_counted():
    assert summary(50, 3, more=True) == "more than 50 things are waiting for you, three are late"


# --- What waits for me ----------------------------------------------------------------------------
def test_what_nobody_took_waits_for_the_whole_department(org, case):
    ticket = ask(case, org.cs1, org.biz)
    for person in (org.biz1, org.biz2, org.biz_lead):
        assert rows(person) == [(ticket.reference, Kind.ACCEPT)]
    assert rows(org.tech1) == []


def test_what_somebody_took_waits_for_them_alone(org, case):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    assert rows(org.biz1) == [(ticket.commitments.get().reference, Kind.DELIVER)]
    assert rows(org.biz2) == []


def test_a_stand_in_sees_what_waits_for_the_absent(org, case, client):
    accepted(case, org.cs1, org.biz1, org.biz)
    org.away(org.biz1, stand_in=org.tech2, starts_at=MONDAY)
    page = desk(client, org.tech2)
    assert "for 业务1 王伟, who is away" in page
    assert "Answer" in page


def test_the_soonest_comes_first(org, case):
    later = ask(case, org.cs1, org.biz, needed_by=MONDAY + timedelta(days=5))
    tickets.accept(ticket=later, actor=org.biz1, promised_at=MONDAY + timedelta(days=4), now=MONDAY)
    sooner = accepted(case, org.cs1, org.biz1, org.biz)
    references = [one.commitments.get().reference for one in (sooner, later)]
    assert [subject for subject, _ in rows(org.biz1)] == references


def test_a_case_is_one_thing_however_many_clocks_run_on_it(org, case, client):
    assert rows(org.cs1) == [(case.reference, Kind.UPDATE_CUSTOMER)]
    page = desk(client, org.cs1)
    assert "one thing is waiting for you" in page
    assert re.search(r"resolve: .* left", page)


def test_a_promise_of_a_ticket_is_kept_by_answering_the_ticket(org, case, client):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    page = desk(client, org.biz1)
    assert reverse("complaints:move_ticket", args=[ticket.reference, "answer"]) in page
    assert "/commitments/" not in page


def test_moves_lead_back_to_the_desk(org, case, client):
    ticket = ask(case, org.cs1, org.biz)
    page = desk(client, org.biz1)
    address = reverse("complaints:move_ticket", args=[ticket.reference, "accept"])
    assert f"{address}?next=%2F" in page
    form = client.get(f"{address}?next=/").content.decode()
    assert '<input type="hidden" name="next" value="/">' in form


def test_two_moves_are_at_hand_and_the_others_in_the_menu(org, case):
    accepted(case, org.cs1, org.biz1, org.biz)
    forget_standing(org.biz1)
    (row,) = desk_of(org.biz1, standing_of(org.biz1), NOW).rows
    assert [act.verb for act in row.acts.shown] == ["answer", "move_date"]
    assert [act.primary for act in row.acts.shown] == [True, False]
    assert "block" in [act.verb for act in row.acts.more]


def test_a_blocked_ticket_offers_to_unblock(org, case):
    ticket = accepted(case, org.cs1, org.biz1, org.biz)
    tickets.block(
        ticket=ticket, actor=org.biz1, what="UAT is down", unblocker=org.tech1,
        by_when=MONDAY + timedelta(hours=5), now=MONDAY,
    )  # fmt: skip
    forget_standing(org.biz1, org.tech1)
    (mine,) = desk_of(org.biz1, standing_of(org.biz1), NOW).rows
    (theirs,) = desk_of(org.tech1, standing_of(org.tech1), NOW).rows
    assert mine.acts.shown[0].verb == "unblock"
    assert [act.verb for act in theirs.acts.shown] == ["keep", "move_date"]
    assert theirs.asked_by.person == org.biz1


def test_what_one_may_not_read_is_named_without_a_link(org, case, client):
    promise = commitments.promise(
        complaint=case, actor=org.cs1, what="Call Mr X", promised_at=NOW + timedelta(hours=2),
        now=MONDAY,
    )  # fmt: skip
    Deadline.objects.filter(subject=promise.reference).update(owner=org.ops1)
    page = desk(client, org.ops1)
    assert "Call Mr X" in page
    assert f'href="{reverse("complaints:case", args=[case.reference])}' not in page


def test_a_leader_finds_what_to_decide_on_top(org, case, client):
    decisions.request_decision(complaint=case, actor=org.cs1, text="Pay by hand?", now=MONDAY)
    escalation = Escalation.objects.get()
    page = desk(client, escalation.leader)
    assert page.index("Waiting for your decision") < page.index("Waiting for you, soonest first")
    assert reverse("complaints:move_escalation", args=[escalation.reference, "decide"]) in page
    assert (escalation.reference, Kind.DECIDE) not in rows(escalation.leader)


def test_an_empty_desk_says_so(org, client):
    page = desk(client, org.ops1)
    assert "nothing is waiting for you" in page
    assert "Nothing waits for you" in page
    assert "You wait for nobody" in page


def test_only_customer_service_files(org, client):
    assert reverse("complaints:file") in desk(client, org.cs1)
    assert reverse("complaints:file") not in desk(client, org.biz1)


def test_the_desk_speaks_chinese_without_breaking(org, case, client):
    org.biz1.language = "zh-hans"
    org.biz1.save()
    ask(case, org.cs1, org.biz)
    with translation.override("en"):
        assert case.reference in desk(client, org.biz1)


# --- Who may --------------------------------------------------------------------------------------
def test_signed_out(org, client):
    response = client.get(reverse("complaints:desk"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_the_desk_is_only_read(org, client):
    client.force_login(org.cs1)
    assert client.post(reverse("complaints:desk")).status_code == 405


@pytest.mark.parametrize("person", ["outsider", "admin", "auditor", "ceo", "comp1"])
def test_everybody_has_a_desk(org, case, client, person):
    assert "waiting for you" in desk(client, getattr(org, person))


@pytest.mark.parametrize("cursor", ["nonsense", "1_", "9" * 20 + "_1", "1_T-1'; --"])
def test_a_strange_address_is_the_first_page(org, case, client, cursor):
    ask(case, org.cs1, org.biz)
    assert "T-" in desk(client, org.biz1, waiting=cursor, awaited=cursor)


# --- An open desk ---------------------------------------------------------------------------------
def ask_what_changed(client: Client, page: str, **headers: str):
    address = re.search(r'data-live hx-get="([^"]+)"', page).group(1).replace("&amp;", "&")
    return client.get(address, headers={"hx-request": "true"} | headers)


def test_an_open_desk_is_drawn_anew_when_something_was_told(org, case, client):
    page = desk(client, org.biz1)
    assert ask_what_changed(client, page).status_code == 204
    ticket = ask(case, org.cs1, org.biz)
    answer = ask_what_changed(client, page)
    assert answer.status_code == 200
    assert ticket.reference in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert f'/tickets/{ticket.reference}/accept/?next=%2F"' in answer.content.decode()


def test_nothing_told_costs_one_query(org, case, client):
    page = desk(client, org.biz1)
    with CaptureQueriesContext(connection) as queries:
        ask_what_changed(client, page)
    # Session and person come with every request.
    assert len(queries) == 3


def test_clocks_on_an_open_desk_are_told_anew_after_minutes(org, case, client):
    page = desk(client, org.biz1)
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert ask_what_changed(client, page).status_code == 200
    for strange in ("?seen=x&at=y", "?seen=", "?seen=1&at=" + "9" * 30):
        headers = {"hx-request": "true"}
        assert client.get(reverse("complaints:desk") + strange, headers=headers).status_code == 200


# --- Pages, and what they cost --------------------------------------------------------------------
def ask_many(org: Org, case: Complaint, count: int) -> None:
    for minutes in range(count):
        ask(case, org.cs1, org.biz, now=MONDAY + timedelta(minutes=minutes // 2))


def test_every_row_is_on_one_page(org, case):
    ask_many(org, case, WAITING_SHOWN + 7)
    forget_standing(org.biz1)
    standing = standing_of(org.biz1)
    first = desk_of(org.biz1, standing, NOW)
    second = desk_of(org.biz1, standing, NOW, after=Place.parse(str(first.more)))
    found = [row.deadline.subject for row in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows), second.more) == (WAITING_SHOWN, 7, None)
    assert len(set(found)) == WAITING_SHOWN + 7


def cost_of_the_desk(client: Client, person: User) -> int:
    desk(client, person)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("complaints:desk")).status_code == 200
    return len(queries)


def busy(org: Org, case: Complaint) -> None:
    """One row of every kind for 业务1, who also waits for others."""
    accepted(case, org.cs1, org.biz1, org.biz)
    ask(case, org.cs1, org.biz)
    above = accepted(case, org.cs1, org.biz1, org.biz)
    ask(case, org.biz1, org.tech, parent=above)
    inner = accepted(case, org.biz1, org.tech1, org.tech)
    tickets.answer(ticket=inner, actor=org.tech1, text="Yes.", now=MONDAY)
    commitments.promise(
        complaint=case, actor=org.biz1, what="Deduct", promised_at=NOW + timedelta(1), now=MONDAY
    )


def test_the_desk_costs_the_same_however_much_is_on_it(org, case, client):
    busy(org, case)
    little = cost_of_the_desk(client, org.biz1)
    for _ in range(5):
        other = file_case(org.cs1)
        cases.acknowledge(complaint=other, actor=org.cs1, how="Called.", now=MONDAY)
        busy(org, other)
    assert cost_of_the_desk(client, org.biz1) == little <= DESK_QUERIES


def test_the_desk_of_customer_service_costs_the_same(org, case, client):
    busy(org, case)
    little = cost_of_the_desk(client, org.cs1)
    for _ in range(5):
        busy(org, file_case(org.cs1, severity="ordinary"))
    assert cost_of_the_desk(client, org.cs1) == little <= DESK_QUERIES


def test_the_desk_of_a_leader_costs_the_same(org, case, client):
    decisions.request_decision(complaint=case, actor=org.cs1, text="Pay?", now=MONDAY)
    little = cost_of_the_desk(client, org.cs_lead)
    for _ in range(5):
        other = file_case(org.cs1)
        decisions.request_decision(complaint=other, actor=org.cs1, text="Pay?", now=MONDAY)
    assert cost_of_the_desk(client, org.cs_lead) == little <= DESK_QUERIES

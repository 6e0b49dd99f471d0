"""The leaders' dashboard: what it counts for whom, and that its numbers lead to what they count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from complaints.dashboard import DepartmentRow, Tile, tiles, where_cases_wait
from complaints.flow import flow
from complaints.models import Complaint
from complaints.scope import Scope, scope_of
from complaints.services import asking, cases, commitments, decisions, tickets
from departments.models import Department, User
from departments.standing import forget_standing
from escalations.figures import recount
from escalations.models import Escalation
from escalations.queries import promises_kept
from escalations.services import acknowledge_escalation
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

NOW = MONDAY + timedelta(days=9)


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def look(person: User, **asked: object) -> Scope:
    forget_standing(person)
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in asked.items()})
    return scope_of(person, query, NOW)


def by_label(person: User, **asked: object) -> dict[str, Tile]:
    scope = look(person, **asked)
    promises = promises_kept(scope.ids, scope.since, scope.today)
    return {tile.label: tile for tile in tiles(scope, promises.values())}


def waits(person: User, **asked: object) -> dict[str, DepartmentRow]:
    scope = look(person, **asked)
    return {row.department.code: row for row in where_cases_wait(scope, {})}


def held_by_business(org: Org, *, days_ago: float, **given: object) -> Complaint:
    at = NOW - timedelta(days=days_ago)
    case = file_case(org.cs1, now=at, **given)
    ask(case, org.cs1, org.biz, now=at)
    return case


def listed(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- What is looked at ----------------------------------------------------------------------------
def test_customer_service_compliance_and_auditors_look_at_everything(org):
    for person in (org.cs1, org.comp1, org.auditor, org.ceo):
        assert look(person).ids is None


def test_others_look_at_their_departments(org):
    assert look(org.biz1).ids == look(org.biz_lead).ids == frozenset({org.biz.pk})
    assert look(org.outsider).ids == frozenset()


def test_a_department_counts_with_those_below_it(org):
    inner = Department.objects.create(code="mall", name_en="Mall", kind="business", parent=org.biz)
    assert look(org.cs1, department=org.biz.pk).ids == frozenset({org.biz.pk, inner.pk})
    assert look(org.biz_lead).ids == frozenset({org.biz.pk, inner.pk})


def test_nobody_looks_at_departments_of_others(org):
    assert look(org.biz1, department=org.tech.pk).chosen is None


@pytest.mark.parametrize(
    "asked", [{"days": "31"}, {"days": "x"}, {"severity": "huge"}, {"department": "0 OR 1"}]
)
def test_a_strange_address_is_the_usual_view(org, asked):
    scope = look(org.cs1, **asked)
    assert (scope.days, scope.severity, scope.chosen, scope.query()) == (30, "", None, "")


def test_the_address_keeps_what_was_chosen(org):
    scope = look(org.cs1, department=org.biz.pk, days=7, severity="major")
    assert scope.query() == f"department={org.biz.pk}&days=7&severity=major"
    assert scope.query(days="") == f"department={org.biz.pk}&severity=major"
    assert [one.is_set for one in scope.filters()] == [True, True, True]


# --- The numbers on top, and the lists behind them ------------------------------------------------
def test_what_waits_for_a_leader(org, client):
    case = held_by_business(org, days_ago=1)
    for text in ("Pay?", "Pay now?"):
        decisions.request_decision(complaint=case, actor=org.cs1, text=text, now=NOW)
    tile = by_label(org.cs1)["Waiting for a leader"]
    assert (tile.value, tile.note, tile.tone) == ("1", "1 not seen yet", "late")
    asked = Escalation.objects.get()
    forget_standing(asked.leader)
    acknowledge_escalation(escalation=asked, actor=asked.leader, now=NOW)
    assert by_label(org.cs1)["Waiting for a leader"].note == "all of them seen"
    client.force_login(org.cs1)
    assert asked.reference in listed(client, tile.url)


def test_a_member_counts_what_waits_on_the_cases_they_read(org):
    case = held_by_business(org, days_ago=1)
    decisions.request_decision(
        complaint=case, actor=org.cs1, text="Pay?", department=org.cs, now=NOW
    )
    assert by_label(org.biz1)["Waiting for a leader"].value == "1"
    assert by_label(org.tech1)["Waiting for a leader"].value == "0"


def test_overdue_is_what_its_link_lists(org, client):
    late = held_by_business(org, days_ago=5)
    held_by_business(org, days_ago=0, severity="ordinary", title="Fresh")
    tile = by_label(org.cs1)["Overdue now"]
    assert (tile.value, tile.note) == ("1", "1 of them major")
    client.force_login(org.cs1)
    page = listed(client, tile.url)
    assert late.reference in page
    assert "Fresh" not in page


def test_a_chosen_department_narrows_numbers_and_links(org, client):
    held_by_business(org, days_ago=5)
    file_case(org.cs1, now=NOW, title="With customer service")
    tile = by_label(org.cs1, department=org.biz.pk)["Open"]
    assert tile.value == "1"
    client.force_login(org.cs1)
    page = listed(client, tile.url)
    assert "With customer service" not in page
    assert by_label(org.cs1, department=org.exec.pk)["Open"].value == "2"


def test_severity_narrows_everything(org):
    held_by_business(org, days_ago=5)
    held_by_business(org, days_ago=5, severity="ordinary")
    assert by_label(org.cs1, severity="ordinary")["Open"].value == "1"
    assert waits(org.cs1, severity="ordinary")["biz"].open == 1


def resolve(case: Complaint, org: Org, at: datetime) -> None:
    cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="", reply="Sorry.", now=at
    )
    case.refresh_from_db()
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Fine.", now=at)


def resolved(org: Org, *, days_ago: float, took: float, **given: object) -> Complaint:
    start = NOW - timedelta(days=days_ago + took)
    case = file_case(org.cs1, now=start, **given)
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=start)
    resolve(case, org, NOW - timedelta(days=days_ago))
    return case


def test_resolved_on_time_by_the_clock_of_the_case(org, client):
    resolved(org, days_ago=1, took=0.1)
    resolved(org, days_ago=1, took=0.2)
    slow = resolved(org, days_ago=1, took=20, title="Slow")
    tile = by_label(org.cs1)["Resolved on time"]
    assert (tile.value, tile.note, tile.change) == ("66.7 %", "1 of 3 late", "")
    client.force_login(org.cs1)
    page = listed(client, tile.url)
    assert slow.reference in page
    assert page.count("/complaints/C-") == 1


def test_it_is_compared_with_as_many_days_before(org):
    resolved(org, days_ago=40, took=20)
    resolved(org, days_ago=1, took=0.1)
    tile = by_label(org.cs1)["Resolved on time"]
    assert (tile.value, tile.change, tile.change_tone) == ("100 %", "▲ 100.0 pt", "ok")


def test_departments_count_what_was_resolved_with_their_part(org):
    resolved(org, days_ago=1, took=0.1)
    assert by_label(org.biz1)["Resolved on time"].value == "—"
    case = file_case(org.cs1, now=NOW)
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=NOW)
    asking.withdraw(
        ticket=ask(case, org.cs1, org.biz, now=NOW), actor=org.cs1, reason="Done.", now=NOW
    )
    resolve(case, org, NOW)
    assert by_label(org.biz1)["Resolved on time"].value == "100 %"


def test_promises_are_measured_by_their_first_date(org, client):
    case = file_case(org.cs1, now=NOW - timedelta(days=3))
    for late in (False, True):
        start = NOW - timedelta(days=2)
        ticket = accepted(case, org.cs1, org.biz1, org.biz, now=start)
        at = start + timedelta(days=1.5 if late else 0.5)
        tickets.move_date(
            ticket=ticket, actor=org.biz1, promised_at=NOW + timedelta(3), reason="x", now=start
        )
        tickets.answer(ticket=ticket, actor=org.biz1, text="Yes.", now=at)
    recount(now=NOW, days=5)
    tile = by_label(org.cs1)["Promises kept"]
    assert (tile.value, tile.note, tile.tone) == ("50 %", "1 of 2 late", "late")
    client.force_login(org.cs1)
    assert case.reference in listed(client, tile.url)
    narrowed = by_label(org.cs1, department=org.tech.pk)["Promises kept"]
    assert narrowed.value == "—"
    assert case.reference not in listed(client, narrowed.url)


def test_numbers_are_capped(org, monkeypatch):
    monkeypatch.setattr("complaints.dashboard.CAP", 2)
    for _ in range(3):
        file_case(org.cs1, now=NOW)
    assert by_label(org.cs1)["Open"].value == "2+"


def test_an_empty_house(org):
    values = [tile.value for tile in by_label(org.cs1).values()]
    assert values == ["0", "0", "0", "—", "—"]
    for person in (org.outsider, org.admin):
        assert {tile.value for tile in by_label(person).values()} == {"0", "—"}


# --- Where cases wait -----------------------------------------------------------------------------
def test_open_cases_by_holder_and_age(org):
    for days_ago in (0.5, 1, 3, 8):
        held_by_business(org, days_ago=days_ago)
    row = waits(org.cs1)["biz"]
    assert (row.young, row.middling, row.old, row.open) == (2, 1, 1, 4)
    assert [part.count for part in row.bar] == [2, 1, 1]
    assert row.bar[-1].width == "25.00%"


def test_a_departments_numbers_are_its_lists(org, client):
    held_by_business(org, days_ago=8)
    held_by_business(org, days_ago=0, severity="ordinary", title="Fresh")
    row = waits(org.cs1)["biz"]
    assert (row.open, row.overdue) == (2, 1)
    client.force_login(org.cs1)
    assert listed(client, row.open_url).count("/complaints/C-") == 2
    assert "Fresh" not in listed(client, row.overdue_url)


def test_closed_cases_wait_nowhere(org):
    case = resolved(org, days_ago=1, took=0.1)
    case.refresh_from_db()
    cases.close(complaint=case, actor=org.cs1, outcome="upheld", reply="Sorry.", now=NOW)
    assert waits(org.cs1)["cs"].open == 0


def test_the_median_hold_is_in_the_departments_working_time(org):
    for hours in (1, 3, 8):
        start = NOW - timedelta(days=1)
        case = file_case(org.cs1, now=start)
        ticket = accepted(case, org.cs1, org.biz1, org.biz, now=start)
        at = start + timedelta(hours=hours)
        tickets.answer(ticket=ticket, actor=org.biz1, text="Yes.", now=at)
    assert waits(org.cs1)["biz"].median_hold == 3 * 3600
    assert waits(org.cs1)["tech"].median_hold is None


def test_a_leader_sees_the_rows_below(org):
    assert list(waits(org.biz_lead)) == ["biz"]
    assert set(waits(org.ceo)) == {"exec", "cs", "biz", "tech", "ops", "comp"}


# --- Day by day -----------------------------------------------------------------------------------
def test_opened_and_closed_by_day(org):
    case = resolved(org, days_ago=1, took=1)
    case.refresh_from_db()
    cases.close(complaint=case, actor=org.cs1, outcome="upheld", reply="Sorry.", now=NOW)
    recount(now=NOW, days=5)
    counted = flow(look(org.cs1, days=7))
    assert [(day.opened, day.closed) for day in counted.days][-3:] == [(1, 0), (0, 0), (0, 1)]
    assert (counted.came, counted.went, len(counted.days)) == ("opened", "closed", 7)
    assert counted.chart.columns[-1].title == "18 Nov: opened 0, closed 1"


def test_departments_that_file_nothing_see_what_came_and_left(org):
    case = held_by_business(org, days_ago=1)
    ticket = case.tickets.get()
    tickets.forward(ticket=ticket, actor=org.biz1, department=org.tech, reason="Theirs.", now=NOW)
    held_by_business(org, days_ago=0)
    counted = flow(look(org.biz_lead, days=7))
    assert [(day.opened, day.closed) for day in counted.days][-2:] == [(1, 0), (1, 1)]
    assert counted.title == "Came in and passed on"
    assert flow(look(org.cs1, department=org.tech.pk)).days[-1].opened == 1


def test_a_promise_made_of_one_word_is_counted_by_its_department(org):
    case = held_by_business(org, days_ago=1)
    promise = commitments.promise(
        complaint=case, actor=org.biz1, what="Deduct", promised_at=NOW + timedelta(1), now=NOW
    )
    commitments.keep(commitment=promise, actor=org.biz1, how="", now=NOW)
    recount(now=NOW)
    assert promises_kept([org.biz.pk], NOW.date(), NOW.date())[org.biz.pk].percent == 100

"""Journal entries as a person reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints.models import Complaint, Message, Ticket
from complaints.readings import READINGS, read
from complaints.services import asking, cases, commitments, messages, tickets
from complaints.services.customers import reveal_identity
from complaints.states import (
    COMMITMENT_MOVES,
    COMPLAINT_MOVES,
    ESCALATION_MOVES,
    TICKET_MOVES,
)
from complaints.timeline import Fold, Item, page_of
from complaints.told import Names, Reading, Told, departments_in, people_in
from departments.models import Department
from journal.services import record
from tests.complaints.factories import MONDAY, accepted, ask, file_case
from tests.personas import Org

LATER = MONDAY + timedelta(hours=1)


def told(tag: str, names: Names | None = None, **data: Any) -> Reading:
    """How an entry with this tag and data reads."""
    return read(Told(tag=tag, subject="T-9", who="Somebody", data=data, names=names or Names()))


def items(case: Complaint) -> list[Item]:
    """All that happened, folds opened, the newest first."""
    rows = page_of(case.reference, limit=500).items
    return [item for row in rows for item in (row.items if isinstance(row, Fold) else [row])]


def newest(case: Complaint) -> Item:
    return items(case)[0]


def fact(item: Item | Reading, label: str) -> Any:
    reading = item.reading if isinstance(item, Item) else item
    found = next(one for one in reading.facts if one.label == label)
    return found.at or found.value


# --- Readings -------------------------------------------------------------------------------------
def test_every_move_has_words() -> None:
    diagrams = (COMPLAINT_MOVES, TICKET_MOVES, COMMITMENT_MOVES, ESCALATION_MOVES)
    tags = {move.tag for diagram in diagrams for move in diagram.values()}
    assert tags <= set(READINGS)


@pytest.mark.parametrize("tag", [*READINGS, "deadline:unheard_of", "change:executed", "odd"])
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": None, "from": 7, "owner": "x", "told": "nobody", "returns": "two", "kind": []},
        {"to": "no date", "due_at": "2026-13-45T00:00", "left_open": {"a": 1}, "mentions": [None]},
    ],
)
def test_strange_data_reads_as_something(tag: str, data: dict[str, Any]) -> None:
    reading = told(tag, **data)
    assert reading.kind or reading.says


def test_a_tag_that_nobody_knows_is_shown_as_it_is() -> None:
    reading = told("change:executed")
    assert reading.says == "change:executed · T-9"
    assert reading.quiet


def test_a_moved_date_tells_both_dates() -> None:
    old, new = "2026-11-19T02:00:00Z", "2026-11-20T02:00:00Z"
    (dates,) = told("commitment:moved", **{"from": old, "to": new}).facts
    assert dates.before is not None
    assert dates.at is not None
    assert dates.at - dates.before == timedelta(days=1)


def test_the_second_return_is_alarming() -> None:
    assert not told("ticket:returned", returns=1).alarm
    assert told("ticket:returned", returns=2).alarm == "return no. 2"


def test_a_reminder_names_people_and_what_is_due() -> None:
    names = Names(people={5: "Li"}, titles={"T-9": "UAT ready"})
    ahead = told("deadline:reminded", names, kind="deliver", told=[5], working_left=4 * 3600)
    late = told("deadline:reminded", names, kind="deliver", told=[5], working_left=-3600)
    assert ahead.says == "Reminder to Li: “UAT ready” is due in 4 h."
    assert late.says == "Reminder to Li: “UAT ready” is 1 h late."
    assert ahead.quiet


def test_who_is_named_depends_on_the_tag() -> None:
    assert people_in("complaint:assigned", {"to": 4, "owner": True}) == {4}
    assert people_in("complaint:severity_changed", {"to": "major"}) == set()
    assert people_in("message:written", {"mentions": [1, 2, "x"]}) == {1, 2}
    assert departments_in("ticket:forwarded", {"from": 1, "to": 2}) == {1, 2}
    assert departments_in("ticket:opened", {"department": 3, "to": 2}) == {3}


# --- The timeline of real moves -------------------------------------------------------------------
def test_filing_tells_severity_and_channel_in_the_readers_language(org: Org) -> None:
    case = file_case(org.cs1)
    filed = newest(case)
    assert (filed.reading.kind, filed.words) == ("Filed", case.description)
    assert fact(filed, "Severity") == "Major"
    with translation.override("zh-hans"):
        ask(case, org.cs1, org.tech, now=LATER)
        assert "科技" in newest(case).reading.kind


def test_a_ticket_names_its_department_and_date(org: Org) -> None:
    case = file_case(org.cs1)
    ticket = ask(case, org.cs1, org.biz, now=LATER)
    opened = newest(case)
    assert opened.reading.kind == "Ticket → Business"
    assert opened.title == ticket.title
    assert opened.words == ticket.ask
    assert fact(opened, "Needed by") == ticket.needed_by


def test_an_acceptance_is_one_item_with_its_promise(org: Org) -> None:
    case = file_case(org.cs1)
    accepted(case, org.cs1, org.biz1, org.biz, now=LATER)
    assert [item.reading.kind for item in items(case)][:2] == ["Accepted", "Ticket → Business"]
    assert fact(newest(case), "Owner") == str(org.biz1)


def test_the_second_return_shows_who_was_asked(org: Org) -> None:
    case = file_case(org.cs1)
    ticket = ask(case, org.cs1, org.biz, now=LATER)
    for number in (1, 2):
        now = LATER + timedelta(minutes=number)
        tickets.return_ticket(
            ticket=ticket, actor=org.biz1, missing="Which order", from_whom="客服1", now=now
        )
        if number == 1:
            asking.complete(ticket=ticket, actor=org.cs1, text="This one.", now=now)
    returned = newest(case)
    assert (returned.reading.kind, returned.words) == ("Returned", "Which order")
    assert fact(returned, "From whom") == "客服1"
    assert str(org.ceo) in next(
        one.reading.says for one in returned.also if one.entry.tag == "escalation:raised"
    )


def test_what_ends_along_is_told_below_what_ended_it(org: Org) -> None:
    case = file_case(org.cs1)
    ticket = accepted(case, org.cs1, org.biz1, org.biz, now=LATER)
    now = LATER + timedelta(hours=1)
    tickets.forward(ticket=ticket, actor=org.biz1, department=org.ops, reason="Theirs.", now=now)
    forwarded = newest(case)
    assert forwarded.reading.kind == "Forwarded → Operations"
    assert fact(forwarded, "Before") == "Business"
    assert [item.entry.tag for item in forwarded.also] == ["commitment:withdrawn"]


def test_a_moved_promise_is_said_once(org: Org) -> None:
    case = file_case(org.cs1)
    ticket = accepted(case, org.cs1, org.biz1, org.biz, now=LATER)
    tickets.move_date(
        ticket=ticket,
        actor=org.biz1,
        promised_at=MONDAY + timedelta(days=3),
        reason="Disk is late.",
        now=LATER + timedelta(hours=1),
    )
    moved = newest(case)
    assert (moved.reading.kind, moved.words, moved.also) == ("Date moved", "Disk is late.", [])


def test_a_kept_promise_that_unblocks_is_one_item(org: Org) -> None:
    case = file_case(org.cs1)
    ticket = accepted(case, org.cs1, org.biz1, org.biz, now=LATER)
    when = MONDAY + timedelta(days=2)
    tickets.block(
        ticket=ticket, actor=org.biz1, what="No UAT", unblocker=org.tech2, by_when=when, now=LATER
    )
    promise = case.commitments.get(kind="unblock")
    commitments.keep(
        commitment=promise, actor=org.tech2, how="Up again.", now=LATER + timedelta(minutes=5)
    )
    kept = newest(case)
    assert kept.entry.tag == "commitment:kept"
    assert "ticket:unblocked" in [item.entry.tag for item in kept.also]


def test_moves_of_others_at_one_instant_stay_apart(org: Org) -> None:
    case = file_case(org.cs1)
    ask(case, org.cs1, org.biz)
    messages.write(complaint=case, actor=org.biz1, kind="note", text="Seen.", now=MONDAY)
    kinds = [item.reading.kind for item in items(case)]
    assert kinds == ["Note", "Ticket → Business", "Filed"]


def test_messages_name_whom_they_are_for(org: Org) -> None:
    case = file_case(org.cs1)
    ask(case, org.cs1, org.biz)
    messages.write(
        complaint=case, actor=org.cs1, kind="call", text="Rang.", mentions=[org.biz1], now=LATER
    )
    written = newest(case)
    assert (written.reading.kind, written.words) == ("Call note", "Rang.")
    assert fact(written, "For") == str(org.biz1)


def test_redacted_words_are_gone_from_the_page(org: Org) -> None:
    case = file_case(org.cs1)
    Message.objects.filter(complaint=case).update(redacted_at=LATER, text="")
    filed = newest(case)
    assert (filed.words, filed.redacted_at) == ("", LATER)


def test_a_look_at_the_identity_is_one_quiet_line(org: Org) -> None:
    case = file_case(org.cs1)
    reveal_identity(complaint=case, actor=org.comp1, now=LATER)
    looked = newest(case)
    assert looked.reading.quiet
    assert str(org.comp1) in looked.reading.says


def test_reminders_in_a_row_are_folded(org: Org) -> None:
    case = file_case(org.cs1)
    for minute in range(4):
        record(
            stream=case.reference,
            subject=case.reference,
            tag="deadline:reminded",
            actor=None,
            now=LATER + timedelta(minutes=minute),
            data={"kind": "resolve", "told": [org.cs1.pk], "working_left": 60},
        )
    fold, filed = page_of(case.reference).items
    assert isinstance(fold, Fold)
    assert len(fold.items) == 4
    assert isinstance(filed, Item)


def test_an_ended_case_tells_what_was_left_open(org: Org) -> None:
    case = file_case(org.cs1, severity="ordinary")
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=LATER)
    ask(case, org.cs1, org.biz, now=LATER)
    cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="", reply="Sorry.", now=LATER
    )
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Fine.", now=LATER)
    now = LATER + timedelta(hours=1)
    cases.close(
        complaint=case,
        actor=org.cs_lead,
        outcome="upheld",
        reply="Sorry.",
        override="Enough.",
        now=now,
    )
    closed = newest(case)
    ticket = Ticket.objects.get(complaint=case)
    assert (fact(closed, "Outcome"), closed.words) == ("Upheld", "Enough.")
    assert fact(closed, "Left open") == ticket.reference
    assert [item.entry.tag for item in closed.also][:1] == ["ticket:withdrawn"]


# --- Pages ----------------------------------------------------------------------------------------
def write_notes(case: Complaint, org: Org, count: int) -> None:
    for number in range(count):
        messages.write(
            complaint=case,
            actor=org.cs1,
            kind="note",
            text=f"Note {number}",
            now=LATER + timedelta(minutes=number),
        )


def test_pages_follow_each_other_without_gap_or_repetition(org: Org) -> None:
    case = file_case(org.cs1)
    write_notes(case, org, 24)
    seen: list[int] = []
    before = None
    while True:
        page = page_of(case.reference, before=before, limit=10)
        seen += [item.entry.seq for item in page.items if isinstance(item, Item)]
        before = page.older
        if before is None:
            break
    assert seen == list(range(25, 0, -1))


def test_only_what_is_new_since(org: Org) -> None:
    case = file_case(org.cs1)
    write_notes(case, org, 3)
    page = page_of(case.reference, since=2)
    assert [item.entry.seq for item in page.items if isinstance(item, Item)] == [4, 3]
    assert (page.newest, page.older) == (4, None)
    assert page_of(case.reference, since=4).newest == 4


def queries_of_a_page(case: Complaint) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_of(case.reference)
    return len(queries)


def test_a_page_costs_the_same_however_much_it_names(org: Org) -> None:
    short, long = file_case(org.cs1), file_case(org.cs2, severity="ordinary")
    accepted(short, org.cs1, org.biz1, org.biz, now=LATER)
    for number, (department, owner) in enumerate(
        [(org.biz, org.biz1), (org.tech, org.tech1), (org.ops, org.ops1)] * 4
    ):
        assert isinstance(department, Department)
        accepted(long, org.cs2, owner, department, now=LATER + timedelta(minutes=number))
    assert queries_of_a_page(long) == queries_of_a_page(short) <= 7

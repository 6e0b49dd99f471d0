"""An open page stays fresh; what an auditor reads leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from complaints.services import messages
from journal.models import Entry, Stream
from tests.complaints.factories import file_case
from tests.complaints.looking import NOW, address, case_in_work, read, write_notes
from tests.personas import Org


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    return case_in_work(org)


# --- Staying fresh --------------------------------------------------------------------------------
def live(client: Client, case: Complaint, seq: int, at: datetime = NOW) -> tuple[int, str]:
    """Ask as an open page does."""
    response = client.get(address(case, "live"), {"seq": seq, "at": int(at.timestamp())})
    return response.status_code, response.content.decode()


def seq_of(case: Complaint) -> int:
    return Stream.objects.get(pk=case.reference).last_seq


def test_nothing_new_is_one_query_and_no_answer(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    seen = seq_of(case)
    with CaptureQueriesContext(connection) as queries:
        assert live(client, case, seen) == (204, "")
    # The other three ask who is there: session, person, standing.
    assert len(queries) == 4
    assert sum("last_seq" in one["sql"] for one in queries) == 1


def test_what_is_new_is_put_on_top(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    seen = seq_of(case)
    messages.write(complaint=case, actor=org.biz1, kind="note", text="Just now.", now=NOW)
    status, parts = live(client, case, seen)
    assert status == 200
    assert 'hx-swap-oob="afterbegin:#timeline"' in parts
    assert "Just now." in parts
    assert parts.count('id="entry-') == 1
    for region in ("case-top", "case-questions", "case-story", "case-side", "case-papers"):
        assert f'id="{region}"' in parts
    assert f"?seq={seq_of(case)}&amp;" in parts
    # What is being typed is in no part that is drawn anew.
    assert "<textarea" not in parts


def test_after_a_long_sleep_the_history_begins_anew(
    client: Client, org: Org, case: Complaint
) -> None:
    client.force_login(org.cs1)
    seen = seq_of(case)
    write_notes(case, org, 55)
    _status, parts = live(client, case, seen)
    assert 'hx-swap-oob="innerHTML:#timeline"' in parts
    assert "?before=" in parts


def test_clocks_are_told_anew_now_and_then(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    status, parts = live(client, case, seq_of(case), at=NOW - timedelta(minutes=6))
    assert status == 200
    assert "#timeline" not in parts
    assert 'id="case-top"' in parts


# --- The auditor's trace --------------------------------------------------------------------------
def readings(case: Complaint) -> int:
    return Entry.objects.filter(stream=case.reference, tag="case:read").count()


def test_an_auditors_reading_is_journalled_once_an_hour(
    client: Client, org: Org, case: Complaint
) -> None:
    read(client, org.cs1, case)
    assert readings(case) == 0
    read(client, org.auditor, case)
    read(client, org.auditor, case)
    client.get(address(case, "history"))
    assert readings(case) == 1
    assert "as an auditor" in read(client, org.cs1, case)
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        read(client, org.auditor, case)
    assert readings(case) == 2


def test_each_case_that_an_auditor_reads_keeps_a_trace(
    client: Client, org: Org, case: Complaint
) -> None:
    other = file_case(org.cs1)
    read(client, org.auditor, case)
    read(client, org.auditor, other)
    assert (readings(case), readings(other)) == (1, 1)

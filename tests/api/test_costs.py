"""Lists and single things cost a fixed number of queries; two at once make one thing."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Message
from complaints.services.commitments import promise
from complaints.services.decisions import request_decision
from tests.api.client import Program
from tests.complaints.factories import ask, file_case
from tests.personas import build_org


def counted(program: Program, path: str) -> int:
    program.get("departments/")
    with CaptureQueriesContext(connection) as queries:
        answer = program.get(path)
    assert answer.status_code == 200, answer.content
    return len(queries)


def grown(org: Any, number: int) -> Any:
    now = timezone.now()
    cases = [file_case(org.cs1, now=now, title=f"Case {n}") for n in range(number)]
    for n in range(number):
        ask(cases[0], org.cs1, org.biz, now=now, title=f"Ticket {n}")
        promise(
            complaint=cases[0], actor=org.cs1, what=f"Word {n}", now=now,
            promised_at=now + timedelta(days=1),
        )  # fmt: skip
        request_decision(
            complaint=cases[n], actor=org.cs1, department=org.biz, text="Which?", now=now
        )
    return cases[0]


@pytest.mark.parametrize("person", ["cs1", "biz1", "ceo", "auditor"])
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("complaints/?state=all", 7),
        ("tickets/", 4),
        ("tickets/?complaint={case}", 6),
        ("commitments/?complaint={case}", 6),
        ("escalations/", 4),
        ("people/", 4),
    ],
)
def test_a_list_costs_the_same_however_long(org, person, path, most):
    program = Program(org.people[person])
    first = grown(org, 1)
    # What an auditor's first reading writes is counted elsewhere.
    program.get(path.format(case=first.reference))
    few = counted(program, path.format(case=first.reference))
    many = grown(org, 7)
    program.get(path.format(case=many.reference))
    assert counted(program, path.format(case=many.reference)) <= max(few, most) <= most + 2


def test_one_thing_costs_little(org):
    case, program = grown(org, 5), Program(org.cs1)
    costs = {
        path: counted(program, path.format(case=case.reference, ticket=case.tickets.first()))
        for path in ("complaints/{case}/", "complaints/{case}/timeline/")
    }
    assert costs["complaints/{case}/"] <= 6, costs
    assert costs["complaints/{case}/timeline/"] <= 14, costs
    assert counted(program, f"tickets/{case.tickets.first().reference}/") <= 5


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_make_one_thing():
    org = build_org()
    case, program = file_case(org.cs1, now=timezone.now()), Program(org.cs1)
    address, answers = f"complaints/{case.reference}/note/", []

    def post() -> None:
        given = {"kind": "note", "text": "Once"}
        answers.append(program.post(address, given, Idempotency_Key="same").status_code)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert Message.objects.filter(text="Once").count() == 1

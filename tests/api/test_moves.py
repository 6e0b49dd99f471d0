"""Moves by the API: the page's form judges, the page's service moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import Attachment, Complaint, Ticket
from tests.api.client import Program
from tests.complaints.factories import ask, category, file_case


@pytest.fixture
def ticket(org):
    now = timezone.now()
    return ask(file_case(org.cs1, now=now), org.cs1, org.biz, now=now)


def in_days(days: float) -> str:
    return (timezone.now() + timedelta(days=days)).isoformat()


def test_a_ticket_is_read_and_accepted(org, ticket):
    program = Program(org.biz1)
    read = program.get(f"tickets/{ticket.reference}/")
    assert read.status_code == 200, read.content
    assert read["ETag"] == '"1"'
    assert "accept" in read.json()["allowed_moves"]
    assert read["Cache-Control"] == "no-store"
    given = {"promised_at": in_days(0.5)}
    moved = program.post(f"tickets/{ticket.reference}/accept/", given, If_Match=read["ETag"])
    assert moved.status_code == 200, moved.content
    assert moved.json()["state"] == "accepted"
    assert moved.json()["owner"]["username"] == "biz1"
    assert moved["ETag"] == '"2"'


def test_people_and_departments_go_by_their_names(org, ticket):
    program = Program(org.cs1)
    asked = {"department": "tech", "title": "Why?", "ask": "Say why.", "needed_by": in_days(2)}
    moved = program.post(f"complaints/{ticket.complaint.reference}/ask/", asked)
    assert moved.status_code == 200, moved.content
    made = moved.json()["made"]
    assert moved["Location"] == made["url"] == f"/api/v1/tickets/{made['reference']}/"
    assert Ticket.objects.get(reference=made["reference"]).department == org.tech
    owner = {"owner": "cs2", "reason": "Holidays."}
    assigned = program.post(f"complaints/{ticket.complaint.reference}/assign/", owner)
    assert assigned.json()["contact_owner"]["username"] == "cs2"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "promised_at"),
        ({"promised_at": "2026-11-30T18:00"}, "promised_at"),
        ({"promised_at": "0001-01-01T00:00:00+14:00"}, "promised_at"),
        ({"promised_at": "2020-01-01T00:00:00Z"}, "promised_at"),
        ({"promised_at": 7}, "promised_at"),
        ({"promised_at": "2030-01-01T00:00:00Z", "owner": "tech1"}, "owner"),
        ({"promised_at": "2030-01-01T00:00:00Z", "owner": "\x00"}, "owner"),
        ({"promised_at": "2030-01-01T00:00:00Z", "color": "red"}, "color"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(org, ticket, body, field):
    answer = Program(org.biz1).post(f"tickets/{ticket.reference}/accept/", body)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_a_stale_version_says_what_happened(org, ticket):
    biz1, biz2 = Program(org.biz1), Program(org.biz2)
    address = f"tickets/{ticket.reference}/"
    assert biz1.post(address + "accept/", {"promised_at": in_days(0.5)}).status_code == 200
    late = biz1.post(address + "answer/", {"text": "Yes."}, If_Match='"1"')
    assert late.status_code == 412
    assert late.json()["version"] == 2
    assert [one["tag"] for one in late.json()["changes"]] == ["ticket:accepted"]
    # Not the colleague's any more, who read it when it was.
    taken = biz2.post(address + "accept/", {"promised_at": in_days(0.5)}, If_Match='"1"')
    assert taken.status_code == 412
    assert biz2.post(address + "accept/", {"promised_at": in_days(0.5)}).status_code == 404
    # gzip makes an ETag weak; it is the same version.
    assert biz1.post(address + "answer/", {"text": "Yes."}, If_Match='W/"2"').status_code == 200
    assert biz1.post(address + "answer/", {"text": "Yes."}, If_Match="three").status_code == 400


def test_an_illegal_move_says_what_is_possible(org, ticket):
    answer = Program(org.cs1).post(f"tickets/{ticket.reference}/confirm/", {})
    assert answer.status_code == 409, answer.content
    assert answer.json()["type"].endswith("illegal-move")
    assert "withdraw" in answer.json()["allowed_moves"]


def test_files_come_with_a_message(org, ticket, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case, program = ticket.complaint, Program(org.biz1)
    file = SimpleUploadedFile("why.txt", b"Because.")
    given = {"kind": "note", "text": "See there.", "files": [file]}
    answer = program.send(f"complaints/{case.reference}/note/", given)
    assert answer.status_code == 200, answer.content
    listed = program.get(f"attachments/?complaint={case.reference}").json()["results"]
    assert [one["name"] for one in listed] == ["why.txt"]
    content = program.get(listed[0]["url"])
    assert b"".join(content.streaming_content) == b"Because."
    told = program.get(f"complaints/{case.reference}/timeline/").json()["results"]
    assert any(one["words"] == "See there." and one["attachments"] for one in told)
    in_json = {"kind": "note", "text": "Hm", "files": ["a"]}
    assert program.post(f"complaints/{case.reference}/note/", in_json).status_code == 422
    assert Attachment.objects.count() == 1


def test_filing(org):
    category()
    program = Program(org.cs1)
    given = {
        "customer": "new", "name": "Mr X", "channel": "phone", "severity": "major",
        "title": "Redemption fails", "description": "Three orders failed.",
        "remedy_sought": "The miles.", "category": "B-redemption", "received_at": in_days(-1),
        "identity_type": "Passport", "identity_number": "X1234564821",
    }  # fmt: skip
    filed = program.post("complaints/", given)
    assert filed.status_code == 201, filed.content
    assert filed["Location"] == filed.json()["links"]["self"]
    assert filed.json()["customer"]["identity_number"] == "••••4821"
    assert "X1234564821" not in filed.content.decode()
    assert Complaint.objects.get().contact_owner == org.cs1
    refused = program.post("complaints/", given | {"customer": "12"})
    assert [one["field"] for one in refused.json()["errors"]] == ["customer"]
    assert Program(org.tech1).post("complaints/", given).status_code == 403

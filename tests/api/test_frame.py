"""Tokens, scopes, keys, limits, errors: what every address has in common."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.api.idempotency import sweep
from complaints.api.models import AccessToken, KeptAnswer
from complaints.api.tokens import revoke_token
from complaints.models import Message, Ticket
from journal.models import Entry
from tests.api.client import Program
from tests.complaints.factories import ask, file_case


@pytest.fixture
def case(org):
    return file_case(org.cs1, now=timezone.now())


def note(text: str) -> dict[str, str]:
    return {"kind": "note", "text": text}


# --- Tokens ---------------------------------------------------------------------------------------
def test_only_a_digest_of_the_key_is_kept(org):
    program = Program(org.cs1)
    kept = AccessToken.objects.values().get()
    assert program.key not in str(kept)
    assert program.key.startswith(kept["prefix"])
    assert Entry.objects.get(tag="token:made").actor == org.cs1


def test_without_a_token_one_is_asked_for(org, case):
    answer = Client().get("/api/v1/complaints/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="duban"'
    assert answer["Content-Type"] == "application/problem+json"
    wrong = Client().get("/api/v1/complaints/", headers={"Authorization": "Bearer duban_é\x00"})
    assert wrong.status_code == 401


@pytest.mark.parametrize("end", ["revoked", "expired", "left"])
def test_a_token_that_has_ended_opens_nothing(org, case, end):
    program, now = Program(org.cs1), timezone.now()
    if end == "revoked":
        revoke_token(token=program.token, actor=org.admin, now=now)
    elif end == "expired":
        past = {"created_at": now - timedelta(days=2), "expires_at": now - timedelta(days=1)}
        AccessToken.objects.update(**past)
    else:
        org.cs1.is_active = False
        org.cs1.save()
    answer = program.get("complaints/")
    assert answer.status_code == 401
    assert "invalid_token" in answer["WWW-Authenticate"]


def test_a_token_does_what_it_was_made_for(org, case):
    reader, writer = Program(org.cs1, ("read",)), Program(org.cs1, ("write",))
    address = f"complaints/{case.reference}/"
    assert reader.get(address).status_code == 200
    assert reader.post(address + "note/", note("Hm")).status_code == 403
    assert writer.get(address).status_code == 403
    assert writer.post(address + "note/", note("Hm")).status_code == 200


def test_last_use_is_written_once_a_minute(org, case, django_assert_num_queries):
    program = Program(org.cs1)
    program.get("departments/")
    first = AccessToken.objects.get().last_used_at
    assert first
    with django_assert_num_queries(2):
        program.get("departments/")
    assert AccessToken.objects.get().last_used_at == first


def test_a_session_may_read_and_needs_csrf_to_write(org, case):
    client = Client(enforce_csrf_checks=True)
    client.force_login(org.cs1)
    assert client.get(f"/api/v1/complaints/{case.reference}/").status_code == 200
    address = f"/api/v1/complaints/{case.reference}/note/"
    answer = client.post(address, json.dumps(note("Hm")), content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_an_auditor_leaves_a_trace(org, case):
    program = Program(org.auditor)
    program.get("complaints/")
    assert not Entry.objects.filter(tag="case:read").exists()
    program.get(f"tickets/?complaint={case.reference}")
    assert Entry.objects.filter(tag="case:read", actor=org.auditor).count() == 1


# --- The page of tokens ---------------------------------------------------------------------------
def test_a_token_is_shown_once_on_its_page(org):
    client = Client()
    client.force_login(org.cs1)
    day = timezone.localdate() + timedelta(days=30)
    given = {"name": "Report", "scopes": ["read"], "expires_on": f"{day}"}
    page = client.post("/me/tokens/", given)
    key = page.context["key"]
    assert key in page.content.decode()
    assert key not in client.get("/me/tokens/").content.decode()
    read = Client().get("/api/v1/complaints/", headers={"Authorization": f"Bearer {key}"})
    assert read.status_code == 200
    too_long = given | {"expires_on": f"{day + timedelta(days=400)}"}
    assert client.post("/me/tokens/", too_long).status_code == 422
    pk = AccessToken.objects.get().pk
    stranger = Client()
    stranger.force_login(org.cs2)
    assert stranger.post(f"/me/tokens/{pk}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{pk}/revoke/").status_code == 302
    assert AccessToken.objects.get().revoked_by == org.cs1


def test_administrators_revoke(org):
    program = Program(org.cs1)
    client = Client()
    client.force_login(org.admin)
    chosen = {"action": "revoke", "_selected_action": [program.token.pk]}
    assert client.post("/admin/api/accesstoken/", chosen).status_code == 302
    assert program.get("departments/").status_code == 401
    assert Entry.objects.get(tag="token:revoked").actor == org.admin


# --- Keys -----------------------------------------------------------------------------------------
def test_the_same_key_makes_one_thing(org, case):
    program, address = Program(org.cs1), f"complaints/{case.reference}/note/"
    first, again = (program.post(address, note("Once"), Idempotency_Key="a1") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert again["ETag"] == first["ETag"]
    assert Message.objects.filter(text="Once").count() == 1
    other = program.post(address, note("Twice"), Idempotency_Key="a1")
    assert other.status_code == 422
    assert other.json()["type"].endswith("key-used")
    assert program.post(address, note("x"), Idempotency_Key="ä").status_code == 400
    # Somebody else's key is another key.
    assert Program(org.cs2).post(address, note("Twice"), Idempotency_Key="a1").status_code == 200


def test_a_refusal_is_not_kept(org, case):
    program, address = Program(org.cs1), f"complaints/{case.reference}/note/"
    assert program.post(address, note(""), Idempotency_Key="a1").status_code == 422
    assert program.post(address, note("Now"), Idempotency_Key="a1").status_code == 200


def test_yesterdays_keys_are_forgotten(org, case):
    program, address = Program(org.cs1), f"complaints/{case.reference}/note/"
    program.post(address, note("Once"), Idempotency_Key="a1")
    assert sweep(now=timezone.now() + timedelta(hours=23)) == 0
    KeptAnswer.objects.update(expires_at=timezone.now())
    assert program.post(address, note("Twice"), Idempotency_Key="a1").status_code == 200
    assert sweep(now=timezone.now() + timedelta(hours=25)) == 1


# --- Limits and errors ----------------------------------------------------------------------------
def test_too_many_requests_wait(org, settings):
    settings.API_RATES = {"token": 2, "person": 3}
    program, other = Program(org.cs1), Program(org.cs1)
    codes = [program.get("departments/").status_code for _ in range(3)]
    last = program.get("departments/")
    assert codes[:2] == [200, 200]
    assert last.status_code == 429
    assert 0 < int(last["Retry-After"]) <= 61
    assert other.get("departments/").status_code in (200, 429)


def test_without_redis_nobody_is_held_up(org, settings):
    settings.API_RATES = {"token": 1, "person": 1}
    gone = {**settings.CACHES["default"], "LOCATION": "unix:///tmp/no-redis-there.sock"}
    settings.CACHES = {"default": gone}
    program = Program(org.cs1)
    assert {program.get("departments/").status_code for _ in range(3)} == {200}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("complaints/C-2000-00001/", 404),
        ("nothing/here/", 404),
        ("/api/v2/", 404),
        ("complaints/?color=red", 400),
        ("complaints/?state=odd", 400),
        ("complaints/?cursor=@@", 400),
        ("complaints/?cursor=é", 400),
        ("tickets/?complaint=%00", 400),
        ("people/?department=%00", 400),
        ("customers/999999999999999999999999/", 404),
    ],
)
def test_errors_have_one_shape(org, path, status):
    answer = Program(org.cs1).get(path)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer["Cache-Control"] == "no-store"


def test_wrong_methods_types_and_bodies(org, case):
    program = Program(org.cs1)
    note_at = f"complaints/{case.reference}/note/"
    auth = {"Authorization": f"Bearer {program.key}"}
    deleted = program.client.delete("/api/v1/complaints/", headers=auth)
    as_text = program.client.post("/api/v1/complaints/", "x", "text/plain", headers=auth)
    assert (deleted.status_code, as_text.status_code) == (405, 415)
    assert program.get("complaints/", Accept="text/html").status_code == 406
    for body in ("{", "[]", "[" * 100_000, '{"a": NaN}', b"\xff", '{"text": "\\ud800"}'):
        answer = program.post(note_at, body)
        assert answer.status_code in (400, 422), body
        assert answer["Content-Type"] == "application/problem+json"
    assert program.post(note_at, "x" * 3_000_000).status_code == 413


def test_what_nobody_foresaw_tells_nothing(org, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("complaints.api.views.people.newest", broken)
    answer = Program(org.cs1).get("departments/")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content


def test_pages_go_on_where_the_last_one_ended(org, monkeypatch):
    monkeypatch.setattr("complaints.api.paging.PAGE", 2)
    now = timezone.now()
    case = file_case(org.cs1, now=now)
    made = [ask(case, org.cs1, org.biz, now=now, title=f"T{n}").reference for n in range(5)]
    program, seen, address = Program(org.cs1), [], f"tickets/?complaint={case.reference}"
    while address:
        page = program.get(address).json()
        seen += [one["reference"] for one in page["results"]]
        address = page["next"]
    assert seen == made[::-1]
    assert Ticket.objects.count() == 5


def test_answers_may_be_gzipped(org):
    program = Program(org.cs1)
    answer = program.get("departments/", Accept_Encoding="gzip")
    plain = gzip.decompress(answer.content) if answer.get("Content-Encoding") else answer.content
    assert json.loads(plain)["results"]

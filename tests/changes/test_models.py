"""What the tables of change requests refuse, whoever writes to them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from changes.models import Execution, Verification
from changes.picture.image import Image, Picture, RowImage, Touched
from changes.picture.stored import Stored, dump, load

NOW = datetime(2026, 11, 14, 10, tzinfo=UTC)


def test_a_picture_is_kept_without_loss() -> None:
    columns, types = ("a", "b"), ("text", "int")
    before = Image(columns=columns, types=types, rows=(RowImage(("k",), (None, "")),))
    after = Image(columns=columns, types=types, rows=(RowImage(("k",), ("é\n'", "1")),))
    touched = (Touched(("mall", "orders"), updated=1),)
    picture = Picture(
        kind="update", place=("mall", "orders"), key=("id",), fingerprint="f", before=before,
        after=after, footprint=touched, settings=(("TimeZone", "UTC"),),
        written=("a", "b"), stamped=("b",),
    )  # fmt: skip
    stored = Stored(picture=picture, undo=("UPDATE …",), undo_leaves=touched)
    assert load(dump(stored)) == stored
    assert "é" not in repr(stored)


def test_a_picture_of_another_form_is_not_read() -> None:
    with pytest.raises(ValueError, match="form 1"):
        load('{"version": 1}')


def _refused(make) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    return str(refused.value)


def _execution(org, *, executor, authorised, approved) -> Execution:
    hands = {
        "executor": executor, "authorised_by": authorised, "approved_by": approved,
    }  # fmt: skip
    return Execution(
        attempt=uuid.uuid4(), change_id=1, revision=1, digest="d", claimed_at=NOW,
        lease_until=NOW + timedelta(minutes=5), **hands, executor_for=executor,
        authorised_for=authorised, approved_for=approved,
    )  # fmt: skip


def test_nobody_executes_what_they_approved(org) -> None:
    both = _execution(org, executor=org.tech2, authorised=org.biz2, approved=org.tech2)
    assert "nobody_executes_what_they_approved" in _refused(both.save)


def test_nobody_executes_for_whom_approved(org) -> None:
    represented = _execution(org, executor=org.ops1, authorised=org.biz2, approved=org.tech2)
    represented.executor_for = org.biz2
    assert "nobody_executes_what_they_approved" in _refused(represented.save)


def test_nobody_approves_alone(org) -> None:
    alone = _execution(org, executor=org.ops1, authorised=org.tech2, approved=org.tech2)
    assert "two_people_approve" in _refused(alone.save)


def test_nobody_verifies_what_they_executed(org) -> None:
    own = Verification(
        execution_id=1, executor=org.ops1, executor_for=org.ops1, verifier=org.biz1,
        verifier_for=org.ops1, as_meant=True, remark="seen", at=NOW,
    )  # fmt: skip
    assert "nobody_verifies_what_they_executed" in _refused(own.save)

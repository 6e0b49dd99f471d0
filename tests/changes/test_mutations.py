"""Statements by chance: whatever the gate accepts touches exactly the rows of its picture."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.rehearsal import rehearse
from changes.gate import Refused
from tests.changes.effects import effect, named
from tests.changes.mall import RULES, accepted
from tests.changes.statements import Author

CHANCE = st.randoms(use_true_random=False)
RELAXED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture(scope="module")
def witness(connect, address):
    connection = connect()
    yield connection
    connection.close()


def passed(text, catalogue):
    try:
        return accepted(text, catalogue)
    except Refused:
        return None


def picture_of(address, found, *, expected):
    """None if the rows have these values already."""
    try:
        return rehearse(
            address=address, accepted=found, rules=RULES["mall", "orders"],
            expected=expected, search_schema="mall",
        ).picture  # fmt: skip
    except DryRunFailed as failure:
        if failure.code == "nothing_changes":
            return None
        raise


@settings(max_examples=100, **RELAXED)
@given(chance=CHANCE)
def test_the_standard_form_does_what_was_written(chance, catalogue_once, witness):
    text = Author(chance).statement()
    found = passed(text, catalogue_once)
    if found is None:
        return
    written, standard = effect(witness, text), effect(witness, found.sql)
    assert standard == written, (text, found.sql)
    if isinstance(standard, dict):
        with witness.cursor() as cursor:
            assert standard.keys() <= named(cursor, found), text
        witness.rollback()


@settings(max_examples=15, **RELAXED)
@given(chance=CHANCE)
def test_the_picture_is_what_happens(chance, catalogue_once, address, witness):
    text = Author(chance).statement()
    found = passed(text, catalogue_once)
    happens = effect(witness, text) if found else {}
    # Without rows there is no picture, and what the server refuses is told elsewhere.
    if not found or not happens or isinstance(happens, str):
        return
    picture = picture_of(address, found, expected=len(happens))
    if picture:
        assert {int(key) for (key,) in picture.before.keys} == set(happens), text
        left = {id_ for id_, state in happens.items() if state is not None}
        assert {int(key) for (key,) in picture.after.keys} == left, text

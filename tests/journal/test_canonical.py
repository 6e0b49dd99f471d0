from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.utils.timezone import now as current_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import Department
from journal.canonical import canonical, digest_of, instant, plain
from journal.models import Entry

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.django_db
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(JSON)
def test_what_the_database_gives_back_has_the_same_form(value):
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb)::text", [json.dumps(plain(value))])
        (returned,) = cursor.fetchone()
    assert canonical(json.loads(returned)) == canonical(plain(value))


@given(JSON)
def test_plain_values_stay_as_they_are(value):
    assert plain(plain(value)) == plain(value)


@given(st.dictionaries(TEXT, st.integers(), min_size=2, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value, random):
    items = list(value.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


@given(JSON, JSON)
def test_different_values_have_different_forms(one, other):
    same = json.dumps(plain(one), sort_keys=True) == json.dumps(plain(other), sort_keys=True)
    assert (canonical(plain(one)) == canonical(plain(other))) == same


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1)),  # noqa: DTZ001 - zones follow
    st.integers(-14, 14),
)
def test_an_instant_has_one_form_in_every_zone(naive, hours):
    at = naive.replace(tzinfo=UTC)
    assert instant(at) == instant(at.astimezone(timezone(timedelta(hours=hours))))
    assert datetime.fromisoformat(instant(at)) == at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stream_id", "C-2"),
        ("seq", 2),
        ("subject", "T-1"),
        ("tag", "case:closed"),
        ("actor_id", 8),
        ("acting_for_id", 8),
        ("department_id", 8),
        ("at", datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
        ("data", {"n": 2}),
        ("prev_digest", "b"),
    ],
)
def test_every_field_is_covered_by_the_digest(field, value):
    def made(**changes):
        fields = {
            "stream_id": "C-1", "seq": 1, "subject": "C-1", "tag": "case:noted", "actor_id": 7,
            "acting_for_id": 7, "department_id": 7, "at": datetime(2026, 1, 1, tzinfo=UTC),
            "data": {"n": 1}, "prev_digest": "a",
        }  # fmt: skip
        return Entry(**fields | changes)

    assert digest_of(made()) == digest_of(made())
    assert digest_of(made(**{field: value})) != digest_of(made())


def test_another_key_makes_another_digest(settings):
    entry = Entry(stream_id="C-1", seq=1, at=current_time(), data={})
    before = digest_of(entry)
    settings.JOURNAL_KEY = "another key of more than thirty-two characters"
    assert digest_of(entry) != before


def test_choices_are_kept_by_their_value():
    kinds = Department.Kind
    assert plain({kinds.BUSINESS: [kinds.TECHNOLOGY]}) == {"business": ["technology"]}
    assert type(plain(kinds.BUSINESS)) is str

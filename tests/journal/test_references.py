from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from journal.references import next_reference, next_references


@pytest.mark.django_db
def test_references_count_up_each_kind_on_its_own():
    assert [next_reference("C", year=2026) for _ in range(2)] == ["C-2026-00001", "C-2026-00002"]
    assert next_reference("C", year=2027) == "C-2027-00001"
    assert [next_reference("T") for _ in range(2)] == ["T-1001", "T-1002"]
    assert [next_reference("P"), next_reference("E")] == ["P-1", "E-1"]


@pytest.mark.django_db
def test_many_at_once_continue_where_single_ones_stopped():
    next_reference("C", year=2026)
    assert next_references("C", year=2026, count=3) == [
        "C-2026-00002",
        "C-2026-00003",
        "C-2026-00004",
    ]
    assert next_reference("C", year=2026) == "C-2026-00005"
    assert next_references("T", count=0) == []


@pytest.mark.django_db
def test_numbers_beyond_five_digits_go_on():
    next_references("C", year=2026, count=99_999)
    assert next_reference("C", year=2026) == "C-2026-100000"


@pytest.mark.parametrize("prefix", ["", "c", "C-", "C;DROP", "ABCDE", "投"])
def test_only_short_capital_prefixes_become_names(prefix):
    with pytest.raises(ValueError, match="prefix"):
        next_reference(prefix)


@pytest.mark.django_db
def test_a_reference_costs_two_queries(django_assert_num_queries):
    next_reference("C", year=2026)
    with django_assert_num_queries(2):
        next_reference("C", year=2026)


@pytest.mark.django_db(transaction=True)
def test_the_first_ones_of_a_year_drawn_at_once_are_all_different(forgotten):
    def draw(_):
        try:
            with transaction.atomic():
                return next_reference("X", year=2031)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(draw, range(24)))
    assert sorted(drawn) == [f"X-2031-{number:05d}" for number in range(1, 25)]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_a_second_owner(forgotten):
    first = next_reference("X", year=2031)
    with transaction.atomic():
        next_reference("X", year=2031)
        transaction.set_rollback(True)
    assert first != next_reference("X", year=2031)


@pytest.fixture
def forgotten():
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP SEQUENCE IF EXISTS journal_reference_x_2031")

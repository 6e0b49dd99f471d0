"""Pages by key: every row once, in order, whatever comes in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.paging import Count, Cursor, capped_count, page_of
from tests.complaints.factories import MONDAY, file_case

SIZE = 4


@pytest.fixture
def cases(org):
    """Eleven, some received in the same instant; newest first."""
    made = [
        file_case(org.cs1, received_at=MONDAY - timedelta(hours=number // 3), title=f"{number:02}")
        for number in range(11)
    ]
    return sorted(made, key=lambda case: (case.received_at, case.pk), reverse=True)


def walk(rows, **given):
    page = page_of(rows, size=SIZE, **given)
    seen = [page]
    while page.older:
        page = page_of(rows, size=SIZE, older=page.older, **given)
        seen.append(page)
    return seen


def test_every_row_once_and_in_order(cases):
    pages = walk(Complaint.objects.all())
    assert [len(page.rows) for page in pages] == [4, 4, 3]
    assert [row for page in pages for row in page.rows] == cases


def test_back_again_the_same_way(cases):
    rows = Complaint.objects.all()
    pages = walk(rows)
    back = page_of(rows, size=SIZE, newer=pages[2].newer)
    assert back.rows == pages[1].rows
    first = page_of(rows, size=SIZE, newer=back.newer)
    assert first.rows == pages[0].rows
    assert first.newer is None


def test_the_first_page_has_nothing_newer_and_the_last_nothing_older(cases):
    pages = walk(Complaint.objects.all())
    assert [page.newer is None for page in pages] == [True, False, False]
    assert [page.older is None for page in pages] == [False, False, True]


def test_a_page_that_reaches_the_beginning_is_the_first(cases):
    page = page_of(Complaint.objects.all(), size=SIZE, newer=Cursor.of(cases[2]))
    assert page.rows == cases[:4]
    assert page.newer is None


def test_what_is_filed_meanwhile_shifts_nothing(cases, org):
    rows = Complaint.objects.all()
    first = page_of(rows, size=SIZE)
    file_case(org.cs1, received_at=MONDAY)
    assert page_of(rows, size=SIZE, older=first.older).rows == cases[4:8]


def test_a_row_that_is_gone_still_marks_its_place(cases):
    gone = Cursor(cases[4].received_at, cases[4].pk)
    rows = Complaint.objects.exclude(pk=cases[4].pk)
    assert page_of(rows, size=SIZE, older=gone).rows == cases[5:9]


@pytest.mark.parametrize("size", [1, 2, 3, 10, 11, 12])
def test_any_size(cases, size):
    rows, page, seen = Complaint.objects.all(), None, []
    while page is None or page.older:
        page = page_of(rows, size=size, older=page.older if page else None)
        seen += page.rows
    assert seen == cases


def test_several_conditions_are_one_list(cases):
    rows = Complaint.objects.select_related("customer")
    any_of = [Q(title__lt="04"), Q(title__gt="02", title__lt="09"), Q(title="10")]
    pages = walk(rows, any_of=any_of)
    expected = [case for case in cases if case.title != "09"]
    assert [row for page in pages for row in page.rows] == expected
    assert capped_count(rows, any_of=any_of) == Count(10)


def test_nothing_at_all(db):
    page = page_of(Complaint.objects.all())
    assert (page.rows, page.newer, page.older) == ([], None, None)


def test_one_query_a_page_and_two_of_several_conditions(cases, django_assert_num_queries):
    with django_assert_num_queries(1):
        page_of(Complaint.objects.all(), size=SIZE, older=Cursor.of(cases[3]))
    with django_assert_num_queries(2):
        page_of(Complaint.objects.all(), any_of=[Q(title="01"), Q(title="02")], size=SIZE)


def test_counted_as_far_as_anybody_reads(cases):
    rows = Complaint.objects.all()
    assert str(capped_count(rows, cap=11)) == "11"
    assert str(capped_count(rows, cap=10)) == "10+"
    assert str(Count(1000, capped=True)) == "1,000+"


@given(
    at=st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    pk=st.integers(1, 10**17),
)
def test_a_cursor_is_read_as_it_was_written(at, pk):
    assert Cursor.parse(str(Cursor(at, pk))) == Cursor(at, pk)


@given(st.text(max_size=40))
def test_anything_else_is_no_cursor(text):
    cursor = Cursor.parse(text)
    assert cursor is None or str(cursor) == text or int(text.split("-")[-1]) == cursor.pk


@pytest.mark.parametrize(
    "text", ["", "1-", "-1", "1", "a-1", "1-1;", "9" * 18 + "-1", "1-" + "9" * 19, "١-١", "1-1\n"]
)
def test_nonsense_is_no_cursor(text):
    assert Cursor.parse(text) is None

"""The tree against a naive walk, over random trees and over old data with cycles in it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import Department
from departments.queries import ancestors, subtree_ids
from departments.tree import line_above, tree_path

pytestmark = pytest.mark.django_db
against_the_database = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def forests(draw):
    """Parents by place; any place but one's own, so that cycles of every length happen."""
    size = draw(st.integers(1, 9))
    return [
        draw(st.none() | st.integers(0, size - 1).filter(lambda parent, own=own: parent != own))
        for own in range(size)
    ]


@contextmanager
def planted(parents):
    """Departments with these parents, gone afterwards."""
    with transaction.atomic():
        rows = Department.objects.bulk_create(
            Department(code=f"d{own}", name_en=f"D{own}", name_zh=f"部{own}", kind="business")
            for own in range(len(parents))
        )
        for row, parent in zip(rows, parents, strict=True):
            row.parent = None if parent is None else rows[parent]
        Department.objects.bulk_update(rows, ["parent"])
        yield rows
        transaction.set_rollback(True)


def walk_up(parents, own):
    """The places above, nearest first, until the root or a place seen before."""
    line = []
    while own is not None and own not in line:
        line.append(own)
        own = parents[own]
    return line


@against_the_database
@given(forests(), st.data())
def test_subtree_holds_exactly_those_whose_line_meets_it(parents, data):
    chosen = data.draw(st.sets(st.integers(0, len(parents) - 1)))
    expected = {own for own in range(len(parents)) if chosen & set(walk_up(parents, own))}
    with planted(parents) as rows:
        assert subtree_ids(rows[own].pk for own in chosen) == {rows[own].pk for own in expected}


@against_the_database
@given(forests())
def test_ancestors_are_the_line_above_without_oneself(parents):
    with planted(parents) as rows:
        for own, row in enumerate(rows):
            expected = [rows[place] for place in walk_up(parents, own)[1:]]
            assert ancestors(row) == expected


@against_the_database
@given(forests())
def test_the_path_orders_a_tree_parent_first_and_ends_in_a_cycle(parents):
    with planted(parents) as rows:
        by_path = list(Department.objects.annotate(path=tree_path()).order_by("path"))
        assert {row.pk for row in by_path} == {row.pk for row in rows}
        depth = {row.pk: row.path.count("/") for row in by_path}
        place = {row.pk: at for at, row in enumerate(by_path)}
        for own, row in enumerate(rows):
            line = walk_up(parents, own)
            if parents[line[-1]] is None:
                assert depth[row.pk] == len(line) - 1
                assert all(place[rows[above].pk] < place[row.pk] for above in line[1:])


def test_each_is_one_query(org, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert subtree_ids([org.exec.pk]) == {each.pk for each in org.departments}
    with django_assert_num_queries(1):
        assert line_above(org.cs.pk) == [org.cs.pk, org.exec.pk]
    with django_assert_num_queries(2):
        assert [each.leader for each in ancestors(org.cs)] == [org.ceo]


def test_nothing_is_asked_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert subtree_ids([]) == set()
        assert line_above(None) == []

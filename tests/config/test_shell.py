"""The top bar of every page: counters, one's colour, and nothing for who does not see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from config.context import shell
from departments.standing import standing_of
from escalations.models import Severity
from escalations.queries import count_waiting
from escalations.services import start_deadline

NOW = timezone.now()


def clock(org, *, owner, subject="T-1", due_in=1.0):
    return start_deadline(
        subject=subject,
        stream="C-2026-00001",
        kind="deliver",
        label="Something",
        department=org.biz,
        owner=owner,
        severity=Severity.ORDINARY,
        now=NOW - timedelta(days=2),
        due_at=NOW + timedelta(hours=due_in),
    )


def count(person):
    return count_waiting(person, standing_of(person, NOW), NOW, 99)


def test_what_waits_is_counted_in_one_query(org, django_assert_num_queries):
    clock(org, owner=org.biz1, subject="T-1")
    clock(org, owner=None, subject="T-2")
    clock(org, owner=org.biz2, subject="T-3")
    standing = standing_of(org.biz1, NOW)
    with django_assert_num_queries(1):
        assert count_waiting(org.biz1, standing, NOW, 99) == (2, False)


def test_one_that_is_late_is_told(org):
    clock(org, owner=org.biz1, subject="T-1")
    clock(org, owner=org.biz1, subject="T-2", due_in=-1)
    assert count(org.biz1) == (2, True)


def test_counting_stops_at_the_cap(org):
    for number in range(4):
        clock(org, owner=org.biz1, subject=f"T-{number}")
    assert count_waiting(org.biz1, standing_of(org.biz1, NOW), NOW, 2) == (3, False)


def test_nothing_waits_for_others(org):
    clock(org, owner=org.biz1)
    assert count(org.tech1) == (0, False)


def test_a_visitor_costs_nothing(rf):
    assert shell(rf.get("/")) == {}


def test_a_page_without_a_top_bar_costs_nothing(org, rf: RequestFactory, django_assert_num_queries):
    request = rf.get("/")
    request.user = org.biz1
    with django_assert_num_queries(0):
        shell(request)


@pytest.mark.parametrize(("person", "kind"), [("biz1", "business"), ("outsider", "system")])
def test_the_colour_is_ones_departments(org, rf, person, kind):
    request = rf.get("/")
    request.user = getattr(org, person)
    assert shell(request)["own_kind"]() == kind


def test_the_top_bar_shows_what_waits(org, client):
    clock(org, owner=org.biz1, due_in=-1)
    client.force_login(org.biz1)
    page = client.get("/me/").content.decode()
    assert '<span class="count late">' in page

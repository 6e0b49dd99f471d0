"""Who belongs where, who decides, who is away and who stands in."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from departments.models import Deputyship, User
from departments.queries import (
    colleagues,
    department_ids_of,
    is_absent,
    leaders_of,
    stand_in_of,
    with_absent,
)

NOW = timezone.now()


def leave(person):
    person.is_active = False
    person.save()


def test_departments_of_a_person(org, django_assert_num_queries):
    org.ops.leader = org.tech1
    org.ops.save()
    Deputyship.objects.create(person=org.tech1, department=org.comp)
    with django_assert_num_queries(1):
        assert department_ids_of(org.tech1) == {org.tech.pk, org.ops.pk, org.comp.pk}
    assert department_ids_of(org.outsider) == set()


def test_standing_in_is_not_belonging(org):
    org.away(org.tech_lead, stand_in=org.biz1)
    assert department_ids_of(org.biz1) == {org.biz.pk}


def test_colleagues_are_members_leader_and_deputies(org, django_assert_num_queries):
    Deputyship.objects.create(person=org.outsider, department=org.tech)
    org.tech.leader = org.ceo
    org.tech.save()
    leave(org.tech2)
    with django_assert_num_queries(1):
        found = list(colleagues(org.tech))
    assert set(found) == {org.tech1, org.tech_lead, org.ceo, org.outsider}
    assert found == sorted(found, key=lambda person: person.name)


def test_colleagues_without_a_leader(org):
    org.tech.leader = None
    assert org.tech_lead in colleagues(org.tech)


def test_leaders_by_rank(org, django_assert_num_queries):
    Deputyship.objects.create(person=org.biz1, department=org.biz, rank=0)
    with django_assert_num_queries(1):
        assert leaders_of(org.biz) == [org.biz_lead, org.biz1, org.biz_deputy]


def test_leaders_who_have_left_do_not_decide(org):
    leave(org.biz_lead)
    assert leaders_of(org.biz) == [org.biz_deputy]
    leave(org.biz_deputy)
    assert leaders_of(org.biz) == []


def test_a_leader_who_is_deputy_as_well_is_named_once(org):
    Deputyship.objects.create(person=org.biz_lead, department=org.biz, rank=0)
    assert leaders_of(org.biz) == [org.biz_lead, org.biz_deputy]


def test_absence_is_half_open(org, django_assert_num_queries):
    org.away(org.cs1, starts_at=NOW, days=1)
    with django_assert_num_queries(1):
        assert is_absent(org.cs1, NOW)
    assert not is_absent(org.cs1, NOW - timedelta(microseconds=1))
    assert not is_absent(org.cs1, NOW + timedelta(days=1))
    assert not is_absent(org.cs2, NOW)


def test_absent_is_marked_in_lists(org):
    org.away(org.cs1)
    marked = {person.username: person.absent for person in with_absent(User.objects.all(), NOW)}
    assert marked["cs1"] is True
    assert marked["cs2"] is False


def test_stand_in_of_somebody_who_is_there(org, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert stand_in_of(org.cs1, NOW) is None


def test_stand_in(org, django_assert_num_queries):
    org.away(org.cs1, stand_in=org.cs2)
    with django_assert_num_queries(1):
        assert stand_in_of(org.cs1, NOW) == org.cs2


def test_stand_in_of_an_absent_stand_in(org, django_assert_num_queries):
    org.away(org.cs1, stand_in=org.cs2)
    org.away(org.cs2, stand_in=org.cs_lead)
    with django_assert_num_queries(2):
        assert stand_in_of(org.cs1, NOW) == org.cs_lead


def test_nobody_is_left(org):
    org.away(org.cs1, stand_in=org.cs2)
    org.away(org.cs2)
    assert stand_in_of(org.cs1, NOW) is None


def test_stand_ins_in_a_circle(org):
    org.away(org.cs1, stand_in=org.cs2)
    org.away(org.cs2, stand_in=org.cs1)
    assert stand_in_of(org.cs1, NOW) is None


def test_a_stand_in_who_has_left_does_not_count(org):
    org.away(org.cs1, stand_in=org.cs2)
    leave(org.cs2)
    assert stand_in_of(org.cs1, NOW) is None


def test_of_two_absences_the_later_names_the_stand_in(org):
    org.away(org.cs1, stand_in=org.cs2, starts_at=NOW - timedelta(days=2))
    org.away(org.cs1, stand_in=org.cs_lead, starts_at=NOW - timedelta(days=1))
    assert stand_in_of(org.cs1, NOW) == org.cs_lead

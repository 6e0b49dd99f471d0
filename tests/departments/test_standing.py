"""What a person's standing holds, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from departments.models import Absence, Department, Membership, User
from departments.queries import led_ids, overseen_ids
from departments.standing import forget_standing, standing_of

NOW = timezone.now()


def ids(*departments):
    return {each.pk for each in departments}


def test_a_member_has_the_department_and_its_kind(org):
    standing = standing_of(org.cs1, NOW)
    assert standing.departments == ids(org.cs)
    assert standing.kinds == {Department.Kind.CUSTOMER_SERVICE}
    assert not standing.leads
    assert not standing.oversees


def test_a_leader_oversees_the_subtree(org):
    standing = standing_of(org.ceo, NOW)
    assert standing.leads == ids(org.exec)
    assert standing.oversees == ids(*org.departments)
    assert standing.departments == ids(org.exec)
    assert standing.kinds == {Department.Kind.EXECUTIVE}


def test_a_deputy_leads_too(org):
    assert led_ids(org.biz_deputy, NOW) == ids(org.biz)
    assert overseen_ids(org.biz_deputy, NOW) == ids(org.biz)


def test_a_member_below_a_department_they_lead_oversees_both(org):
    Membership.objects.create(person=org.ceo, department=org.tech)
    standing = standing_of(org.ceo, NOW)
    assert standing.departments == ids(org.exec, org.tech)
    assert standing.oversees == ids(*org.departments)


def test_a_stand_in_leads_while_the_leader_is_away(org):
    org.away(org.tech_lead, stand_in=org.tech1, starts_at=NOW, days=1)
    assert led_ids(org.tech1, NOW) == ids(org.tech)
    assert standing_of(org.tech1, NOW).stands_in_for == {org.tech_lead.pk}
    assert not led_ids(org.tech1, NOW - timedelta(seconds=1))
    assert not led_ids(org.tech1, NOW + timedelta(days=1))


def test_a_stand_in_of_a_stand_in_leads_too(org):
    org.away(org.tech_lead, stand_in=org.tech1)
    org.away(org.tech1, stand_in=org.tech2)
    assert led_ids(org.tech2, NOW) == ids(org.tech)
    assert led_ids(org.tech1, NOW) == ids(org.tech)


def test_stand_ins_in_a_circle_end(org):
    org.away(org.tech_lead, stand_in=org.tech1)
    org.away(org.tech1, stand_in=org.tech_lead)
    assert led_ids(org.tech1, NOW) == ids(org.tech)
    assert led_ids(org.tech_lead, NOW) == ids(org.tech)


def test_standing_in_for_a_member_gives_no_lead(org):
    org.away(org.cs1, stand_in=org.tech1)
    standing = standing_of(org.tech1, NOW)
    assert not standing.leads
    assert standing.departments == ids(org.tech)
    assert standing.reach == ids(org.tech, org.cs)


def test_a_closed_department_keeps_its_cases_but_gives_no_powers(org):
    Department.objects.filter(pk=org.cs.pk).update(is_active=False)
    standing = standing_of(org.cs1, NOW)
    assert standing.departments == ids(org.cs)
    assert not standing.kinds


@pytest.mark.parametrize("who", ["admin", "auditor", "outsider"])
def test_without_a_department_there_is_nothing(org, who):
    standing = standing_of(org.people[who], NOW)
    assert standing.is_active
    assert not (standing.departments | standing.leads | standing.oversees | standing.kinds)


def test_who_has_left_or_has_not_signed_in_has_none(org, django_assert_num_queries):
    org.ceo.is_active = False
    with django_assert_num_queries(0):
        for user in (org.ceo, AnonymousUser()):
            standing = standing_of(user, NOW)
            assert not standing.is_active
            assert not (standing.departments | standing.leads | standing.oversees)


def test_one_query_then_none(org, django_assert_num_queries):
    person = User.objects.get(pk=org.biz_lead.pk)
    with django_assert_num_queries(1):
        standing = standing_of(person, NOW)
        assert standing_of(person, NOW) is standing
        assert standing_of(person) is standing


def test_another_instant_is_another_question(org, django_assert_num_queries):
    standing_of(org.biz_lead, NOW)
    with django_assert_num_queries(1):
        standing_of(org.biz_lead, NOW + timedelta(days=1))


def test_what_was_kept_can_be_forgotten(org):
    assert not standing_of(org.cs1).leads
    Department.objects.filter(pk=org.cs.pk).update(leader=org.cs1)
    assert not standing_of(org.cs1).leads
    forget_standing(org.cs1, org.cs2)
    assert standing_of(org.cs1).leads == ids(org.cs)


def test_the_query_stays_one_in_a_larger_house(org, django_assert_num_queries):
    below = [
        Department(code=f"t{n}", name_en=f"T{n}", name_zh=f"科{n}", kind="technology",
                   parent=org.tech)
        for n in range(30)
    ]  # fmt: skip
    Department.objects.bulk_create(below)
    Absence.objects.bulk_create(
        Absence(person=person, stand_in=org.ops1, starts_at=NOW, ends_at=NOW + timedelta(days=9))
        for person in (org.tech_lead, org.biz_lead, org.cs_lead)
    )
    with django_assert_num_queries(1):
        standing = standing_of(org.ops1, NOW)
    assert standing.leads == ids(org.tech, org.biz, org.cs)
    assert standing.oversees == standing.leads | ids(*below)

"""Each predicate for each persona; and that rules bind superusers."""

from __future__ import annotations

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from departments import permissions as may
from tests.personas import PEOPLE

GENERAL = {
    may.is_customer_service: {"cs1", "cs2", "cs_lead"},
    may.is_compliance: {"comp1"},
    may.is_auditor: {"auditor"},
    may.is_administrator: {"admin"},
}
OF_BUSINESS = {
    may.is_member_of: {"biz1", "biz2", "biz_lead", "biz_deputy"},
    may.is_leader_of: {"biz_lead", "biz_deputy"},
    may.oversees: {"biz_lead", "biz_deputy", "ceo"},
}


@pytest.mark.parametrize("predicate", GENERAL, ids=lambda predicate: predicate.name)
def test_in_general(org, predicate):
    assert {who for who in PEOPLE if predicate(org.people[who])} == GENERAL[predicate]


@pytest.mark.parametrize("predicate", OF_BUSINESS, ids=lambda predicate: predicate.name)
def test_of_a_department(org, predicate):
    allowed = {who for who in PEOPLE if predicate(org.people[who], org.biz)}
    assert allowed == OF_BUSINESS[predicate]


@pytest.mark.parametrize("predicate", OF_BUSINESS, ids=lambda predicate: predicate.name)
def test_of_no_department(org, predicate):
    assert not predicate(org.ceo, None)


@pytest.mark.parametrize("predicate", [*GENERAL, *OF_BUSINESS], ids=lambda one: one.name)
def test_nobody_and_who_has_left_may_nothing(org, predicate):
    about = [org.biz] if predicate in OF_BUSINESS else []
    assert not predicate(AnonymousUser(), *about)
    for person in org.people.values():
        person.is_active = False
        assert not predicate(person, *about)


def test_a_stand_in_for_the_leader_may_as_the_leader(org):
    org.away(org.cs_lead, stand_in=org.ops1)
    assert may.is_customer_service(org.ops1)
    assert may.is_leader_of(org.ops1, org.cs)


@pytest.fixture
def rule():
    rules.add_perm("departments.try_rules", may.is_member_of)
    yield "departments.try_rules"
    rules.remove_perm("departments.try_rules")


def test_a_rule_binds_superusers_too(org, rule):
    assert not org.admin.has_perm(rule, org.biz)
    assert org.biz1.has_perm(rule, org.biz)
    assert not org.biz1.has_perm(rule, org.cs)


def test_a_rule_refuses_who_has_left(org, rule):
    org.biz1.is_active = False
    assert not org.biz1.has_perm(rule, org.biz)


def test_superusers_administer(org):
    assert org.admin.has_perm("departments.change_user")
    assert not org.cs1.has_perm("departments.change_user")

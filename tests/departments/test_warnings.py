"""What is risky in the organisation is seen, with what to do; what is sound is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from departments.checks import warnings_now
from departments.models import Absence, Department, Deputyship, Membership, User
from departments.warnings import Kind


def kinds(**about) -> set[str]:
    found = warnings_now(timezone.now())
    assert all(one.says and one.to_do for one in found)
    for thing in about.values():
        found = [one for one in found if one.concerns(thing)]
    return {one.kind.value for one in found}


def inactive(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def leaderless(*departments: Department) -> None:
    Department.objects.filter(pk__in=[one.pk for one in departments]).update(leader=None)


def test_nothing_is_risky_in_a_sound_organisation(org, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert warnings_now(timezone.now()) == []


def test_a_circle_of_departments_is_told_once(org):
    Department.objects.filter(pk=org.biz.pk).update(parent=org.tech)
    Department.objects.filter(pk=org.tech.pk).update(parent=org.biz)
    Department.objects.filter(pk=org.ops.pk).update(parent=org.biz)
    found = [one for one in warnings_now(timezone.now()) if one.kind is Kind.CYCLE]
    assert len(found) == 1
    assert found[0].is_grave
    assert found[0].concerns(org.biz)
    assert found[0].concerns(org.tech)
    assert not found[0].concerns(org.ops)


def test_a_leader_who_has_left(org):
    inactive(org.tech_lead)
    assert kinds(where=org.tech, who=org.tech_lead) == {"leader_inactive"}
    inactive(org.biz_deputy)
    assert kinds(where=org.biz) == {"deputy_inactive"}


def test_a_department_without_a_leader_goes_up_or_nowhere(org):
    leaderless(org.tech)
    assert kinds(where=org.tech) == {"leader_missing"}
    leaderless(org.exec)
    assert kinds(where=org.tech) == {"nobody_above"}
    assert kinds(where=org.exec) == {"nobody_above", "no_executive"}
    assert kinds(where=org.biz) == set()


def test_a_deputy_is_a_leader_enough(org):
    leaderless(org.biz)
    assert kinds(where=org.biz) == set()


def test_a_closed_department_above_is_passed_over(org):
    Department.objects.filter(pk=org.biz.pk).update(is_active=False, leader=None)
    Department.objects.filter(pk=org.tech.pk).update(parent=org.biz)
    assert kinds(where=org.tech) == {"parent_closed"}
    assert kinds(where=org.biz) == {"parent_closed"}, "but nothing that it would have to lead"


def test_a_department_in_which_nobody_works(org):
    Membership.objects.filter(department=org.ops).delete()
    assert kinds(where=org.ops) == {"no_members"}
    Membership.objects.create(department=org.ops, person=org.ops1)
    assert kinds() == set()
    inactive(org.ops1)
    assert kinds() == {"no_members"}


def test_a_leader_away_without_anybody_instead(org):
    org.away(org.tech_lead)
    assert kinds(where=org.tech, who=org.tech_lead) == {"leader_away"}
    org.away(org.biz_lead)
    assert kinds(where=org.biz) == set(), "the deputy is there"
    Absence.objects.filter(person=org.tech_lead).update(stand_in=org.tech1)
    assert kinds() == set()


def test_a_stand_in_who_has_left_or_is_away(org):
    org.away(org.tech1, stand_in=org.tech2)
    inactive(org.tech2)
    assert kinds(who=org.tech1) == {"stand_in_inactive"}
    org.away(org.biz1, stand_in=org.biz2)
    last = org.away(org.biz2)
    assert kinds(who=org.biz1) == {"stand_in_away"}
    Absence.objects.filter(pk=last.pk).update(stand_in=org.biz_lead)
    assert kinds(who=org.biz1) == set(), "the stand-in's stand-in is there"


def test_absences_that_do_not_fall_together_are_no_risk(org):
    org.away(org.biz1, stand_in=org.biz2, days=1)
    org.away(org.biz2, stand_in=org.biz1, starts_at=timezone.now() + timedelta(days=2))
    assert kinds() == set()


@pytest.mark.parametrize("others", [(), ("biz_deputy",)])
def test_people_who_stand_in_for_each_other(org, others):
    line = [org.biz1, org.biz2, *(org.people[one] for one in others)]
    for person, stand_in in zip(line, [*line[1:], line[0]], strict=True):
        org.away(person, stand_in=stand_in)
    found = [one for one in warnings_now(timezone.now()) if one.kind is Kind.STAND_IN_CYCLE]
    assert len(found) == 1
    assert set(found[0].people) == set(line)
    assert kinds() == {"stand_in_cycle"}


def test_the_gravest_come_first(org):
    org.away(org.biz1, stand_in=org.biz2)
    org.away(org.biz2)
    leaderless(org.exec)
    graves = [one.is_grave for one in warnings_now(timezone.now())]
    assert graves == sorted(graves, reverse=True)
    assert graves[0]
    assert not graves[-1]


# --- At entry -------------------------------------------------------------------------------------


NO_INLINES = {
    f"{name}-{part}_FORMS": 0
    for name in ("deputyships", "memberships", "absences")
    for part in ("TOTAL", "INITIAL")
}


def said(client, address: str, form: dict) -> list[str]:
    answer = client.post(address, {**NO_INLINES, **form}, follow=True)
    assert answer.redirect_chain, answer.context["errors"]
    return [str(one) for one in answer.context["messages"] if one.level_tag == "warning"]


def department_form(department: Department, **changed) -> dict:
    form = {
        "code": department.code,
        "name_en": department.name_en,
        "name_zh": department.name_zh,
        "kind": department.kind,
        "parent": department.parent_id or "",
        "leader": department.leader_id or "",
        "is_active": "on",
    }
    return {**form, **changed}


@pytest.fixture
def administrator(org, client):
    client.force_login(org.admin)
    return client


def test_a_department_is_saved_and_its_risk_said(org, administrator):
    address = f"/admin/departments/department/{org.tech.pk}/change/"
    assert said(administrator, address, department_form(org.tech)) == []
    warnings = said(administrator, address, department_form(org.tech, leader=""))
    assert [warning for warning in warnings if "Technology has no leader" in warning]
    org.tech.refresh_from_db()
    assert org.tech.leader is None


def test_what_becomes_risky_below_is_said_above(org, administrator):
    leaderless(org.tech)
    address = f"/admin/departments/department/{org.exec.pk}/change/"
    form = department_form(org.exec, calendar=org.calendar.pk, leader="")
    warnings = "".join(said(administrator, address, form))
    assert "Technology has no active leader, and nobody leads above it" in warnings


def test_an_absence_is_saved_and_its_risk_said(org, administrator):
    org.away(org.biz2)
    start = timezone.localtime()
    form = {
        "person": org.biz1.pk,
        "stand_in": org.biz2.pk,
        "starts_at_0": f"{start:%Y-%m-%d}",
        "starts_at_1": f"{start:%H:%M}",
        "ends_at_0": f"{start + timedelta(days=2):%Y-%m-%d}",
        "ends_at_1": "09:00",
    }
    warnings = said(administrator, "/admin/departments/absence/add/", form)
    assert len(warnings) == 1
    assert org.biz2.name in warnings[0]
    assert Absence.objects.filter(person=org.biz1).exists()


def test_circles_are_refused_at_entry(org, administrator):
    address = f"/admin/departments/department/{org.exec.pk}/change/"
    form = department_form(org.exec, parent=org.tech.pk)
    answer = administrator.post(address, {**form, **NO_INLINES})
    assert answer.status_code == 200
    assert "below" in str(answer.context["errors"])
    org.exec.refresh_from_db()
    assert org.exec.parent is None


def test_a_deputy_who_leaves_is_said_with_the_person(org, administrator):
    Deputyship.objects.create(person=org.tech2, department=org.tech)
    address = f"/admin/departments/user/{org.tech2.pk}/change/"
    form = {"username": "tech2", "name": org.tech2.name, "email": org.tech2.email,
            "time_zone": org.tech2.time_zone,
            "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1,
            "memberships-0-id": org.tech2.memberships.get().pk,
            "memberships-0-person": org.tech2.pk, "memberships-0-department": org.tech.pk,
            "date_joined_0": "2026-01-01", "date_joined_1": "00:00"}  # fmt: skip
    warnings = said(administrator, address, form)
    assert any("deputy" in warning for warning in warnings)

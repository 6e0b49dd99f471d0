"""Departments to read: the tree, what is risky, and who would be told, at any instant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from departments.models import Department, User

pytestmark = pytest.mark.django_db


def read(client, person, path: str) -> str:
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(client, department: Department, **asked: object) -> list[tuple[str, bool]]:
    """Whom each of the four levels reaches, and whether that is the last resort."""
    answer = client.get(f"/departments/{department.pk}/", asked)
    return [
        (each.way.person.username if each.way.person else "", each.last_resort)
        for each in answer.context["answers"]
    ]


@pytest.mark.parametrize("person", ["cs1", "tech1", "auditor", "outsider", "admin"])
def test_everybody_inside_reads_the_tree(org, client, person):
    page = read(client, org.people[person], "/departments/")
    assert str(org.tech_lead) in page
    assert "@example.com" not in page.replace(org.people[person].email, "")
    assert ("/admin/" in page) is org.people[person].is_staff


def test_strangers_do_not(org, client):
    assert client.get("/departments/").status_code == 302
    assert client.get(f"/departments/{org.tech.pk}/").status_code == 302
    client.force_login(org.cs1)
    assert client.get("/departments/999999/").status_code == 404
    assert client.get(f"/departments/{10**30}/").status_code == 404


def test_the_tree_costs_the_same_however_large(org, client, django_assert_num_queries):
    client.force_login(org.ceo)
    client.get("/departments/")
    with django_assert_num_queries(9):
        client.get("/departments/")
    for number in range(20):
        Department.objects.create(
            code=f"d{number}", name_en=f"D{number}", name_zh="D", kind="business", parent=org.tech,
            leader=org.tech1,
        )  # fmt: skip
    with django_assert_num_queries(9):
        client.get("/departments/")


def test_who_would_be_told(org, client):
    client.force_login(org.cs1)
    assert told(client, org.tech, owner=org.tech1.pk) == [
        ("tech1", False),
        ("tech_lead", False),
        ("ceo", False),
        ("ceo", False),
    ]
    assert told(client, org.tech)[0] == ("tech_lead", False), "nobody has taken it"
    assert told(client, org.tech, owner=org.tech_lead.pk)[1] == ("ceo", False), "not their judge"


def test_with_the_absences_of_another_time(org, client):
    client.force_login(org.cs1)
    in_a_week = timezone.localtime(timezone.now() + timedelta(days=7))
    org.away(org.tech_lead, stand_in=org.tech2, starts_at=in_a_week, days=2)
    assert told(client, org.tech)[1] == ("tech_lead", False)
    then = f"{in_a_week + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert told(client, org.tech, at=then)[1] == ("tech2", False)
    page = read(client, org.cs1, f"/departments/{org.tech.pk}/?at={then}")
    assert f"{org.tech_lead} is away." in page
    assert f"{org.tech2} stands in." in page


@pytest.mark.parametrize(
    "at", ["yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T1"]
)
def test_an_impossible_time_is_said(org, client, at):
    client.force_login(org.cs1)
    answer = client.get(f"/departments/{org.tech.pk}/", {"at": at})
    assert answer.status_code == 200
    assert answer.context["form"].errors["at"]
    assert not answer.context["answers"]


def test_an_owner_from_elsewhere_is_said(org, client):
    client.force_login(org.cs1)
    answer = client.get(f"/departments/{org.tech.pk}/", {"owner": org.biz1.pk})
    assert answer.context["form"].errors["owner"]


def test_the_last_resort_is_red_and_says_what_to_do(org, client):
    Department.objects.filter(pk=org.tech.pk).update(parent=None, leader=None)
    page = read(client, org.cs1, f"/departments/{org.tech.pk}/")
    assert told(client, org.tech)[1] == ("ceo", True)
    assert "is-last" in page
    assert "Name a leader or a deputy here or above" in page


def test_departments_in_a_circle_are_shown_and_said(org, client):
    Department.objects.filter(pk=org.biz.pk).update(parent=org.tech)
    Department.objects.filter(pk=org.tech.pk).update(parent=org.biz)
    page = read(client, org.admin, "/departments/")
    assert "above each other in a circle" in page
    assert page.count(f'href="/departments/{org.tech.pk}/"') >= 1
    for department in (org.biz, org.tech):
        assert "circle" in read(client, org.admin, f"/departments/{department.pk}/")


def test_what_is_risky_is_on_both_pages(org, client):
    User.objects.filter(pk=org.tech_lead.pk).update(is_active=False)
    for path in ("/departments/", f"/departments/{org.tech.pk}/"):
        page = read(client, org.cs1, path)
        assert f"{org.tech_lead} leads Technology and is no longer active." in page
        assert "Name another leader." in page


def test_an_empty_house(client, django_user_model):
    person = django_user_model.objects.create(username="one", name="One", email="one@example.com")
    assert "No department yet" in read(client, person, "/departments/")

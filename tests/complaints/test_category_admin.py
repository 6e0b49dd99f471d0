"""The administration edits the category tree, and shows nothing of the cases."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin

from complaints.categories import Tree, install_categories
from complaints.models import Category
from tests.complaints.factories import file_case

LIST = "/admin/complaints/category/"


@pytest.fixture
def office(client, org):
    install_categories()
    client.force_login(org.admin)
    return client


def by_code(code):
    return Category.objects.get(code=code)


def sent(category, **given):
    values = {
        "axis": category.axis,
        "code": category.code,
        "name_en": category.name_en,
        "name_zh": category.name_zh,
        "parent": category.parent_id or "",
        "is_active": "on",
    }
    return values | given


def change(client, category, **given):
    return client.post(f"{LIST}{category.pk}/change/", sent(category, **given))


def test_of_this_floor_only_the_categories_are_there():
    shown = [
        model
        for model in apps.get_app_config("complaints").get_models()
        if model in admin.site._registry
    ]
    assert shown == [Category]


@pytest.mark.parametrize("model", ["complaint", "customer", "message", "attachment", "ticket"])
def test_no_case_has_a_page(office, org, model):
    file_case(org.cs1)
    assert office.get(f"/admin/complaints/{model}/").status_code == 404


@pytest.mark.parametrize("who", ["cs1", "biz_lead", "auditor"])
def test_others_stay_outside(client, org, who):
    client.force_login(org.people[who])
    assert client.get(LIST).status_code == 302


def test_the_tree_is_shown_as_one(office, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        text = office.get(LIST).content.decode()
    assert "\u2003\u2003Airline miles" in text
    assert text.index("Points mall") < text.index("Airline miles") < text.index("Savings")


def test_a_name_is_changed_for_everybody(office):
    assert change(office, by_code("B.01"), name_en="Our mall").status_code == 302
    paths = [place.path for place in Tree("B").leaves()]
    assert "Our mall › Redemption › Airline miles" in paths


def test_a_category_out_of_use_takes_what_is_below_along(office):
    change(office, by_code("B.01.01"), is_active="")
    codes = {place.category.code for place in Tree("B").leaves()}
    assert "B.01.01.01" not in codes
    assert "B.01.02" in codes


@pytest.mark.parametrize(
    ("code", "below", "said"),
    [
        ("B.01", "B.01.01.01", "below itself"),
        ("B.01", "B.01", "below itself"),
        ("B.01", "C.01", "same axis"),
    ],
)
def test_the_tree_stays_a_tree(office, code, below, said):
    response = change(office, by_code(code), parent=by_code(below).pk)
    assert response.status_code == 200
    assert said in response.content.decode()


def test_the_tree_is_not_endless(office):
    parent = by_code("B.01.01.01")
    for number in range(4):
        parent = Category.objects.create(
            axis="B", code=f"deep{number}", name_en="x", name_zh="x", parent=parent
        )
    given = sent(parent, code="deepest", parent=parent.pk)
    assert office.post(f"{LIST}add/", given).status_code == 302
    deepest = by_code("deepest")
    response = office.post(f"{LIST}add/", sent(parent, code="beyond", parent=deepest.pk))
    assert "deeper" in response.content.decode()


def test_what_is_used_cannot_be_deleted(office, org):
    used = file_case(org.cs1).category
    office.post(f"{LIST}{used.pk}/delete/", {"post": "yes"})
    assert Category.objects.filter(pk=used.pk).exists()

"""Loading a plain structure, the demo's organisation, and the table of its accounts."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from departments.demo import demo_accounts
from departments.loader import LoadError, load, load_demo
from departments.management.commands.demo_accounts import table, width_of
from departments.models import (
    CalendarDay,
    Department,
    Deputyship,
    Membership,
    User,
    WorkCalendar,
)
from departments.standing import standing_of
from tests.personas import OFFICE_HOURS

pytestmark = pytest.mark.django_db
PLAN = {
    "calendars": [
        {
            "name_en": "Hours",
            "name_zh": "时间",
            "zone": "Europe/Berlin",
            "week": OFFICE_HOURS,
            "days": [{"date": "2026-12-24", "spans": [["09:00", "12:00"]], "label": "Eve"}],
        }
    ],
    "people": [
        {"username": "ann", "name": "Ann", "email": "ann@example.com"},
        {"username": "bob", "name": "Bob", "email": "bob@example.com"},
    ],
    "departments": [
        {
            "code": "top", "name_en": "Top", "name_zh": "顶", "kind": "executive",
            "leader": "ann", "calendar": "Hours", "members": ["ann"], "deputies": ["bob"],
        },
        {
            "code": "low", "name_en": "Low", "name_zh": "底", "kind": "business",
            "parent": "top", "members": ["bob"],
        },
    ],
}  # fmt: skip
EVERYTHING = (User, Department, Membership, Deputyship, WorkCalendar, CalendarDay)


def counts():
    return [model.objects.count() for model in EVERYTHING]


def changed(part, place, **values):
    rows = [dict(row) for row in PLAN[part]]
    rows[place] |= values
    return PLAN | {part: rows}


def test_everything_stands_where_the_plan_puts_it():
    loaded = load(PLAN)
    assert counts() == [2, 2, 2, 1, 1, 1]
    low, top = loaded.departments["low"], loaded.departments["top"]
    assert low.parent == top
    assert top.leader == loaded.people["ann"]
    assert top.calendar == loaded.calendars["Hours"]
    assert list(top.deputies.all()) == [loaded.people["bob"]]


def test_twice_is_as_once():
    load(PLAN)
    before = counts()
    load(PLAN)
    assert counts() == before


def test_a_changed_plan_updates_but_leaves_passwords_alone():
    load(PLAN, password="first-password")
    load(changed("people", 0, name="Anna"), password="second-password")
    ann = User.objects.get(username="ann")
    assert ann.name == "Anna"
    assert ann.check_password("first-password")


def test_without_a_password_nobody_signs_in():
    loaded = load(PLAN)
    assert not loaded.people["ann"].has_usable_password()


def test_a_plan_may_build_on_what_was_there():
    load(PLAN)
    team = {"code": "team", "name_en": "Team", "name_zh": "组", "kind": "business"}
    load({"departments": [team | {"parent": "low", "leader": "bob", "calendar": "Hours"}]})
    assert Department.objects.get(code="team").parent.code == "low"


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (changed("departments", 1, parent="nowhere"), "no department “nowhere”"),
        (changed("departments", 0, members=["carl"]), "no person “carl”"),
        (changed("calendars", 0, week=[[]] * 7), "no open hour"),
        (changed("people", 0, email="nothing"), "valid email"),
        (changed("people", 0, nickname="A"), "no nickname to set"),
        (changed("people", 0, is_active=False), "no longer active"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_changed(plan, says):
    with pytest.raises(LoadError, match=says):
        load(plan)
    assert counts() == [0] * len(EVERYTHING)


def test_a_real_person_never_becomes_a_demo_account_nor_back():
    load(PLAN)
    with pytest.raises(LoadError, match="ann exists and is not a demo account"):
        load(PLAN, demo=True)
    User.objects.update(is_demo=True)
    with pytest.raises(LoadError, match="ann exists and is a demo account"):
        load(PLAN)


def test_the_demo_is_six_departments_with_leaders(settings):
    loaded = load_demo()
    assert {each.kind for each in loaded.departments.values()} == set(Department.Kind)
    root = loaded.departments["management"]
    assert all(each.leader for each in loaded.departments.values())
    assert standing_of(root.leader).oversees == {each.pk for each in loaded.departments.values()}
    assert loaded.people["kefu1"].check_password(settings.DEMO_PASSWORD)
    assert loaded.people["admin"].is_superuser
    assert not standing_of(loaded.people["admin"]).departments
    assert loaded.people["auditor"].is_auditor
    assert all(person.is_demo for person in loaded.people.values())


def test_the_demo_twice():
    load_demo()
    before = counts()
    load_demo()
    assert counts() == before


def accounts():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue().splitlines()


def test_the_table_of_accounts(settings):
    load_demo()
    *lines, password = accounts()
    assert lines[0].split() == ["account", "name", "department", "role"]
    told = {line.split()[0]: line for line in lines[1:]}
    assert set(told) == set(User.objects.values_list("username", flat=True))
    assert told["kefu1"].split() == ["kefu1", "客服1", "陈静", "Customer", "service", "member"]
    assert told["zongjing"].split()[-2:] == ["Management", "leader"]
    assert told["fuzong"].split()[-2:] == ["Management", "deputy"]
    assert told["admin"].endswith("administrator")
    assert settings.DEMO_PASSWORD in password
    assert len(demo_accounts()) == 7


def test_columns_are_aligned_in_a_terminal():
    lines = table([("a", "b"), ("客服", "x"), ("abcdef", "y")])
    assert [width_of(line[: line.rindex(line[-1])]) for line in lines] == [8, 8, 8]


def test_no_demo_people_no_word(org):
    assert accounts() == []

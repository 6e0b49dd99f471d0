"""What may be entered, and what the messages say to do instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from departments.models import Absence, Department, Deputyship, User, WorkCalendar
from tests.personas import OFFICE_HOURS

NOW = timezone.now()


def problems(row):
    with pytest.raises(ValidationError) as raised:
        row.full_clean()
    return {name: " ".join(said) for name, said in raised.value.message_dict.items()}


def absence(person, stand_in, *, first=0, days=1):
    starts_at = NOW + timedelta(days=first)
    return Absence(
        person=person, stand_in=stand_in, starts_at=starts_at, ends_at=starts_at + timedelta(days)
    )


def leave(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False


def test_what_stands_is_valid(org):
    for row in [*org.departments, org.calendar, *Deputyship.objects.all()]:
        row.full_clean()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "", "../etc/passwd", "CET+"])
def test_an_unknown_zone(org, zone):
    org.cs1.time_zone = zone
    assert "time_zone" in problems(org.cs1)
    org.calendar.zone = zone
    assert "zone" in problems(org.calendar)


def test_the_zone_message_says_what_to_use(org):
    org.calendar.zone = "Beijing"
    assert "“Beijing”: use a name such as Asia/Shanghai" in problems(org.calendar)["zone"]


@pytest.mark.parametrize(
    ("country", "says"),
    [("XX", "such as CN, GB or DE-BY"), ("DE-XX", "use DE"), ("CN-BJ", "use CN"), ("cn", "CN")],
)
def test_an_unknown_country(org, country, says):
    org.calendar.country = country
    assert says in problems(org.calendar)["country"]


def test_a_week_that_cannot_be(org):
    calendar = WorkCalendar(name_en="A", name_zh="甲", week=[[]] * 7)
    assert "no open hour" in problems(calendar)["week"]
    calendar.week = OFFICE_HOURS
    calendar.full_clean()


def test_a_departments_parent_below_it(org):
    team = Department.objects.create(
        code="team", name_en="Team", name_zh="组", kind="technology", parent=org.tech
    )
    org.exec.parent = team
    assert problems(org.exec)["parent"] == (
        "Team lies below Management: choose a parent outside its own branch."
    )
    org.tech.parent = org.tech
    assert "parent" in problems(org.tech)


def test_old_cycles_can_be_mended(org):
    Department.objects.filter(pk=org.exec.pk).update(parent=org.cs)
    org.cs.refresh_from_db()
    org.cs.parent = None
    org.cs.full_clean()


def test_a_leader_who_has_left(org):
    leave(org.outsider)
    org.tech.leader = org.outsider
    assert "choose another leader" in problems(org.tech)["leader"]
    org.tech.is_active = False
    org.tech.full_clean()


def test_a_deputy_who_has_left_or_leads(org):
    leave(org.outsider)
    deputy = Deputyship(person=org.outsider, department=org.tech)
    assert "choose another deputy" in problems(deputy)["person"]
    deputy = Deputyship(person=org.tech_lead, department=org.tech)
    assert "is the leader" in problems(deputy)["person"]


def test_somebody_who_leads_does_not_leave(org):
    org.tech_lead.is_active = False
    assert problems(org.tech_lead)["is_active"] == (
        "科技领导 何峰 still leads Technology: name another leader first."
    )
    org.tech1.is_active = False
    org.tech1.full_clean()


def test_a_stand_in_who_has_left(org):
    leave(org.cs2)
    assert "choose another stand-in" in problems(absence(org.cs1, org.cs2))["stand_in"]


def test_standing_in_for_oneself_or_backwards(org):
    assert "themselves" in problems(absence(org.cs1, org.cs1))["__all__"]
    assert "before it starts" in problems(absence(org.cs1, org.cs2, days=-1))["__all__"]


def test_an_empty_form_is_told_by_its_fields(org):
    assert set(problems(Absence())) == {"person", "starts_at", "ends_at"}
    assert set(problems(Absence(stand_in=org.cs2))) == {"person", "starts_at", "ends_at"}
    assert set(problems(Deputyship(department=org.cs))) == {"person"}


def test_stand_ins_who_are_away_together(org):
    absence(org.cs1, org.cs2).save()
    said = problems(absence(org.cs2, org.cs1))["stand_in"]
    assert said.startswith("客服1 陈静 is away in these days, and 客服2 周敏 would stand in")
    absence(org.cs2, org.cs1, first=1).full_clean()
    absence(org.cs2, org.cs_lead).full_clean()


def test_a_longer_circle_needs_one_instant_of_all(org):
    absence(org.cs1, org.cs2, first=0, days=3).save()
    absence(org.cs2, org.cs_lead, first=0, days=2).save()
    assert "stand_in" in problems(absence(org.cs_lead, org.cs1, first=1, days=1))
    absence(org.cs_lead, org.cs1, first=2, days=1).full_clean()


def test_a_saved_absence_does_not_meet_itself(org):
    saved = absence(org.cs1, org.cs2)
    saved.save()
    saved.full_clean()


def test_a_circle_of_others_does_not_trap_the_search(org):
    absence(org.cs2, org.cs_lead).save()
    absence(org.cs_lead, org.cs2).save()
    absence(org.cs1, org.cs2).full_clean()


@pytest.mark.parametrize("values", [{"username": "CS1"}, {"email": "CS1@Example.com"}])
def test_names_and_addresses_are_one_persons_whatever_their_case(org, values):
    twin = User(**{"username": "twin", "name": "T", "email": "t@example.com"} | values)
    twin.set_unusable_password()
    assert "Somebody has this" in problems(twin)["__all__"]
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()

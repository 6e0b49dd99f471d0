"""The administration, clicked through as its administrator."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

import pytest
from django.urls import reverse
from django.utils import timezone

from departments.models import Absence, Department, Deputyship, Membership, User, WorkCalendar

NOW = timezone.now()
LISTS = ("user", "department", "workcalendar", "absence")


def url(model, page="changelist", *args):
    return reverse(f"admin:departments_{model}_{page}", args=args)


@pytest.fixture
def site(org, client):
    client.force_login(org.admin)
    return client


def inline(prefix, *rows):
    """The fields of an inline whose rows are all new."""
    head = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    cells = ((f"{prefix}-{n}-{key}", value) for n, row in enumerate(rows) for key, value in row)
    return head | dict(cells)


def forms_of(page):
    """The form of an opened page and those of its inlines."""
    inlines = [each.formset for each in page.context["inline_admin_formsets"]]
    return [page.context["adminform"].form, *chain(*(each.forms for each in inlines))]


def rows_of(page):
    """What the forms of an opened page would send if nothing were changed."""
    inlines = [each.formset for each in page.context["inline_admin_formsets"]]
    fields = chain(*forms_of(page), *(each.management_form for each in inlines))
    values = {field.html_name: field.value() for field in fields}
    return {name: "" if value is None else value for name, value in values.items()}


def errors_of(page):
    assert page.status_code == 200, "was accepted"
    return " ".join(text for form in forms_of(page) for text in chain(*form.errors.values()))


def new_person(**values):
    return {
        "username": "newcomer",
        "name": "新人 Newcomer",
        "email": "newcomer@example.com",
        "language": "",
        "usable_password": "true",
        "password1": "cranes-over-the-lake",
        "password2": "cranes-over-the-lake",
        **inline("memberships"),
        **inline("absences"),
    } | values


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("who", ["cs1", "ceo", "auditor", None])
def test_it_is_for_administrators(org, client, model, who):
    if who:
        client.force_login(org.people[who])
    assert client.get(url(model)).status_code == 302


@pytest.mark.parametrize("model", LISTS)
def test_lists_and_empty_forms_open(site, org, model):
    org.away(org.cs1, stand_in=org.cs2)
    assert site.get(url(model)).status_code == 200
    assert site.get(url(model), {"q": "cs"}).status_code == 200
    assert site.get(url(model, "add")).status_code == (403 if model == "workcalendar" else 200)


def test_every_row_opens(site, org):
    away = org.away(org.cs1, stand_in=org.cs2)
    for row in (org.cs1, org.biz, org.calendar, away):
        assert site.get(url(row._meta.model_name, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", ["user", "department", "absence"])
def test_lists_cost_the_same_for_more_rows(site, org, django_assert_max_num_queries, model):
    for person in org.people.values():
        org.away(person)
    with django_assert_max_num_queries(9):
        site.get(url(model))


def test_a_person_with_department_and_absence(site, org):
    away = [
        ("starts_at_0", "2026-05-01"), ("starts_at_1", "09:00"),
        ("ends_at_0", "2026-05-08"), ("ends_at_1", "09:00"), ("stand_in", org.cs2.pk),
    ]  # fmt: skip
    sent = new_person(
        **inline("memberships", [("department", org.cs.pk)]), **inline("absences", away)
    )
    assert site.post(url("user", "add"), sent).status_code == 302
    person = User.objects.get(username="newcomer")
    assert person.check_password("cranes-over-the-lake")
    assert list(person.departments.all()) == [org.cs]
    assert person.absences.get().stand_in == org.cs2
    assert not person.is_demo


def test_a_person_who_sets_the_password_by_mail(site, mailoutbox):
    sent = new_person(usable_password="false", password1="", password2="")
    assert site.post(url("user", "add"), sent).status_code == 302
    assert not User.objects.get(username="newcomer").has_usable_password()
    site.logout()
    site.post(reverse("account_reset_password"), {"email": "Newcomer@example.com"})
    (mail,) = mailoutbox
    link = next(word for word in mail.body.split() if "/password/reset/key/" in word)
    page = site.get(link, follow=True)
    chosen = {"password1": "lanterns-in-the-fog", "password2": "lanterns-in-the-fog"}
    site.post(page.redirect_chain[-1][0], chosen)
    assert User.objects.get(username="newcomer").check_password("lanterns-in-the-fog")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "required"),
        ({"email": "cs1@EXAMPLE.com"}, "Somebody has this e-mail address already."),
        ({"username": "CS1"}, "already"),
        ({"password2": "another"}, "match"),
    ],
)
def test_a_person_who_cannot_be(site, values, says):
    assert says in errors_of(site.post(url("user", "add"), new_person(**values)))


def test_a_leader_is_not_deactivated(site, org):
    address = url("user", "change", org.tech_lead.pk)
    sent = {key: value for key, value in rows_of(site.get(address)).items() if key != "is_active"}
    assert "name another leader first" in errors_of(site.post(address, sent))


def test_the_tree_is_set_in(site, org):
    team = Department.objects.create(
        code="team", name_en="Team", name_zh="组", kind="business", parent=org.biz
    )
    page = site.get(url("department"))
    names = [page.context["cl"].model_admin.indented(row) for row in page.context["cl"].queryset]
    assert names[0] == "Management"
    assert names[names.index("\u2003Business") + 1] == f"\u2003\u2003{team}"


def test_a_department_with_deputy_and_members(site, org):
    sent = {
        "code": "team",
        "name_en": "Team",
        "name_zh": "组",
        "kind": "technology",
        "is_active": "on",
        "parent": org.tech.pk,
        "leader": org.tech1.pk,
        **inline("deputyships", [("person", org.tech2.pk), ("rank", 1)]),
        **inline("memberships", [("person", org.tech1.pk)], [("person", org.tech2.pk)]),
    }
    assert site.post(url("department", "add"), sent).status_code == 302
    team = Department.objects.get(code="team")
    assert team.parent == org.tech
    assert Deputyship.objects.get(department=team).person == org.tech2
    assert Membership.objects.filter(department=team).count() == 2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"parent": "team"}, "outside its own branch"),
        ({"leader": "outsider"}, "choose another leader"),
        (inline("deputyships", [("person", "biz_lead"), ("rank", 1)]), "is the leader"),
    ],
)
def test_a_department_that_cannot_be(site, org, values, says):
    User.objects.filter(pk=org.outsider.pk).update(is_active=False)
    team = Department.objects.create(
        code="team", name_en="Team", name_zh="组", kind="business", parent=org.biz
    )
    address = url("department", "change", org.biz.pk)
    Deputyship.objects.all().delete()
    keys = {"team": team.pk} | {who: person.pk for who, person in org.people.items()}
    sent = rows_of(site.get(address)) | {name: keys.get(one, one) for name, one in values.items()}
    assert says in errors_of(site.post(address, sent))


def test_calendars_are_read_here_and_changed_on_their_page(site, org):
    org.holiday(timezone.localdate(), "Inventory")
    page = site.get(url("workcalendar", "change", org.calendar.pk))
    text = page.content.decode()
    for shown in ("Mon–Fri 09:00–18:00", "Inventory", f"/calendars/{org.calendar.pk}/"):
        assert shown in text
    assert "_save" not in text
    assert site.post(url("workcalendar", "change", org.calendar.pk), {}).status_code == 403
    assert site.get(url("workcalendar", "add")).status_code == 403


@pytest.mark.parametrize(("country", "told"), [("CN", "20"), ("GB", "always"), ("", "-")])
def test_how_far_the_official_plan_reaches(site, org, country, told):
    WorkCalendar.objects.update(country=country)
    page = site.get(url("workcalendar"))
    (row,) = page.context["cl"].queryset
    assert page.context["cl"].model_admin.official_until(row).startswith(told)


@pytest.mark.parametrize(("when", "found"), [("now", 1), ("later", 1), ("", 2)])
def test_absences_by_when(site, org, when, found):
    org.away(org.cs1)
    org.away(org.cs2, starts_at=NOW + timedelta(days=3))
    page = site.get(url("absence"), {"when": when} if when else {})
    assert page.context["cl"].queryset.count() == found


def test_a_circle_of_stand_ins_is_refused(site, org):
    org.away(org.cs1, stand_in=org.cs2)
    sent = {
        "person": org.cs2.pk, "stand_in": org.cs1.pk,
        "starts_at_0": f"{timezone.localdate()}", "starts_at_1": "00:00",
        "ends_at_0": f"{timezone.localdate() + timedelta(days=2)}", "ends_at_1": "00:00",
    }  # fmt: skip
    assert "choose somebody who is there" in errors_of(site.post(url("absence", "add"), sent))
    assert Absence.objects.count() == 1

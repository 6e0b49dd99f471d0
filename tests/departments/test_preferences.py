"""Language and time zone: chosen by people, followed by every page."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from departments import services

PROFILE = reverse("departments:profile")
LANGUAGE = reverse("departments:language")


@pytest.fixture
def person(org, client):
    client.force_login(org.cs1)
    return org.cs1


def test_a_visitor_chooses_the_language_of_the_sign_in_page(client, db):
    answer = client.post(LANGUAGE, {"language": "zh-hans", "next": "/accounts/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert '<html lang="zh-Hans">' in page.content.decode()


def test_a_persons_choice_is_kept(client, person):
    client.post(LANGUAGE, {"language": "zh-hans", "next": PROFILE})
    person.refresh_from_db()
    assert person.language == "zh-hans"
    client.cookies.pop(settings.LANGUAGE_COOKIE_NAME)
    page = client.get(PROFILE, headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"


def test_without_a_choice_the_browser_decides(client, person):
    page = client.get(PROFILE, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert '<html lang="zh-Hans">' in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_choice_never_leads_to_another_site(client, db, elsewhere):
    answer = client.post(LANGUAGE, {"language": "en", "next": elsewhere})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("language", ["", "xx", "en-gb'"])
def test_unknown_languages_are_refused(client, person, language):
    assert client.post(LANGUAGE, {"language": language}).status_code == 400
    person.refresh_from_db()
    assert person.language == ""


def test_choosing_needs_a_post(client, db):
    assert client.get(LANGUAGE).status_code == 405


def test_the_profile_needs_a_person(client, db):
    assert client.get(PROFILE)["Location"] == f"/accounts/login/?next={PROFILE}"


def test_the_profile_shows_where_one_belongs(client, person):
    page = client.get(PROFILE, headers={"accept-language": "en"}).content.decode()
    assert "Customer service" in page
    assert "客服领导 林岚" in page


def test_the_profile_costs_few_queries(client, person, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(PROFILE)


def test_saving_the_profile(client, person):
    answer = client.post(PROFILE, {"language": "en", "time_zone": "Europe/Berlin"})
    assert answer["Location"] == PROFILE
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("en", "Europe/Berlin")


def test_back_to_the_browsers_language(client, person):
    client.post(PROFILE, {"language": "en", "time_zone": "Europe/Berlin"})
    client.post(PROFILE, {"language": "", "time_zone": "Europe/Berlin"})
    page = client.get(PROFILE, headers={"accept-language": "zh-CN"})
    assert page["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd"])
def test_an_unknown_zone_is_shown_at_the_field(client, person, zone):
    answer = client.post(PROFILE, {"language": "", "time_zone": zone})
    assert answer.status_code == 422
    assert 'id="id_time_zone_error"' in answer.content.decode()
    person.refresh_from_db()
    assert person.time_zone == "Asia/Shanghai"


def test_a_zone_that_this_machine_lost_does_not_break_pages(client, person):
    type(person).objects.filter(pk=person.pk).update(time_zone="Mars/Olympus")
    assert client.get(PROFILE).status_code == 200


def test_services_refuse_what_the_product_does_not_know(person):
    with pytest.raises(services.UnknownLanguage):
        services.choose_language(person=person, language="xx")
    with pytest.raises(ValidationError):
        services.choose_time_zone(person=person, time_zone="Mars/Olympus")

"""Coming in and going out; forgotten passwords; the demo accounts on the sign-in page."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from departments.demo import demo_accounts
from departments.models import User
from tests.personas import PASSWORD

LOGIN = reverse("account_login")
RESET = reverse("account_reset_password")
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    """Rate limits count in the cache, which outlives a test."""
    cache.clear()


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more}, headers=ENGLISH)


@pytest.mark.parametrize("login", ["cs1", "cs1@example.com", "CS1@Example.com"])
def test_by_name_or_by_address(client, org, login):
    assert sign_in(client, login)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(org.cs1.pk)


def test_one_goes_on_to_the_page_one_wanted(client, org):
    assert sign_in(client, "cs1", next="/me/")["Location"] == "/me/"


def test_never_to_another_site(client, org):
    assert sign_in(client, "cs1", next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize("login", ["cs1", "nobody"])
def test_a_wrong_password_says_the_same_for_known_and_unknown(client, org, login):
    answer = sign_in(client, login, "wrong")
    page = answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert 'role="alert"' in page
    assert f'value="{login}"' in page


def test_missing_fields_are_named(client, org):
    page = sign_in(client, "", "").content.decode()
    assert 'id="id_login_error"' in page
    assert 'id="id_password_error"' in page


def test_the_closed_account_is_told_so(client, org):
    User.objects.filter(pk=org.outsider.pk).update(is_active=False)
    sign_in(client, "outsider")
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(client, org):
    for _ in range(6):
        answer = sign_in(client, "cs1", "wrong")
    assert "Too many" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    sign_in(client, "cs1")
    assert "_auth_user_id" not in client.session


def test_signing_out_asks_first_and_needs_a_post(client, org):
    client.force_login(org.cs1)
    assert "Sign out?" in client.get(reverse("account_logout"), headers=ENGLISH).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client, db):
    answer = client.post(
        reverse("account_signup"),
        {"username": "x", "email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.filter(username="x").exists()
    assert "administrator" in answer.content.decode()


def test_a_forgotten_password(client, org):
    client.post(RESET, {"email": "cs1@example.com"}, headers=ENGLISH)
    (sent,) = mail.outbox
    assert sent.subject == "Choose a new password for Duban"
    assert "cs1" in sent.body
    link = re.search(r"http://testserver(/\S+)", sent.body).group(1)
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": "herons-in-the-reeds", "password2": "herons-in-the-reeds"})
    assert sign_in(client, "cs1", "herons-in-the-reeds")["Location"] == "/"
    assert "used up" in client.get(link, headers=ENGLISH, follow=True).content.decode()


def test_an_unknown_address_learns_nothing_on_the_page(client, org):
    known = client.post(RESET, {"email": "cs1@example.com"}, follow=True)
    unknown = client.post(RESET, {"email": "nobody@example.com"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain


def test_no_demo_accounts_on_a_real_installation(client, org, django_assert_num_queries):
    page = client.get(LOGIN, headers=ENGLISH).content.decode()
    assert "duban-demo" not in page
    with django_assert_num_queries(1):
        assert demo_accounts() == []


@pytest.fixture
def demo(org):
    User.objects.filter(username__in=["cs1", "cs_lead", "biz_deputy", "admin"]).update(is_demo=True)
    User.objects.filter(username="auditor").update(is_demo=True, is_active=False)
    return org


def test_demo_accounts_by_department_the_leader_first(demo, django_assert_num_queries):
    with django_assert_num_queries(1):
        groups = demo_accounts()
    told = [(group.kind, [(one.username, one.role) for one in group.people]) for group in groups]
    assert told == [
        ("customer_service", [("cs_lead", "leader"), ("cs1", "member")]),
        ("business", [("biz_deputy", "deputy")]),
        ("system", [("admin", "administrator")]),
    ]


def test_one_click_signs_in_as_a_demo_account(client, demo, settings):
    demo.cs1.set_password(settings.DEMO_PASSWORD)
    demo.cs1.save(update_fields=["password"])
    page = client.get(LOGIN, headers=ENGLISH).content.decode()
    assert '<button class="demo-person" name="login" value="cs1">' in page
    assert f'<input type="hidden" name="password" value="{settings.DEMO_PASSWORD}">' in page
    assert sign_in(client, "cs1", settings.DEMO_PASSWORD)["Location"] == "/"

"""Pages of errors: they say what to do next, and never fail themselves."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_without_a_request_they_need_nothing(name):
    with translation.override("zh-hans"):
        page = render_to_string(name)
    assert '<html lang="zh-Hans">' in page


def test_a_wrong_address(client, db):
    answer = client.get("/nothing/here/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_form_from_long_ago(db):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        reverse("account_login"), {"login": "x"}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()


@pytest.mark.parametrize("name", ["403.html", "429.html", "404.html", "403_csrf.html"])
def test_they_know_the_person(rf, org, name):
    request = rf.get("/")
    request.user = org.cs1
    assert "客1" in render_to_string(name, request=request)

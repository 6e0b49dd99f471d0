"""Quiet hours are chosen in the browser, by hand, on a wide screen and on a phone."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from notifications.models import Preference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/notices/preferences/"


@pytest.fixture
def opened(browser, live_server, org):
    contexts = []

    def open_as(person=org.tech1, **options) -> Page:
        client = Client()
        client.force_login(person)
        contexts.append(browser.new_context(locale="en-GB", **options))
        session = client.cookies["sessionid"].value
        contexts[-1].add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = contexts[-1].new_page()
        page.goto(live_server.url + PAGE)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_night_and_a_digest_are_chosen(opened, org, javascript):
    page = opened(java_script_enabled=javascript)
    expect(page.locator("#effect")).to_contain_text("mail leaves at once")
    page.get_by_label("Quiet from").fill("20:00")
    page.get_by_label("Quiet until").fill("20:00")
    page.locator("form .btn-primary").last.click()
    expect(page.locator("#id_quiet_until_error")).to_be_visible()
    page.get_by_label("Quiet until").fill("08:00")
    page.get_by_role("group", name="Quiet all day on").get_by_label("Sun").check()
    page.get_by_label("Once a day").check()
    page.get_by_label("First digest at").fill("08:30")
    page.locator("form .btn-primary").last.click()
    expect(page.locator("#effect")).to_contain_text("wait for the digest of")
    kept = Preference.objects.get(user=org.tech1)
    assert (kept.quiet_from, kept.quiet_until) == (time(20), time(8))
    assert (kept.days_off, kept.digest_first) == ([6], time(8, 30))


def test_on_a_phone_nothing_is_cut_off(opened, org):
    page = opened(viewport={"width": 390, "height": 844})
    page.locator("form .btn-primary").last.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

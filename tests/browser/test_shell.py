"""What every page has, in a real browser: keyboard, menus, double submission, narrow screens."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.personas import Org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def signed_in(org: Org, live_server, client: Client):
    """The cookies of a member of customer service, for any window."""
    client.force_login(org.cs1)
    session = client.cookies["sessionid"].value
    return [{"name": "sessionid", "value": session, "url": live_server.url}]


@pytest.fixture
def desk(context: BrowserContext, page: Page, signed_in, live_server) -> Page:
    context.add_cookies(signed_in)
    page.goto(live_server.url)
    return page


def test_the_search_has_a_key_and_takes_every_letter(desk: Page):
    desk.keyboard.press("/")
    expect(desk.locator("#search")).to_be_focused()
    desk.keyboard.type("g d ? j")
    expect(desk.locator("#search")).to_have_value("g d ? j")


def test_pages_have_keys(desk: Page, live_server):
    desk.keyboard.press("g")
    desk.keyboard.press("c")
    desk.wait_for_url(f"{live_server.url}/complaints/")
    desk.keyboard.press("g")
    desk.keyboard.press("d")
    desk.wait_for_url(f"{live_server.url}/")


def test_help_tells_the_keys_and_turns_them_off(desk: Page):
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.locator("#keys-on").uncheck()
    desk.keyboard.press("Escape")
    expect(desk.locator("#keys")).to_be_hidden()
    desk.reload()
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_hidden()


def test_escape_closes_a_menu_and_gives_the_focus_back(desk: Page):
    opener = desk.locator(".top-tools .menu > summary")
    opener.click()
    profile = desk.get_by_role("link", name="My profile")
    expect(profile).to_be_visible()
    desk.keyboard.press("Escape")
    expect(profile).to_be_hidden()
    expect(opener).to_be_focused()


def test_three_clicks_send_one_form(desk: Page, live_server):
    desk.goto(f"{live_server.url}/me/")
    sent = []
    desk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    desk.evaluate("for (let n = 0; n < 3; n++) document.querySelector('.form-foot button').click()")
    expect(desk.get_by_role("status").get_by_text("Saved.")).to_be_visible()
    assert len(sent) == 1


def test_errors_have_the_focus_and_nothing_typed_is_lost(desk: Page, live_server):
    desk.goto(f"{live_server.url}/complaints/new/")
    desk.locator("[name=title]").fill("Miles are missing")
    desk.locator("main form[method=post] button.btn-primary").first.click()
    expect(desk.get_by_role("alert").first).to_be_focused()
    expect(desk.locator("[name=title]")).to_have_value("Miles are missing")


@pytest.mark.parametrize(
    "path", ["/", "/complaints/", "/complaints/new/", "/escalations/", "/notices/", "/me/", "/no/"]
)
def test_a_phone_never_scrolls_sideways(browser: Browser, signed_in, live_server, path):
    context = browser.new_context(viewport=PHONE)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(live_server.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_without_javascript_a_phone_has_its_menu_and_the_language(
    browser: Browser, signed_in, live_server
):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(live_server.url)
    page.locator(".nav-small > summary").click()
    page.locator(".nav-small .language button").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator(".nav-small > summary").click()
    page.locator(".nav-small nav a").nth(1).click()
    expect(page).to_have_url(re.compile(r"/complaints/$"))
    context.close()

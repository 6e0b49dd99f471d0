"""Chromium against the running site: the policy of the browser lets everything through."""

import pytest
from playwright.sync_api import Page, expect

from departments.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints_of_the_browser(page: Page):
    """What the console says: refused scripts and styles, missing files, errors."""
    said = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    return said


def test_signing_in(page, live_server, complaints_of_the_browser):
    User.objects.create_user("kefu1", "kefu1@example.org", "cranes-over-the-lake", name="陈静")
    page.goto(live_server.url)
    page.get_by_role("textbox").first.fill("KEFU1@example.org")
    page.locator("input[type=password]").fill("cranes-over-the-lake")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("banner")).to_contain_text("陈")
    assert complaints_of_the_browser == []

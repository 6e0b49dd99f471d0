"""Hours are changed in the browser, by hand and eye, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from playwright.sync_api import Page, expect

from departments.models import User
from escalations.models import Deadline
from escalations.tasks import recount
from tests.browser.cookies import sign_in
from tests.escalations.clocks import at, start
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def org(transactional_db):
    with time_machine.travel(at(2, 12), tick=True):
        made = build_org(country="CN")
        recount()
        start(made.biz, kind="confirm")  # until Wednesday 18:00
        yield made


@pytest.fixture(params=LANGUAGES)
def hours(request, page, live_server, org):
    """Compliance, in front of the page of the calendar."""
    User.objects.update(language=request.param)
    sign_in(page, live_server.url, org.comp1)
    page.goto(f"{live_server.url}/calendars/")
    page.locator("table a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(request.param[:2]))
    return page


def go_on(page: Page) -> None:
    page.locator("form .btn-primary").last.click()


def test_the_week_is_changed_after_its_effect_was_seen(hours):
    hours.locator("a[href$='/edit/']").click()
    hours.locator("#id_wednesday").fill("nine to five")
    go_on(hours)
    expect(hours.locator(".note.error")).to_be_focused()
    expect(hours.locator("#id_wednesday_error")).to_be_visible()
    expect(hours.locator("#id_wednesday")).to_have_value("nine to five")
    hours.locator("#id_wednesday").fill("")
    go_on(hours)
    expect(hours.locator("table.effect tbody tr")).to_have_count(1)
    expect(hours.locator("table.effect")).to_contain_text("T-1")
    hours.locator("button[name=back]").click()
    hours.locator("#id_thursday").fill("9:00-12:00、13:00-17:00")
    go_on(hours)
    hours.locator("button[name=confirmed]").click()
    expect(hours.locator("#messages .note.success")).to_be_visible()
    expect(hours.locator("table.week")).to_contain_text("09:00–12:00, 13:00–17:00")
    recount()
    assert Deadline.objects.get().due_at == at(5, 17)
    expect(hours.locator(".quiet-entry")).to_contain_text("09:00–12:00, 13:00–17:00")


def test_a_day_is_added_and_removed_in_the_dialog(hours, org):
    expect(hours.locator(".days .holiday").first).to_be_visible()
    hours.locator("a[hx-get$='/days/new/']").click()
    dialog = hours.locator("dialog[open]")
    dialog.locator("#id_date").fill("2026-03-03")
    dialog.locator("#id_label").fill("盘点 Inventory")
    go_on(hours)
    expect(dialog.locator("table.effect tbody tr")).to_have_count(1)
    dialog.locator("button[name=confirmed]").click()
    expect(hours.locator(".days .override")).to_have_count(1)
    expect(hours.locator(".own-days .line")).to_contain_text("盘点 Inventory")
    assert org.calendar.days.get().date == date(2026, 3, 3)
    hours.locator("a[hx-get$='/remove/']").click()
    go_on(hours)
    dialog.locator("button[name=confirmed]").click()
    expect(hours.locator(".days .override")).to_have_count(0)


def test_the_years_and_the_sample_change_in_place(hours):
    hours.locator("#year nav a").last.click()
    hours.wait_for_url(re.compile(r"year=2027"))
    expect(hours.locator(".year-note")).to_contain_text("2027")
    hours.locator("#id_start").fill("2026-12-31T16:00")
    hours.locator("#id_amount").fill("4")
    hours.locator("#sample button").click()
    expect(hours.locator(".sample-due")).to_contain_text("11:00")
    expect(hours.locator("#sample .warn-text")).to_contain_text("2027")
    expect(hours.locator(".why li").first).to_contain_text("16:00–18:00")


def test_on_a_phone_nothing_is_cut_off(hours):
    hours.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "edit/", "days/new/"):
        hours.goto(re.sub(r"(/calendars/\d+/).*", rf"\1{path}", hours.url))
        assert hours.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_without_javascript(browser, live_server, org):
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    sign_in(page, live_server.url, org.admin)
    page.goto(f"{live_server.url}/calendars/{org.calendar.pk}/days/new/")
    page.locator("#id_date").fill("2026-03-03")
    page.locator("#id_label").fill("Inventory")
    page.get_by_role("button", name="See what it changes").click()
    page.get_by_role("button", name="Save, and move these dates").click()
    expect(page.locator(".own-days")).to_contain_text("Inventory")
    page.context.close()

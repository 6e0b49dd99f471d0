"""The page of a clock and of a department, opened in the browser, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from departments.models import User
from escalations.models import Deadline
from escalations.services import sweep
from tests.browser.cookies import sign_in
from tests.complaints.factories import MONDAY, accepted, file_case
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("en", "zh-hans")
WAY = "details.way"


@pytest.fixture
def org(transactional_db):
    with time_machine.travel(MONDAY, tick=True):
        yield build_org()


@pytest.fixture
def promise(org):
    """A promise of somebody who is away, late since a minute."""
    ticket = accepted(file_case(org.cs1), org.cs1, org.tech1, org.tech)
    org.away(org.tech1, stand_in=org.tech2, starts_at=MONDAY, days=30)
    deadline = Deadline.objects.get(subject=ticket.commitments.get().reference)
    with time_machine.travel(deadline.due_at + timedelta(minutes=1), tick=True):
        sweep(now=deadline.due_at)
        yield deadline


@pytest.fixture(params=LANGUAGES)
def reader(request, page, live_server, org, promise):
    """Customer service, in front of the case."""
    User.objects.update(language=request.param)
    sign_in(page, live_server.url, org.cs1)
    page.goto(f"{live_server.url}/complaints/{promise.stream}/")
    expect(page.locator("html")).to_have_attribute("lang", re.compile(request.param[:2]))
    return page


def open_clock(page: Page, promise: Deadline) -> None:
    """By the chip of the promise, as a person does."""
    chip = page.locator(f"details.clock:has(a[href='/deadlines/{promise.pk}/'])").first
    chip.locator("summary").click()
    chip.locator("a").click()
    page.wait_for_url(re.compile(rf"/deadlines/{promise.pk}/$"))


def test_from_the_chip_to_why_and_whom(reader, org, promise):
    open_clock(reader, promise)
    expect(reader.locator("#why")).to_contain_text("Asia/Shanghai")
    expect(reader.locator("#why")).to_contain_text(org.tech1.name)
    expect(reader.locator("#why .why li").first).to_contain_text("10:00–18:00")
    said = reader.locator("#fired .said-rung").first
    expect(said).to_contain_text(org.tech2.name)
    expect(said).to_contain_text(org.tech_lead.name)
    expect(said.locator("ol li").first).to_be_hidden()
    said.locator(f"{WAY} summary").first.click()
    expect(said.locator("ol").first.locator("li")).to_have_count(2)
    expect(said.locator("ol li").first).to_contain_text(org.tech1.name)
    following = reader.locator("#next .said-rung")
    expect(following).to_have_count(2)
    expect(following.first).to_contain_text(org.ceo.name)
    said.locator("a[href*='#entry-']").click()
    reader.wait_for_url(re.compile(r"/complaints/C-.*#entry-\d+$"))


def test_who_would_be_told_at_another_time(reader, org, promise):
    open_clock(reader, promise)
    reader.locator(f"#why a[href='/departments/{org.tech.pk}/']").click()
    reader.locator("#id_owner").select_option(str(org.tech1.pk))
    reader.locator("#told button").click()
    expect(reader.locator(".asked-level").first).to_contain_text(org.tech2.name)
    reader.locator("#id_at").fill("2027-03-01T10:00")
    reader.locator("#told button").click()
    reader.wait_for_url(re.compile(r"at=2027"))
    expect(reader.locator(".asked-level b").first).to_have_text(org.tech1.name)
    expect(reader.locator("#id_at")).to_have_value("2027-03-01T10:00")


def test_on_a_phone_nothing_is_cut_off(reader, org, promise):
    reader.set_viewport_size({"width": 390, "height": 844})
    site = re.sub(r"/complaints/.*", "", reader.url)
    for path in (f"/deadlines/{promise.pk}/", "/departments/", f"/departments/{org.tech.pk}/"):
        reader.goto(f"{site}{path}")
        assert reader.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_without_javascript(browser, live_server, org, promise):
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    sign_in(page, live_server.url, org.cs1)
    page.goto(f"{live_server.url}/departments/{org.tech.pk}/?owner={org.tech1.pk}")
    expect(page.locator(".asked-level").first).to_contain_text(f"{org.tech2} stands in.")
    page.goto(f"{live_server.url}/deadlines/{promise.pk}/")
    page.locator(f"#fired {WAY} summary").first.click()
    expect(page.locator("#fired ol li").first).to_contain_text(f"{org.tech1} is away.")
    page.context.close()

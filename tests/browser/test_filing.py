"""Filing a complaint by hand and eye: found, typed, kept, filed; also without JavaScript."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from complaints.services.customers import NewCustomer
from tests.browser.cookies import sign_in
from tests.complaints.factories import category, file_case
from tests.complaints.filed import PNG
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CASE = re.compile(r"/complaints/C-\d{4}-\d{5}/$")


@pytest.fixture
def org(transactional_db):
    made = build_org()
    category()
    file_case(made.cs1, customer=NewCustomer(name="Ms Finch", identity_number="E12344821"))
    return made


@pytest.fixture
def filing(page, live_server, org):
    sign_in(page, live_server.url, org.cs1)
    page.goto(f"{live_server.url}/complaints/new/")
    return page


def fill(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f"[name={name}]").fill(f"My {name}")
    page.locator("select[name=category]").select_option(label="Points redemption")


def test_found_by_the_number_and_filed(filing):
    filing.get_by_label("Customer", exact=True).fill("e1234 4821")
    filing.keyboard.press("Enter")
    filing.get_by_role("button", name=re.compile("Ms Finch")).click()
    expect(filing.locator(".customer-card")).to_contain_text("••••4821")
    expect(filing.locator("#seen")).to_contain_text("same customer")
    filing.get_by_label("Major", exact=True).check()
    expect(filing.locator("#starts")).to_contain_text("Your leader is told")
    fill(filing, "title", "description", "remedy_sought")
    filing.get_by_role("button", name="File", exact=True).last.click()
    filing.wait_for_url(CASE)
    assert Complaint.objects.latest("pk").customer.name == "Ms Finch"


def test_after_an_error_the_files_are_still_there(filing):
    filing.get_by_role("button", name="New customer").click()
    filing.get_by_label("Name", exact=True).fill("Li Lei")
    file = {"name": "screen.png", "mimeType": "image/png", "buffer": PNG}
    filing.locator("[name=files]").set_input_files([file])
    fill(filing, "title", "description")
    filing.get_by_role("button", name="File", exact=True).last.click()
    expect(filing.locator(".note.error")).to_be_focused()
    expect(filing.locator("#id_remedy_sought_error")).to_contain_text("settle")
    assert filing.locator("[name=files]").evaluate("field => field.files.length") == 1
    filing.locator("[name=remedy_sought]").fill("Peace")
    filing.get_by_role("button", name="File", exact=True).last.click()
    filing.wait_for_url(CASE)
    assert Complaint.objects.latest("pk").attachments.get().name == "screen.png"


def test_a_draft_is_kept_but_no_identity_number(filing):
    filing.get_by_role("button", name="New customer").click()
    filing.get_by_label("Name", exact=True).fill("Li Lei")
    filing.get_by_label("Its number").fill("110101199003071234")
    fill(filing, "title", "description")
    expect(filing.locator("[data-draft-note]")).to_contain_text("Draft kept")
    kept = filing.evaluate("JSON.stringify(sessionStorage)")
    assert "My title" in kept
    assert "110101199003071234" not in kept
    filing.reload()
    expect(filing.locator("[data-restored]")).to_be_visible()
    expect(filing.locator("[name=title]")).to_have_value("My title")
    expect(filing.get_by_label("Name", exact=True)).to_have_value("Li Lei")
    filing.get_by_role("button", name="Start empty").click()
    expect(filing.locator("[name=title]")).to_have_value("")


def test_what_was_filed_is_no_draft_any_more(filing, live_server):
    filing.get_by_role("button", name="New customer").click()
    filing.get_by_label("Name", exact=True).fill("Li Lei")
    fill(filing, "title", "description", "remedy_sought")
    filing.locator("[name=ask_department]").select_option(label="Business")
    filing.get_by_role("button", name="File and ask").click()
    filing.wait_for_url(re.compile(r"/ask/\?department=\d+$"))
    expect(filing.get_by_label("Department")).to_have_value(re.compile(r"\d+"))
    filing.goto(f"{live_server.url}/complaints/new/")
    expect(filing.locator("[data-restored]")).to_be_hidden()
    expect(filing.locator("[name=title]")).to_have_value("")
    drafts = json.loads(filing.evaluate("JSON.stringify(sessionStorage)"))
    assert not [name for name in drafts if name.startswith("duban-draft")]


def test_without_javascript(browser, live_server, org):
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    sign_in(page, live_server.url, org.cs1)
    page.goto(f"{live_server.url}/complaints/new/")
    fill(page, "title", "description", "remedy_sought")
    page.locator("[name=find]").fill("finch")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name=re.compile("Ms Finch")).click()
    expect(page.locator("[name=description]")).to_have_value("My description")
    page.get_by_role("button", name="File", exact=True).last.click()
    page.wait_for_url(CASE)
    page.context.close()


def test_the_list_narrows_in_place_and_keeps_its_address(page, live_server, org):
    file_case(org.cs1, title="Light one", severity="ordinary")
    sign_in(page, live_server.url, org.cs1)
    page.goto(f"{live_server.url}/complaints/")
    expect(page.locator("td.what")).to_have_count(2)
    page.get_by_label("Severity").select_option("ordinary")
    expect(page.locator("td.what")).to_have_count(1)
    page.wait_for_url(f"{live_server.url}/complaints/?severity=ordinary")
    page.get_by_role("link", name=re.compile("Severity: Ordinary")).click()
    expect(page.locator("td.what")).to_have_count(2)

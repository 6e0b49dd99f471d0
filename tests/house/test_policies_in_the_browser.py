"""Ladders are built in the browser, by hand and eye, in both languages."""

from __future__ import annotations

import re

import pytest
import time_machine
from playwright.sync_api import expect

from departments.models import User
from escalations.models import PolicyVersion
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft
from escalations.services.presets import install_presets
from tests.browser.cookies import sign_in
from tests.escalations.clocks import MONDAY, at
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("en", "zh-hans")
RUNGS = ".rung-form"


@pytest.fixture
def org(transactional_db):
    with time_machine.travel(at(2, 10), tick=True):
        made = build_org()
        install_presets(now=MONDAY)
        standard = install_default_policy(now=MONDAY)
        create_draft(policy=standard.policy, actor=made.comp1, now=MONDAY)
        yield made


def draft() -> PolicyVersion:
    return PolicyVersion.objects.drafts().get()


def address(page: str = "") -> str:
    version = draft()
    return f"/policies/{version.policy_id}/versions/{version.number}/{page}"


@pytest.fixture(params=LANGUAGES)
def ladder(request, page, live_server, org):
    """Compliance, in front of the ladder for everything."""
    User.objects.update(language=request.param)
    sign_in(page, live_server.url, org.comp1)
    page.goto(live_server.url + address())
    expect(page.locator("html")).to_have_attribute("lang", re.compile(request.param[:2]))
    page.locator("#ladder a[href$='/ladders/any/any/']").click()
    expect(page.locator(RUNGS)).to_have_count(5)
    # What is typed before the scripts run is heard by nobody.
    page.wait_for_load_state("load")
    return page


def test_rungs_are_added_moved_removed_and_saved(ladder):
    ladder.locator("#do-add").click()
    expect(ladder.locator(RUNGS)).to_have_count(6)
    ladder.locator("#id_rung-5-amount").fill("24")
    ladder.locator("input[name='rung-5-who'][value=executive]").check()
    ladder.locator("#id_rung-5-level").select_option("3")
    ladder.locator("#do-remove-0").click()
    expect(ladder.locator(RUNGS)).to_have_count(5)
    expect(ladder.locator("#id_rung-4-amount")).to_have_value("24")
    ladder.locator("#do-up-4").click()
    expect(ladder.locator("#id_rung-3-amount")).to_have_value("24")
    ladder.locator(".form-foot .btn-primary").click()
    # Out of order, and what repeats is not the last: it says so, and keeps all of it.
    expect(ladder.locator(".note.error li")).to_have_count(1)
    expect(ladder.locator(".note.error")).to_be_focused()
    expect(ladder.locator("#id_rung-3-amount")).to_have_value("24")
    ladder.locator("#do-down-3").click()
    expect(ladder.locator("#id_rung-4-amount")).to_have_value("24")
    ladder.locator("#id_rung-3-every").fill("")
    ladder.locator(".form-foot .btn-primary").click()
    expect(ladder.locator("#messages .note.success")).to_be_visible()
    expect(ladder.locator("#ladder .rung")).to_have_count(5)
    written = draft().rules["ladders"]["*"]["*"]
    assert [rung["when"]["offset"] for rung in written] == [-4, 0, 8, 16, 24]
    expect(ladder.locator("#differences li")).not_to_have_count(0)


def test_what_it_would_say_follows_the_keys(ladder):
    lines = ladder.locator("#preview li")
    expect(lines).to_have_count(6)
    expect(lines.nth(1)).to_contain_text("14:00")
    ladder.locator("#id_rung-1-amount").fill("2")
    expect(lines.nth(1)).to_contain_text("16:00")
    expect(ladder.locator("#id_rung-1-amount")).to_be_focused()
    ladder.locator("#id_rung-1-amount").fill("")
    expect(ladder.locator("#preview li")).to_have_count(0)
    assert draft().revision == 1


def test_another_ladder_is_looked_at_in_place(ladder, live_server):
    ladder.goto(live_server.url + address())
    ladder.locator("#ladder-kind").select_option("decide")
    expect(ladder.locator("#ladder .rung")).to_have_count(3)
    expect(ladder.locator("#ladder a[href$='/ladders/decide/any/']")).to_be_visible()


def test_on_a_phone_nothing_is_cut_off(ladder, live_server):
    ladder.set_viewport_size({"width": 390, "height": 844})
    pages = ("", "ladders/any/any/", "edit/targets/", "edit/scope/", "activate/")
    for path in (*map(address, pages), "/policies/", "/policies/presets/"):
        ladder.goto(live_server.url + path)
        assert ladder.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_without_javascript_from_the_preset_to_the_live_version(browser, live_server, org):
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    sign_in(page, live_server.url, org.comp1)
    page.goto(f"{live_server.url}/policies/presets/")
    page.locator("#eu_psd2 a[href$='/use/']").click()
    page.locator("#id_policy").select_option(index=0)
    page.get_by_role("button", name="See what it changes").click()
    page.get_by_role("button", name="Write it into the draft").click()
    expect(page.locator(".unverified").first).to_be_visible()
    page.goto(live_server.url + address("ladders/any/any/"))
    page.locator("#do-remove-0").click()
    expect(page.locator(RUNGS)).to_have_count(4)
    page.locator(".form-foot .btn-primary").click()
    page.get_by_role("link", name="Activate…").click()
    page.locator("input[value=running]").check()
    page.get_by_role("button", name="Activate version 2").click()
    expect(page.locator(".page-sub .chip.ok")).to_be_visible()
    expect(page.locator("#rollout")).to_be_visible()
    assert PolicyVersion.objects.active().get().rules["preset"] == "eu_psd2"
    page.context.close()

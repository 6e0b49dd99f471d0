"""Compliance tries a version in the browser and reads what it would have done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from departments.models import User
from escalations import services
from escalations.models import Replay
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft, save_draft
from escalations.tasks import replay
from tests.browser.cookies import sign_in
from tests.escalations.clocks import start
from tests.escalations.trying import ONE_RUNG, chosen, sweep_until
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(transactional_db):
    """A promise was late last week; the draft has one rung where the standard has many."""
    org, now = build_org(), timezone.now()
    standard = install_default_policy(now=now - timedelta(days=60))
    chosen()
    start(org.tech, org.tech1, now=now - timedelta(days=20), due_at=now - timedelta(days=18))
    sweep_until(now - timedelta(days=15))
    with transaction.atomic():
        services.meet_deadline(subject="T-1", kind="deliver", now=now - timedelta(days=15))
    draft = create_draft(policy=standard.policy, actor=org.comp1, now=now)
    rules = {**draft.rules, "ladders": {"*": {"*": ONE_RUNG}}}
    return save_draft(version=draft, actor=org.comp1, rules=rules, note="", seen=None, now=now)


@pytest.fixture(params=["en", "zh-hans"])
def version(request, page, live_server, draft):
    """The version's page, in front of compliance."""
    User.objects.update(language=request.param)
    sign_in(page, live_server.url, User.objects.get(username="comp1"))
    page.goto(f"{live_server.url}/policies/{draft.policy_id}/versions/{draft.number}/")
    expect(page.locator("html")).to_have_attribute("lang", re.compile(request.param[:2]))
    return page


def test_a_version_is_tried_and_read(version):
    version.locator("#replay-slot button[name=days][value='30']").click()
    version.wait_for_url(re.compile(r"/policies/versions/\d+/replay/$"))
    expect(version.locator("#replay-body progress")).to_be_visible()
    replay()
    # The page asks by itself, and stops asking.
    figures = version.locator("#replay-body .figures-before-after tbody tr")
    expect(figures).to_have_count(5)
    expect(version.locator("#replay-body [data-live]")).to_have_count(0)
    reminders, first_level = figures.nth(0).locator("td"), figures.nth(1).locator("td")
    expect(reminders).to_have_text([re.compile("2"), re.compile("1"), "−1"])
    expect(first_level).to_have_text(["1", "0", "−1"])
    expect(version.locator(".chart polyline")).to_have_count(4)
    version.locator("#people summary").first.click()
    expect(version.locator("#people .replay-days").first).to_be_visible()
    version.set_viewport_size({"width": 390, "height": 844})
    assert version.evaluate("document.documentElement.scrollWidth") <= 390


def test_bad_days_are_answered_at_the_field(version, live_server, draft):
    version.goto(f"{live_server.url}/policies/versions/{draft.pk}/replay/")
    version.locator("#id_days").fill("400")
    version.locator(".replay-ask form").last.locator("button").click()
    expect(version.locator("#days-error")).to_be_visible()
    expect(version.locator("#id_days")).to_have_value("400")
    expect(version.locator("#id_days")).to_be_focused()
    assert not Replay.objects.exists()


def test_without_javascript(browser, live_server, draft):
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    sign_in(page, live_server.url, User.objects.get(username="comp1"))
    page.goto(f"{live_server.url}/policies/versions/{draft.pk}/replay/")
    page.get_by_role("button", name="90 days").click()
    replay()
    page.reload()
    expect(page.locator("#figures-title")).to_contain_text("90")
    page.context.close()

"""What filing asks so that the right policy holds: whose rules, what group, and what they start."""

from __future__ import annotations

import copy

import pytest
from django.test import Client
from django.urls import reverse

from complaints.categories import install_categories
from complaints.models import Category, Complaint, Customer
from complaints.services.customers import NewCustomer
from departments.standing import forget_standing
from escalations.models import CasePolicy, Deadline, Policy, Preset
from escalations.policy import STANDARD
from journal.errors import Invalid
from tests.complaints.factories import MONDAY, category, file_case
from tests.personas import Org

URL = "/complaints/new/"


@pytest.fixture
def rules(org: Org) -> Preset:
    return Preset.objects.create(code="uk_disp", name_en="UK DISP", name_zh="英国", data={})


@pytest.fixture
def clerk(client: Client, org: Org) -> Client:
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    return client


def policy(code: str, rank: int, applies_to: dict[str, list[str]], days: int) -> None:
    data = copy.deepcopy(STANDARD)
    data["applies_to"] = applies_to
    data["targets"]["resolve"] = {"*": {"within": days, "unit": "calendar_day"}}
    made = Policy.objects.create(code=code, name_en=code, name_zh=code, rank=rank)
    made.versions.create(number=1, rules=data, activated_at=MONDAY)


def typed(**more: object) -> dict[str, object]:
    return {
        "customer": "new", "name": "Mr X", "channel": "phone", "title": "No miles",
        "description": "It failed.", "remedy_sought": "Miles.", "severity": "ordinary",
        "category": category().pk, "received_at": "2026-11-09T09:00", "step": "file",
    } | more  # fmt: skip


def test_what_a_regulator_forwards_needs_a_word_on_whose_rules_hold(clerk, rules):
    refused = clerk.post(URL, typed(channel="regulator"))
    assert refused.status_code == 422
    assert "Say whose rules hold" in refused.content.decode()
    assert clerk.post(URL, typed(channel="regulator", preset="none")).status_code == 302
    assert Complaint.objects.get().preset == ""


def test_the_rules_that_were_chosen_stay_with_the_case(clerk, rules):
    assert clerk.post(URL, typed(channel="regulator", preset="uk_disp")).status_code == 302
    case = Complaint.objects.get()
    assert case.preset == "uk_disp"
    assert CasePolicy.objects.get(stream=case.reference).traits["preset"] == "uk_disp"
    assert "UK DISP" in clerk.get(f"/complaints/{case.reference}/").content.decode()


def test_without_any_rules_nobody_is_asked(clerk):
    page = clerk.get(URL).content.decode()
    assert 'name="preset"' not in page
    assert clerk.post(URL, typed(channel="regulator")).status_code == 302


def test_the_service_asks_too_and_knows_what_there_is(org, rules):
    with pytest.raises(Invalid) as lacks:
        file_case(org.cs1, channel="regulator")
    assert lacks.value.field == "preset"
    with pytest.raises(Invalid):
        file_case(org.cs1, preset="moon_law")


def test_the_group_of_a_new_customer_and_of_one_who_is_known(clerk):
    install_categories()
    elderly, minor = Category.objects.get(code="G.03"), Category.objects.get(code="G.05")
    assert clerk.post(URL, typed(group=elderly.pk, language="zh-hans")).status_code == 302
    customer = Customer.objects.get()
    assert (customer.group, customer.language) == (elderly, "zh-hans")
    part = clerk.post(reverse("complaints:customers"), {"choose": customer.pk})
    assert f'value="{elderly.pk}" selected' in part.content.decode()
    clerk.post(URL, typed(customer=customer.pk, group=minor.pk))
    customer.refresh_from_db()
    assert customer.group == minor
    traits = CasePolicy.objects.order_by("pk").last().traits
    assert traits["customer_group"] == "G.05"


def test_what_filing_starts_follows_every_trait(clerk, rules):
    install_categories()
    policy("frail", 1, {"customer_groups": ["G.03"]}, 3)
    policy("london", 2, {"presets": ["uk_disp"]}, 56)
    policy("forwarded", 3, {"channels": ["regulator"]}, 9)
    policy("mall", 4, {"categories": ["B.01"]}, 21)
    elderly = Category.objects.get(code="G.03").pk
    mall = Category.objects.get(code="B.01.01.01").pk
    said = {
        "3 calendar days": {"group": elderly, "channel": "regulator"},
        "56 calendar days": {"preset": "uk_disp"},
        "9 calendar days": {"channel": "regulator", "preset": "none"},
        "21 calendar days": {"category": mall},
        "15 calendar days": {"category": "no number", "group": "99999"},
    }
    for within, given in said.items():
        page = clerk.post(reverse("complaints:file_aside"), {"severity": "ordinary", **given})
        assert within in page.content.decode(), given


def test_filing_keeps_what_the_aside_said(org, rules):
    policy("london", 2, {"presets": ["uk_disp"]}, 56)
    case = file_case(org.cs1, preset="uk_disp", customer=NewCustomer(name="Ms Y"))
    assert Deadline.objects.get(subject=case.reference, kind="resolve").counted_amount == 56

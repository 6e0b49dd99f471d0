"""The administration: policies are written and checked, everything else is read."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from escalations.models import PolicyVersion
from escalations.policy import STANDARD
from escalations.services import install_default_policy, sweep
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(org, client):
    client.force_login(org.admin)
    return client


@pytest.fixture
def active(org):
    return install_default_policy(now=MONDAY)


@pytest.fixture
def draft(active):
    return PolicyVersion.objects.create(policy=active.policy, number=2, rules=STANDARD)


def page(name, *args):
    return reverse(f"admin:escalations_{name}", args=args)


def save(admin, version, rules):
    data = {"policy": version.policy_id, "number": version.number, "rules": json.dumps(rules)}
    return admin.post(page("policyversion_change", version.pk), data)


def test_a_draft_is_checked_and_saved(admin, draft):
    assert save(admin, draft, {**STANDARD, "limits": {"returns": 3}}).status_code == 302
    draft.refresh_from_db()
    assert draft.rules["limits"] == {"returns": 3}


def test_unsound_rules_are_refused_with_every_problem(admin, draft):
    refused = save(admin, draft, {"targets": {}, "ladders": {}})
    assert refused.status_code == 200
    assert "confirm needs a target for each severity" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.rules == STANDARD


def test_a_new_version_starts_from_the_standard(admin):
    assert "update_customer" in admin.get(page("policyversion_add")).content.decode()


def test_a_used_version_never_changes(admin, active):
    assert save(admin, active, {}).status_code == 403
    assert admin.post(page("policyversion_delete", active.pk), {"post": "yes"}).status_code == 403


def activate(admin, *versions):
    data = {"action": "activate", "_selected_action": [version.pk for version in versions]}
    return admin.post(page("policyversion_changelist"), data, follow=True)


def test_activating(admin, active, draft):
    activate(admin, draft)
    active.refresh_from_db()
    draft.refresh_from_db()
    assert active.retired_at is not None
    assert draft.activated_at is not None


def test_activating_needs_one_sound_version(admin, active, draft):
    assert "Choose one version." in activate(admin, active, draft).content.decode()
    PolicyVersion.objects.filter(pk=draft.pk).update(rules={})
    activate(admin, draft)
    draft.refresh_from_db()
    assert draft.activated_at is None


@pytest.mark.parametrize("name", ["deadline", "escalation"])
def test_the_rest_is_read_only(org, admin, name):
    deadline = start(org.tech, org.tech1, due_at=at(3, 18))
    sweep(now=at(3, 18))
    row = deadline if name == "deadline" else deadline.escalations.get()
    assert admin.get(page(f"{name}_changelist")).status_code == 200
    assert admin.get(page(f"{name}_change", row.pk)).status_code == 200
    assert admin.post(page(f"{name}_change", row.pk), {}).status_code == 403
    assert admin.get(page(f"{name}_add")).status_code == 403

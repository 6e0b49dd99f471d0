"""The engine in the administration: everything is read."""

from __future__ import annotations

import pytest
from django.urls import reverse

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


def page(name, *args):
    return reverse(f"admin:escalations_{name}", args=args)


@pytest.mark.parametrize("name", ["policy", "policyversion"])
def test_policies_are_read_here_and_written_on_their_pages(admin, active, name):
    pk = active.pk if name == "policyversion" else active.policy_id
    assert admin.get(page(f"{name}_changelist")).status_code == 200
    assert admin.get(page(f"{name}_change", pk)).status_code == 200
    assert admin.post(page(f"{name}_change", pk), {}).status_code == 403
    assert admin.post(page(f"{name}_delete", pk), {"post": "yes"}).status_code == 403
    assert admin.get(page(f"{name}_add")).status_code == 403


@pytest.mark.parametrize("name", ["deadline", "escalation"])
def test_the_rest_is_read_only(org, admin, name):
    deadline = start(org.tech, org.tech1, due_at=at(3, 18))
    sweep(now=at(3, 18))
    row = deadline if name == "deadline" else deadline.escalations.get()
    assert admin.get(page(f"{name}_changelist")).status_code == 200
    assert admin.get(page(f"{name}_change", row.pk)).status_code == 200
    assert admin.post(page(f"{name}_change", row.pk), {}).status_code == 403
    assert admin.get(page(f"{name}_add")).status_code == 403

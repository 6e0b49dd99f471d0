"""The table of risks: who fills it in, who reads it, and what it means at once."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import RiskKind
from complaints.services.riskkinds import name_departments
from departments.standing import forget_standing
from journal.errors import Conflict, NotAllowed
from journal.models import Entry
from tests.complaints.options import NOW, kind
from tests.personas import Org


@pytest.fixture
def ledger(org: Org) -> RiskKind:
    forget_standing(*org.people.values())
    return kind("ledger")


def test_compliance_and_administrators_name_a_department(org, ledger, client):
    for person in (org.comp1, org.admin):
        RiskKind.objects.update(department=None)
        client.force_login(person)
        answer = client.post(reverse("complaints:risk_kinds"), {f"kind_{ledger.pk}": org.ops.pk})
        assert answer.status_code == 302
        ledger.refresh_from_db()
        assert ledger.department == org.ops
    assert Entry.objects.filter(tag="risk_kind:named", stream="RISKS").count() == 2


def test_nobody_else_does(org, ledger):
    for name, person in org.people.items():
        if name not in {"comp1", "admin"}:
            with pytest.raises(NotAllowed):
                name_departments(actor=person, named={ledger.pk: org.ops}, now=NOW)


def test_the_page_tells_who_leads(org, ledger, client):
    ledger.department = org.ops
    ledger.save()
    client.force_login(org.auditor)
    said = client.get(reverse("complaints:risk_kinds")).content.decode()
    assert "运营领导 许宁" in said
    assert "<select" not in said


@pytest.mark.parametrize("given", ["999999", "x", "\u202e"])
def test_a_department_that_is_none_is_refused(org, ledger, client, given):
    client.force_login(org.comp1)
    answer = client.post(reverse("complaints:risk_kinds"), {f"kind_{ledger.pk}": given})
    assert answer.status_code == 422


def test_a_table_that_changed_meanwhile_is_read_again(org, ledger, client):
    client.force_login(org.comp1)
    sent = {f"kind_{ledger.pk}": org.ops.pk, "seen": "1:1"}
    answer = client.post(reverse("complaints:risk_kinds"), sent)
    assert answer.status_code == 409
    ledger.refresh_from_db()
    assert ledger.department is None
    with pytest.raises(Conflict):
        name_departments(actor=org.comp1, named={}, seen="1:1", now=timezone.now())


def test_a_kind_that_is_not_named_stays_as_it_is(org, ledger):
    assert name_departments(actor=org.comp1, named={}, now=NOW) == []

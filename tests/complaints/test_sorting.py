"""How grave, what about, whose rules: the policy follows, and the clocks with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Category, Complaint
from complaints.services import extensions, pausing, sorting
from complaints.services.sorting import Sorting
from departments.standing import forget_standing
from escalations.models import CasePolicy, Deadline, Preset
from escalations.policy import STANDARD
from escalations.services import sweep
from journal.errors import Invalid, NotAllowed
from journal.models import Entry
from notifications.models import Notice
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.policies import days, policy
from tests.personas import Org

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def case(org: Org) -> Complaint:
    return file_case(org.cs1)


def change(case: Complaint, org: Org, severity: str = "ordinary", now=LATER) -> Complaint:
    return sorting.change_severity(
        complaint=case, actor=org.cs1, severity=severity, reason="Less.", now=now
    )


def resort(case: Complaint, org: Org, **more: object) -> Complaint:
    wanted = replace(Sorting.of(case), **more)
    return sorting.recategorise(
        complaint=case, actor=org.cs1, sorting=wanted, reason="Found out.", now=LATER
    )


def clock(case: Complaint, kind: str = "resolve") -> Deadline:
    return Deadline.objects.get(subject=case.reference, kind=kind)


def london() -> None:
    Preset.objects.create(code="uk_disp", name_en="UK DISP", name_zh="英国", data={})
    policy(
        code="london",
        applies_to={"presets": ["uk_disp"]},
        targets={**STANDARD["targets"], "resolve": days(56)},
    )


# --- The clocks -----------------------------------------------------------------------------------
def test_the_same_clock_goes_on_from_when_it_began(org, case):
    before = clock(case)
    change(case, org)
    after = clock(case)
    assert (after.pk, after.started_at, after.severity) == (before.pk, MONDAY, "ordinary")
    assert after.due_at == before.due_at + timedelta(days=8)
    assert after.first_due_at == after.due_at
    assert (after.moves, after.version) == (0, before.version + 1)
    assert not Deadline.objects.filter(stream=case.reference, state="cancelled").exists()


def test_what_was_said_before_is_not_said_again_and_what_is_due_is_said(org, case):
    forget_standing(*org.people.values())
    change(case, org, "serious")
    clocks = Deadline.objects.filter(subject=case.reference)
    assert all(one.wake_at for one in clocks)
    sweep(now=MONDAY + timedelta(days=1))
    assert clock(case, "acknowledge").firings.filter(state="fired").exists()


def test_a_later_date_that_was_granted_stays(org, case):
    wanted = clock(case).due_at + timedelta(days=2)
    asked = extensions.extend(
        complaint=case, actor=org.cs1, due_at=wanted, reason="Slow.", letter="Later.", now=MONDAY
    )
    forget_standing(org.cs_lead)
    extensions.approve(extension=asked, actor=org.cs_lead, now=MONDAY)
    case.refresh_from_db()
    change(case, org)
    assert clock(case).due_at == wanted


def test_what_stands_still_stands_still(org, case):
    pausing.pause(
        complaint=case, actor=org.cs1, why="external_appraisal", waits_for="The report",
        until=MONDAY + timedelta(days=3), now=MONDAY,
    )  # fmt: skip
    left = clock(case).left_seconds
    case.refresh_from_db()
    change(case, org)
    assert (clock(case).state, clock(case).left_seconds) == ("paused", left)


def test_stood_still_for_a_while_it_moves_by_the_difference_of_the_targets(org, case):
    pausing.pause(
        complaint=case, actor=org.cs1, why="external_appraisal", waits_for="The report",
        until=MONDAY + timedelta(days=3), now=MONDAY,
    )  # fmt: skip
    case.refresh_from_db()
    back = MONDAY + timedelta(days=2)
    pausing.resume(complaint=case, actor=org.cs1, what="Here.", now=back)
    before = clock(case).due_at
    case.refresh_from_db()
    change(case, org, now=back)
    assert clock(case).due_at == before + timedelta(days=8)


def test_the_new_date_is_told_on_the_timeline(org, case, client: Client):
    change(case, org)
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "Other rules hold for" in page


# --- What it is about -----------------------------------------------------------------------------
def test_whose_rules_hold_chooses_the_policy_anew(org, case):
    london()
    resort(case, org, preset="uk_disp")
    assert CasePolicy.objects.get(stream=case.reference).version.policy.code == "london"
    assert (clock(case).counted_amount, clock(case).started_at) == (56, MONDAY)


def test_the_group_is_the_customers(org, case):
    group = Category.objects.create(axis="G", code="G.03", name_en="Elderly", name_zh="老年人")
    resort(case, org, group=group)
    case.customer.refresh_from_db()
    assert case.customer.group == group
    assert CasePolicy.objects.get(stream=case.reference).traits["customer_group"] == "G.03"


def test_it_is_journalled_with_what_was_and_what_is(org, case):
    resort(case, org, product="Miles")
    entry = Entry.objects.get(stream=case.reference, tag="complaint:recategorised")
    assert entry.data["changed"] == {"product": ["", "Miles"]}
    assert entry.message.text == "Found out."


def test_those_who_work_on_it_are_told(org, case):
    sorting.recategorise(
        complaint=case, actor=org.comp1, sorting=replace(Sorting.of(case), product="Miles"),
        reason="Found out.", now=LATER,
    )  # fmt: skip
    assert Notice.objects.get(kind="recategorised").reader == org.cs1


def test_nothing_changed_no_reason_and_no_such_rules(org, case):
    for more, field in [({}, "category"), ({"preset": "moon_law"}, "preset")]:
        with pytest.raises(Invalid) as refused:
            resort(case, org, **more)
        assert refused.value.field == field
    with pytest.raises(Invalid):
        sorting.recategorise(
            complaint=case, actor=org.cs1, sorting=replace(Sorting.of(case), product="Miles"),
            reason=" ", now=LATER,
        )  # fmt: skip


def test_others_may_not(org, case):
    with pytest.raises(NotAllowed):
        sorting.recategorise(
            complaint=case, actor=org.biz1, sorting=replace(Sorting.of(case), product="Miles"),
            reason="Found out.", now=LATER,
        )  # fmt: skip


def test_by_the_form(org, case, client: Client):
    london()
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    address = reverse("complaints:move_complaint", args=[case.reference, "recategorise"])
    assert "UK DISP" in client.get(address).content.decode()
    typed = {"category": case.category.pk, "preset": "uk_disp", "reason": "It was forwarded."}
    assert client.post(address, typed).status_code == 302
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "Sorted anew" in page


def test_retiming_costs_the_same_however_much_happened(org, case):
    with CaptureQueriesContext(connection) as few:
        change(case, org, "ordinary")
    case.refresh_from_db()
    with CaptureQueriesContext(connection) as more:
        change(case, org, "serious")
    assert abs(len(few) - len(more)) <= 4


# --- Finding it afterwards ------------------------------------------------------------------------
def test_it_is_found_by_its_new_product_and_by_all_that_was_said(org, case):
    resort(case, org, product="Aurora miles")
    found = Complaint.objects.all()
    for text in ("aurora", "airline miles failed", "123456XXX", "Mr X", "redemption"):
        assert found.matching(text).filter(pk=case.pk).exists(), text
    resort(case, org, product="Borealis")
    assert not found.matching("aurora").exists()

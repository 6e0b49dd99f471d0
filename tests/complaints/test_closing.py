"""Closing by the policy: what it asks for, how long the record is kept, and review afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.models import Category, Complaint
from complaints.services import cases
from complaints.services.closing import Proof
from departments.standing import forget_standing
from escalations.models import Deadline
from escalations.policy import STANDARD
from journal.errors import Invalid
from journal.models import Entry
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.moves import closed
from tests.complaints.policies import days, policy
from tests.personas import Org

ALL = ["cause", "redress", "follow_up", "evidence"]
LATER = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def resolved(org: Org, *, redress: str = "") -> Complaint:
    case = cases.acknowledge(complaint=file_case(org.cs1), actor=org.cs1, how="Called.", now=MONDAY)
    case = cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress=redress, reply="Sorry.",
        now=MONDAY,
    )  # fmt: skip
    return cases.customer_accepts(complaint=case, actor=org.cs1, said="Yes.", now=MONDAY)


def cause() -> Category:
    return Category.objects.create(axis="C", code="C.77", name_en="Test gap", name_zh="漏测")


def proof(**more: object) -> Proof:
    given = {"redress": "The miles.", "follow_up": "Called on Friday.", "evidence": "File 7"}
    return Proof(**{"cause": cause(), **given, **more})


def close(case: Complaint, org: Org, given: Proof | None = None, **more: object) -> Complaint:
    by = more.pop("by", org.cs1)
    forget_standing(by)
    return cases.close(
        complaint=case, actor=by, outcome="upheld", reply="Sorry.", proof=given, now=LATER, **more
    )


# --- What the policy asks for ---------------------------------------------------------------------
@pytest.mark.parametrize("lacks", ALL)
def test_what_lacks_is_said_at_its_field(org, lacks):
    policy(closure=ALL)
    case = resolved(org)
    with pytest.raises(Invalid) as refused:
        close(case, org, proof(**{lacks: None if lacks == "cause" else " "}))
    assert refused.value.field == lacks
    case.refresh_from_db()
    assert case.state == "resolved"


def test_with_everything_it_closes_and_the_case_keeps_it(org):
    policy(closure=ALL)
    case = close(resolved(org), org, proof())
    case.refresh_from_db()
    assert (case.state, case.cause.code, case.redress) == ("closed", "C.77", "The miles.")
    assert (case.follow_up, case.evidence) == ("Called on Friday.", "File 7")


def test_an_attachment_is_evidence(org):
    policy(closure=["evidence"])
    file = SimpleUploadedFile("proof.txt", b"It was paid.")
    case = close(resolved(org), org, Proof(files=[file]))
    kept = case.attachments.get()
    assert (kept.name, kept.entry.tag) == ("proof.txt", "complaint:closed")


def test_what_was_promised_at_the_proposal_counts(org):
    policy(closure=["redress"])
    assert close(resolved(org, redress="5 points"), org).redress == "5 points"


def test_a_leader_lets_it_pass_with_a_reason(org):
    policy(closure=ALL)
    case = resolved(org)
    with pytest.raises(Invalid):
        close(case, org, override="I want to.")
    with pytest.raises(Invalid):
        close(case, org, by=org.cs_lead)
    close(case, org, by=org.cs_lead, override="The customer has moved away.")
    entry = Entry.objects.get(stream=case.reference, tag="complaint:closed")
    assert entry.data["lacking"] == ALL


def test_the_standard_asks_for_nothing_more(org):
    assert close(resolved(org), org).state == "closed"


def test_the_form_asks_only_for_what_the_policy_asks(org, client: Client):
    policy(closure=["follow_up", "evidence"])
    case = resolved(org)
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    address = reverse("complaints:move_complaint", args=[case.reference, "close"])
    form = client.get(address).content.decode()
    for name in ("follow_up", "evidence", "files"):
        assert f'name="{name}"' in form
    for name in ("redress", "cause", "override"):
        assert f'name="{name}"' not in form
    typed = {"outcome": "upheld", "reply": "Sorry.", "follow_up": "Called."}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Attach the evidence, or say where it is kept." in refused.content.decode()
    assert client.post(address, {**typed, "evidence": "Folder 3"}).status_code == 302


def test_the_leader_is_offered_to_let_it_pass(org, client: Client):
    policy(closure=["follow_up"])
    case = resolved(org)
    forget_standing(*org.people.values())
    client.force_login(org.cs_lead)
    address = reverse("complaints:move_complaint", args=[case.reference, "close"])
    assert 'name="override"' in client.get(address).content.decode()
    typed = {"outcome": "upheld", "reply": "Sorry.", "override": "Moved away."}
    assert client.post(address, typed).status_code == 302
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "Without" in page
    assert "Moved away." in page


# --- How long it is kept --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("retention", "until"),
    [
        ({"years": 5, "from": "closure"}, date(2031, 11, 10)),
        ({"years": 3, "from": "receipt"}, date(2029, 11, 9)),
    ],
)
def test_kept_until(org, client: Client, retention, until):
    policy(retention=retention)
    case = close(resolved(org), org)
    assert case.keep_until == until
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "Kept until" in page


def test_a_leap_day_is_no_obstacle(org):
    with time_machine.travel(MONDAY, tick=False):
        case = resolved(org)
    kept = cases.close(
        complaint=case, actor=org.cs1, outcome="upheld", reply="Sorry.",
        now=MONDAY.replace(year=2028, month=2, day=29),
    )  # fmt: skip
    assert kept.keep_until == date(2033, 2, 28)


# --- Review ---------------------------------------------------------------------------------------
def reopened(org: Org) -> Complaint:
    return cases.reopen(complaint=closed(org), actor=org.cs1, reason="Again.", now=LATER)


def live(case: Complaint) -> set[str]:
    found = Deadline.objects.filter(subject=case.reference, state__in=Deadline.LIVE)
    return set(found.values_list("kind", flat=True))


def test_what_was_closed_is_reviewed_by_the_policys_target(org):
    policy(targets=_targets(review=days(30)))
    case = reopened(org)
    assert live(case) == {"review", "update_customer", "stall"}
    clock = Deadline.objects.get(subject=case.reference, kind="review")
    assert (clock.started_at, clock.counted_amount) == (LATER, 30)
    assert case.keep_until is None


def test_the_customer_accepts_and_the_review_is_met(org):
    case = reopened(org)
    case = cases.propose_resolution(
        complaint=case, actor=org.cs1, outcome="upheld", redress="", reply="So.", now=LATER
    )
    cases.customer_accepts(complaint=case, actor=org.cs1, said="Well.", now=LATER)
    assert Deadline.objects.get(subject=case.reference, kind="review").state == "met"
    assert Deadline.objects.get(subject=case.reference, kind="resolve").state == "met"


def test_without_a_target_for_review_it_is_resolved_again(org):
    targets = _targets(review=days(1))
    del targets["review"]
    policy(targets=targets | {"review": "by_promise"})
    assert "resolve" in live(reopened(org))


def test_what_was_withdrawn_is_resolved_for_the_first_time(org):
    case = cases.withdraw(complaint=file_case(org.cs1), actor=org.cs1, said="No.", now=MONDAY)
    case = cases.reopen(complaint=case, actor=org.cs1, reason="He came back.", now=LATER)
    assert live(case) == {"resolve", "update_customer", "stall"}


def test_pages_show_the_date_of_the_review(org, client: Client):
    case = reopened(org)
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    with time_machine.travel(LATER, tick=False):
        page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
        desk = client.get(reverse("complaints:desk")).content.decode()
    assert "Review:" in page
    assert case.reference in desk


def test_the_owner_of_the_case_owns_the_review(org):
    case = reopened(org)
    cases.assign(complaint=case, actor=org.cs1, owner=org.cs2, reason="Leave.", now=LATER)
    assert Deadline.objects.get(subject=case.reference, kind="review").owner == org.cs2


def _targets(**more: object) -> dict[str, object]:
    return {**STANDARD["targets"], **more}

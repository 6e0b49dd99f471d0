"""A later date for the whole case: within the policy, never approved by who asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from complaints.granting import DATE, furthest, holding_letter
from complaints.models import Complaint, Extension, Message
from complaints.permissions import allowed_moves
from complaints.services import cases, clocks, commitments, extensions
from complaints.services.customers import NewCustomer
from departments.models import User
from departments.standing import forget_standing
from escalations.models import Deadline, Escalation, Preset
from escalations.services import sweep
from journal.errors import IllegalMove, Invalid, NotAllowed
from notifications.models import Notice
from notifications.texts import text_of
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.policies import days, policy
from tests.personas import Org

HERE = ZoneInfo("Asia/Shanghai")
# A major case is due in seven days, at the end of the 16th, and may move by fifteen.
DUE = datetime(2026, 11, 17, 0, 0, tzinfo=HERE)
LAST = datetime(2026, 12, 2, 0, 0, tzinfo=HERE)
WANTED = datetime(2026, 11, 25, 18, 0, tzinfo=HERE)


@pytest.fixture
def case(org: Org) -> Complaint:
    return file_case(org.cs1)


def ask(case: Complaint, actor: User, due_at: datetime = WANTED, **more: object) -> Extension:
    forget_standing(actor)
    given = {"reason": "The partner is slow.", "letter": "You hear by {date}.", "now": MONDAY}
    return extensions.extend(complaint=case, actor=actor, due_at=due_at, **{**given, **more})


def approve(extension: Extension, actor: User, now: datetime = MONDAY) -> Extension:
    forget_standing(actor)
    return extensions.approve(extension=extension, actor=actor, now=now)


def clock_of(case: Complaint, kind: str = "resolve") -> Deadline:
    return Deadline.objects.get(subject=case.reference, kind=kind, state="running")


# --- Asked and approved ---------------------------------------------------------------------------
def test_it_waits_for_the_lowest_leader_with_a_clock(org, case):
    asked = ask(case, org.cs1)
    assert (asked.leader, asked.department, asked.state) == (org.cs_lead, org.cs, "asked")
    assert asked.reference.startswith("X-")
    clock = Deadline.objects.get(subject=asked.reference)
    assert (clock.kind, clock.owner, clock.stream) == ("approve", org.cs_lead, case.reference)
    assert clock_of(case).due_at == DUE, "nothing has moved yet"
    notice = Notice.objects.get(kind="extension_asked")
    assert notice.reader == org.cs_lead
    assert "The partner is slow." in text_of(notice).body


def test_approved_the_date_moves_and_the_customer_is_told(org, case):
    told_by = clock_of(case, "update_customer")
    asked = ask(case, org.cs1)
    granted = approve(asked, org.cs_lead, MONDAY + timedelta(hours=1))
    clock = clock_of(case)
    assert (clock.due_at, clock.moves, clock.first_due_at) == (WANTED, 1, DUE)
    assert (granted.state, granted.decided_by) == ("approved", org.cs_lead)
    told_by.refresh_from_db()
    assert told_by.state == "met"
    letter = Message.objects.get(entry__tag="complaint:letter_sent")
    assert letter.text == "You hear by 25 November 2026."
    assert not Deadline.objects.live().filter(subject=asked.reference).exists()
    assert "Send it to the customer" in text_of(Notice.objects.get(kind="extension_approved")).body


def test_refused_the_date_stays_and_it_is_said_why(org, case):
    asked = ask(case, org.cs1)
    forget_standing(org.cs_lead)
    with pytest.raises(Invalid):
        extensions.refuse(extension=asked, actor=org.cs_lead, reason=" ", now=MONDAY)
    refused = extensions.refuse(
        extension=asked, actor=org.cs_lead, reason="Ask them again.", now=MONDAY
    )
    assert (refused.state, refused.note) == ("refused", "Ask them again.")
    assert clock_of(case).due_at == DUE
    assert ask(case, org.cs1).state == "asked", "another one may be asked for"


def test_withdrawn_nothing_waits(org, case):
    asked = ask(case, org.cs1)
    extensions.withdraw(extension=asked, actor=org.cs1, now=MONDAY)
    assert not Deadline.objects.live().filter(subject=asked.reference).exists()
    assert Notice.objects.get(kind="extension_withdrawn").reader == org.cs_lead


def test_one_at_a_time(org, case):
    ask(case, org.cs1)
    with pytest.raises(IllegalMove, match="waits for approval already"):
        ask(Complaint.objects.get(pk=case.pk), org.cs1)


def test_what_nobody_approves_climbs(org, case):
    cases.acknowledge(complaint=case, actor=org.cs1, how="Called.", now=MONDAY)
    case.refresh_from_db()
    asked = ask(case, org.cs1)
    forget_standing(*org.people.values())
    sweep(now=MONDAY + timedelta(days=1))
    raised = Escalation.objects.get(subject=asked.reference)
    assert raised.leader == org.ceo
    approve(asked, org.ceo, MONDAY + timedelta(days=1, hours=1))
    raised.refresh_from_db()
    assert raised.state == "withdrawn"


def test_it_ends_with_the_case(org, case):
    asked = ask(case, org.cs1)
    cases.withdraw(complaint=case, actor=org.cs1, said="Never mind.", now=MONDAY)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


# --- Separation of duties -------------------------------------------------------------------------
def test_a_leader_who_asks_is_not_asked(org, case):
    asked = ask(case, org.cs_lead)
    assert asked.leader == org.ceo
    with pytest.raises(NotAllowed):
        approve(asked, org.cs_lead)


def test_who_asked_does_not_approve_as_a_stand_in(org, case):
    asked = ask(case, org.cs1)
    org.away(org.cs_lead, stand_in=org.cs1)
    with pytest.raises(NotAllowed):
        approve(asked, org.cs1)


def test_who_stands_in_for_the_asker_has_not_the_askers_powers(org, case):
    asked = ask(case, org.ceo)
    Extension.objects.filter(pk=asked.pk).update(leader=org.tech_lead)
    asked.refresh_from_db()
    org.away(org.ceo, stand_in=org.biz1)
    assert "approve" not in allowed_moves(org.biz1, asked)


def test_whom_the_asker_stood_in_for_does_not_approve(org, case):
    cases.assign(complaint=case, actor=org.cs1, owner=org.cs_lead, reason="Grave.", now=MONDAY)
    case.refresh_from_db()
    org.away(org.cs_lead, stand_in=org.cs2)
    asked = ask(case, org.cs2)
    assert (asked.asked_for, asked.leader) == (org.cs_lead, org.ceo)
    with pytest.raises(NotAllowed):
        approve(asked, org.cs_lead)


def test_the_stand_in_of_the_leader_approves(org, case):
    asked = ask(case, org.cs1)
    org.away(org.cs_lead, stand_in=org.cs2)
    assert approve(asked, org.cs2).decided_by == org.cs2


def test_the_database_refuses_it_too(org, case):
    asked = ask(case, org.cs1)
    with pytest.raises(IntegrityError, match="nobody_approves"), transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(
            state="approved", decided_by=org.cs1, ended_at=MONDAY
        )


def test_where_nobody_else_could_approve_it_says_so(org, case):
    asked_by = org.cs1
    for department in org.departments:
        department.leader = asked_by
        department.save()
    org.biz.deputyships.all().delete()
    with pytest.raises(IllegalMove, match="Nobody but you"):
        ask(case, asked_by)


# --- The limits of the policy ---------------------------------------------------------------------
def test_too_far_is_refused_with_the_last_date(org, case):
    with pytest.raises(Invalid, match=r"1 Dec|2 Dec") as refused:
        ask(case, org.cs1, LAST + timedelta(minutes=1))
    assert refused.value.field == "due_at"
    assert ask(case, org.cs1, LAST).due_at == LAST


def test_the_limit_counts_from_the_first_date_however_often_it_moves(org, case):
    approve(ask(case, org.cs1), org.cs_lead)
    case.refresh_from_db()
    with pytest.raises(Invalid):
        ask(case, org.cs1, LAST + timedelta(minutes=1))
    approve(ask(case, org.cs1, LAST), org.cs_lead)
    assert clock_of(case).due_at == LAST


def test_in_total_it_counts_from_receipt(org):
    policy(extension={"max": days(20)["*"], "total": True})
    case = file_case(org.cs1, received_at=MONDAY - timedelta(days=5))
    clock = clocks.resolving(case)
    assert clock is not None
    assert furthest(case, clock, now=MONDAY) == datetime(2026, 11, 25, 0, 0, tzinfo=HERE)


def test_earlier_is_no_extension(org, case):
    with pytest.raises(Invalid, match="later than"):
        ask(case, org.cs1, DUE)


def test_without_approval_the_date_moves_at_once(org):
    policy(extension={"needs_approval": False, "tell_customer": False})
    case = file_case(org.cs1)
    taken = ask(case, org.cs1, letter="")
    assert (taken.state, taken.decided_by, taken.leader) == ("approved", None, None)
    assert clock_of(case).due_at == WANTED
    assert not Message.objects.filter(entry__tag="complaint:letter_sent").exists()


def test_a_letter_is_asked_for_where_the_policy_wants_one(org, case):
    with pytest.raises(Invalid) as lacks:
        ask(case, org.cs1, letter=" ")
    assert lacks.value.field == "letter"


def test_a_date_that_has_passed_is_not_approved(org, case):
    asked = ask(case, org.cs1)
    with pytest.raises(Invalid):
        approve(asked, org.cs_lead, WANTED + timedelta(hours=1))


# --- The letter -----------------------------------------------------------------------------------
def test_the_draft_quotes_reference_date_promises_and_the_right(org):
    Preset.objects.create(
        code="uk_disp", name_en="UK", name_zh="英国", data={"extension": {"ombudsman_right": True}}
    )
    case = file_case(org.cs1, preset="uk_disp", customer=_customer("en"))
    commitments.promise(
        complaint=case, actor=org.cs1, what="Miles booked", now=MONDAY,
        promised_at=MONDAY + timedelta(days=3),
    )  # fmt: skip
    letter = holding_letter(case)
    for words in (case.reference, DATE, "by 12 November 2026: Miles booked", "ombudsman"):
        assert words in letter
    case.preset = ""
    assert "ombudsman" not in holding_letter(case)


def test_the_draft_is_in_the_customers_language(org):
    assert "尊敬的" in holding_letter(file_case(org.cs1, customer=_customer("zh-hans")))
    assert "Dear" in holding_letter(file_case(org.cs1, customer=_customer("")))
    written = file_case(org.cs1, customer=_customer(""), description="积分未到账")
    assert "尊敬的" in holding_letter(written)


def _customer(language: str) -> NewCustomer:
    return NewCustomer(name="Ms Y", language=language)


# --- Where it is seen -----------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["complaints:desk", "complaints:dashboard"])
def test_the_leader_finds_it_among_what_waits(org, case, client: Client, where):
    asked = ask(case, org.cs1)
    forget_standing(*org.people.values())
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(org.cs_lead)
        told = client.get(reverse(where)).content.decode()
        client.force_login(org.cs1)
        other = client.get(reverse("complaints:dashboard")).content.decode()
    move = reverse("complaints:move_extension", args=[asked.reference, "approve"])
    assert move in told
    assert move not in other


def test_the_page_of_the_case_shows_it_and_what_became_of_it(org, case, client: Client):
    asked = ask(case, org.cs1)
    forget_standing(*org.people.values())
    client.force_login(org.cs_lead)
    address = reverse("complaints:case", args=[case.reference])
    go = client.get(reverse("complaints:go", args=[asked.reference]))
    assert go["Location"] == f"{address}#{asked.reference}"
    told = client.get(address).content.decode()
    assert "A later date waits for the approval of" in told
    assert "You hear by" in told
    approve(asked, org.cs_lead)
    told = client.get(address).content.decode()
    assert "Later date approved" in told
    assert "Dates and risks decided" in told


def test_the_form_offers_the_letter_and_says_the_last_date(org, case, client: Client):
    forget_standing(*org.people.values())
    client.force_login(org.cs1)
    address = reverse("complaints:move_complaint", args=[case.reference, "extend"])
    with time_machine.travel(MONDAY, tick=False):
        form = client.get(address).content.decode()
        typed = {"due_at": "2026-12-24T10:00", "reason": "Slow.", "letter": "By {date}."}
        refused = client.post(address, typed)
    assert "at the latest, by the policy" in form
    assert "Dear Mr X" in form
    assert refused.status_code == 422
    assert "By {date}." in refused.content.decode(), "what was typed is not lost"

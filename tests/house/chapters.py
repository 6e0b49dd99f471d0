"""The chapters of the main job, each played by clicking."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from playwright.sync_api import expect

from complaints.models import Commitment, Complaint, Ticket
from escalations.models import Escalation
from journal.models import Entry
from tests.house.browsing import Office, Person, a_category, as_typed, at

QUESTION = "Why are special documents refused?"
STORY = "Three orders for airline miles failed."
PASSPORT = "X1234564821"
REASON = "The test system was down."
TAGS = [
    "complaint:filed",
    "complaint:acknowledged",
    "ticket:opened",
    "ticket:accepted",
    "ticket:opened",
    "ticket:accepted",
    "deadline:reminded",
    "escalation:raised",
    "escalation:acknowledged",
    "escalation:decided",
    "commitment:moved",
    "ticket:answered",
    "ticket:confirmed",
    "ticket:answered",
    "ticket:confirmed",
    "complaint:resolution_proposed",
    "complaint:customer_accepted",
    "complaint:closed",
]
CASE = re.compile(r"/complaints/C-\d{4}-\d{5}/$")


def files_what_the_customer_says(service: Person) -> str:
    """With one field left empty at first; the reference of the case."""
    page = service.page
    service.press("/complaints/new/")
    page.locator("#customer button[name=step][value=new]").click()
    form = page.locator("#filing")
    service.fill(
        form,
        name="Mr Heron",
        phone="138 0013 8000",
        identity_type="Passport",
        identity_number=PASSPORT,
        channel="phone",
        title="Points cannot be redeemed",
        description=STORY,
        severity="major",
        category=a_category(),
        received_at=as_typed(at(9)),
    )
    form.locator(".form-foot button[value=file]").click()
    service.sees("#id_remedy_sought_error")
    for name, typed in (("description", STORY), ("identity_number", PASSPORT)):
        expect(form.locator(f"[name={name}]")).to_have_value(typed)
    service.fill(form, remedy_sought="The miles.")
    form.locator(".form-foot button[value=file]").click()
    page.wait_for_url(CASE)
    return page.url.rstrip("/").rpartition("/")[2]


def answers_for_the_customer(service: Person, case: str, office: Office) -> str:
    """Tells the customer that the house is at it, and asks business."""
    service.move(f"/complaints/{case}/acknowledge/", how="Called back at once.")
    return asks(
        service,
        f"/complaints/{case}/ask/",
        department=str(office.org.biz.pk),
        title="Can it be redeemed by hand?",
        ask="The card is in order, the points suffice.",
        needed_by=as_typed(at(17, 30)),
    )


def asks_further(business: Person, ticket: str, office: Office) -> str:
    """Business needs technology for its answer."""
    return asks(
        business,
        f"/tickets/{ticket}/ask/",
        department=str(office.org.tech.pk),
        title=QUESTION,
        ask="Only passports are concerned.",
        needed_by=as_typed(at(12)),
    )


def asks(person: Person, address: str, **given: str) -> str:
    """The reference of the ticket that it opens."""
    person.move(address, **given)
    ticket = Ticket.objects.latest("pk").reference
    person.sees(f"#{ticket}", given["title"])
    return ticket


def accepts_from_the_desk(
    office: Office, username: str, ticket: str, *, until: datetime, **window: Any
) -> Person:
    """Finds it on the desk, by the bell as well, and promises a date."""
    person = office.person(username, **window)
    person.sees("#bell .count", "1")
    person.sees("#waiting", ticket)
    person.move(f"/tickets/{ticket}/accept/", promised_at=as_typed(until))
    person.press(f"/complaints/{Complaint.objects.get().reference}/#{ticket}")
    person.sees(f"#{ticket}")
    return person


def is_reminded(technology: Person, ticket: str, office: Office) -> None:
    """Half of the time is gone: in the bell, and by mail."""
    office.time_is(at(10, 40))
    promise = Commitment.objects.get(ticket__reference=ticket).reference
    asked, reminder = office.mails_to("tech1")
    assert ticket in asked.body
    assert QUESTION in reminder.subject
    assert promise in reminder.body
    assert is_chinese(reminder.subject) is (office.language == "zh-hans")
    technology.open("/")
    technology.page.locator("#bell").click()
    technology.sees(".notice.is-unread", QUESTION)
    technology.page.locator(".notice.is-unread a").first.click()
    technology.page.wait_for_url(re.compile(f"#{promise}$"))
    technology.sees(f"#{promise}")


def is_late_and_the_leader_decides(office: Office) -> Person:
    """It stands on the leader's desk and on the dashboard, is seen, and gets a new date."""
    office.time_is(at(11, 35))
    raised = Escalation.objects.get().reference
    leader = office.person("tech_lead")
    leader.sees("#decisions", raised)
    leader.page.locator(".nav-wide a[data-go=e]").click()
    leader.sees("#mine", raised)
    leader.press(f"/escalations/{raised}/")
    leader.sees("#decide")
    leader.page.locator("#decide .panel-head button").click()
    expect(leader.page.locator("#decide .panel-head button")).to_have_count(0)
    form = leader.page.locator("#decide form.decide")
    leader.fill(form, outcome="new_date", new_date=as_typed(at(15)), note=REASON)
    leader.send(form, about=raised)
    leader.sees("#escalation", REASON)
    return leader


def finds_the_decision(technology: Person, leader: Person, ticket: str, office: Office) -> None:
    """Whoever is concerned is told; the leader's desk is empty again."""
    assert any(REASON in sent.body for sent in office.mails_to("tech1"))
    leader.open("/")
    expect(leader.page.locator("#decisions")).to_have_count(0)
    technology.open("/")
    technology.sees("#waiting", ticket)


def answers(person: Person, ticket: str, text: str) -> None:
    """The owner, from the page of the case."""
    person.open(f"/go/{ticket}/")
    person.move(f"/tickets/{ticket}/answer/", text=text)


def confirms(person: Person, ticket: str, text: str = "") -> None:
    """Who asked, from the desk."""
    person.open("/")
    person.move(f"/tickets/{ticket}/confirm/", text=text)


def closes(service: Person, case: str) -> None:
    service.open(f"/complaints/{case}/")
    service.move(
        f"/complaints/{case}/propose_resolution/",
        outcome="upheld",
        redress="500 points",
        reply="Your miles are booked; we are sorry.",
    )
    service.move(f"/complaints/{case}/customer_accepts/", said="Thank you.")
    service.move(f"/complaints/{case}/close/")


def the_history_tells_it_all(service: Person, case: str) -> None:
    service.open(f"/complaints/{case}/")
    for words in (
        "Called back at once.",
        "Can it be redeemed by hand?",
        QUESTION,
        REASON,
        "A rule was too strict; it is repaired.",
        "The miles are booked.",
        "Checked with the customer's account.",
        "Thank you.",
    ):
        service.sees("#timeline", words)
    told = Entry.objects.filter(stream=case).order_by("seq").values_list("tag", flat=True)
    assert [tag for tag in told if tag in TAGS] == TAGS


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None

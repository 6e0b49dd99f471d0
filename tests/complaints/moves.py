"""Things in every state from which a move starts, what a person gives, and how it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.services import asking, cases, commitments, extensions, pausing, tickets
from complaints.services.moving import stream_of
from departments.models import User
from departments.standing import forget_standing
from journal.models import Entry
from tests.complaints.factories import MONDAY, ask, category, file_case
from tests.personas import Org

TOMORROW = "2026-11-10T15:00"  # on the wall clock of Shanghai
NOW = MONDAY + timedelta(hours=1)
Thing = Complaint | Ticket | Commitment | Extension


def filed(org: Org) -> Complaint:
    return file_case(org.cs1)


def acknowledged(org: Org) -> Complaint:
    return cases.acknowledge(complaint=filed(org), actor=org.cs1, how="Called.", now=MONDAY)


def proposed(org: Org) -> Complaint:
    return cases.propose_resolution(
        complaint=acknowledged(org), actor=org.cs1, outcome="upheld", redress="", reply="Sorry.",
        now=MONDAY,
    )  # fmt: skip


def resolved(org: Org) -> Complaint:
    return cases.customer_accepts(complaint=proposed(org), actor=org.cs1, said="Yes.", now=MONDAY)


def closed(org: Org) -> Complaint:
    return cases.close(
        complaint=resolved(org), actor=org.cs1, outcome="upheld", reply="Sorry.", now=MONDAY
    )


def opened(org: Org) -> Ticket:
    return ask(acknowledged(org), org.cs1, org.biz)


def accepted(org: Org) -> Ticket:
    when = MONDAY + timedelta(hours=20)
    return tickets.accept(ticket=opened(org), actor=org.biz1, promised_at=when, now=MONDAY)


def returned(org: Org) -> Ticket:
    return tickets.return_ticket(
        ticket=opened(org), actor=org.biz1, missing="Which?", from_whom="客服1", now=MONDAY
    )


def blocked(org: Org) -> Ticket:
    when = MONDAY + timedelta(days=2)
    return tickets.block(
        ticket=accepted(org), actor=org.biz1, what="No UAT", unblocker=org.tech2, by_when=when,
        now=MONDAY,
    )  # fmt: skip


def answered(org: Org) -> Ticket:
    return tickets.answer(ticket=accepted(org), actor=org.biz1, text="No.", now=MONDAY)


def done(org: Org) -> Ticket:
    return asking.confirm(ticket=answered(org), actor=org.cs1, now=MONDAY)


def promised(org: Org) -> Commitment:
    when = MONDAY + timedelta(days=2)
    return commitments.promise(
        complaint=filed(org), actor=org.cs1, what="Call him", promised_at=when, now=MONDAY
    )


def paused(org: Org) -> Complaint:
    return pausing.pause(
        complaint=filed(org), actor=org.cs1, why="external_appraisal", waits_for="The report",
        until=MONDAY + timedelta(days=4), now=MONDAY,
    )  # fmt: skip


def asked(org: Org) -> Extension:
    """Due on the 16th at midnight, and asked to be due on the 25th."""
    return extensions.extend(
        complaint=filed(org), actor=org.cs1, due_at=MONDAY + timedelta(days=16),
        reason="The partner is slow.", letter="Until {date}.", now=MONDAY,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """A move: on what, by whom, with which words, and the tag that is journalled."""

    verb: str
    make: Callable[[Org], Thing]
    who: str
    tag: str
    data: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.make.__name__}-{self.verb}"


_QUESTION = {"department": "tech", "title": "How?", "ask": "Why?", "needed_by": TOMORROW}
_RESOLUTION = {"outcome": "partly", "redress": "5 points", "reply": "Sorry."}
_BLOCKER = {"what": "No UAT", "unblocker": "tech2", "by_when": TOMORROW}

_SORTED = {"category": "category", "product": "Miles", "reason": "Found out."}
_LATER_DATE = {"due_at": "2026-11-25T10:00", "reason": "Slow.", "letter": "Until {date}."}
_PAUSE = {"why": "external_appraisal", "waits_for": "The report", "until": TOMORROW}

ON_COMPLAINTS = [
    Tried("acknowledge", filed, "cs1", "complaint:acknowledged", {"how": "Called."}),
    Tried("ask", filed, "cs1", "ticket:opened", _QUESTION),
    Tried("promise", filed, "cs1", "commitment:made", {"what": "Call", "promised_at": TOMORROW}),
    Tried("inform", filed, "cs1", "complaint:customer_informed", {"what": "It takes a day."}),
    Tried("propose_resolution", acknowledged, "cs1", "complaint:resolution_proposed", _RESOLUTION),
    Tried("customer_accepts", proposed, "cs1", "complaint:customer_accepted", {"said": "Yes."}),
    Tried("customer_refuses", proposed, "cs1", "complaint:customer_refused", {"said": "No."}),
    Tried("close", resolved, "cs1", "complaint:closed", {"outcome": "upheld", "reply": "Sorry."}),
    Tried("reopen", closed, "cs1", "complaint:reopened", {"reason": "Again."}),
    Tried("withdraw", filed, "cs1", "complaint:withdrawn", {"said": "Never mind."}),
    Tried("assign", filed, "cs1", "complaint:assigned", {"owner": "cs2", "reason": "Leave."}),
    Tried(
        "change_severity",
        filed,
        "cs1",
        "complaint:severity_changed",
        {"severity": "serious", "reason": "Less."},
    ),
    Tried("recategorise", filed, "cs1", "complaint:recategorised", _SORTED),
    Tried("extend", filed, "cs1", "extension:asked", _LATER_DATE),
    Tried("pause", filed, "cs1", "complaint:paused", _PAUSE),
    Tried("resume", paused, "cs1", "complaint:resumed", {"what": "The report is here."}),
    Tried("escalate", filed, "cs1", "escalation:raised", {"text": "Which way?"}),
    Tried("note", filed, "cs1", "message:written", {"kind": "call", "text": "Rang."}),
]
ON_TICKETS = [
    Tried(
        "accept",
        opened,
        "biz1",
        "ticket:accepted",
        {"promised_at": TOMORROW, "reason": "Busy."},
    ),
    Tried("answer", accepted, "biz1", "ticket:answered", {"text": "No."}),
    Tried("confirm", answered, "cs1", "ticket:confirmed", {"text": ""}),
    Tried("reject", answered, "cs1", "ticket:rejected", {"missing": "Why?", "needed_by": TOMORROW}),
    Tried("return", opened, "biz1", "ticket:returned", {"missing": "Which?", "from_whom": "Li"}),
    Tried("complete", returned, "cs1", "ticket:completed", {"text": "This."}),
    Tried(
        "forward", opened, "biz1", "ticket:forwarded", {"department": "ops", "reason": "Theirs."}
    ),
    Tried("block", accepted, "biz1", "ticket:blocked", _BLOCKER),
    Tried("unblock", blocked, "biz1", "ticket:unblocked", {"how": "Up again."}),
    Tried(
        "move_date",
        accepted,
        "biz1",
        "ticket:date_moved",
        {"promised_at": "2026-11-12T10:00", "reason": "Late."},
    ),
    Tried("reassign", accepted, "biz1", "ticket:reassigned", {"owner": "biz2", "reason": "Leave."}),
    Tried("ask", accepted, "biz1", "ticket:opened", _QUESTION),
    Tried("withdraw", opened, "cs1", "ticket:withdrawn", {"reason": "Solved."}),
    Tried("reopen", done, "cs1", "ticket:reopened", {"reason": "Not so.", "needed_by": TOMORROW}),
]
ON_COMMITMENTS = [
    Tried("keep", promised, "cs1", "commitment:kept", {"how": ""}),
    Tried(
        "move_date",
        promised,
        "cs1",
        "commitment:moved",
        {"promised_at": "2026-11-13T10:00", "reason": "Ill."},
    ),
    Tried("withdraw", promised, "cs1", "commitment:withdrawn", {"reason": "Otherwise."}),
]
ON_EXTENSIONS = [
    Tried("approve", asked, "cs_lead", "extension:approved", {"note": ""}),
    Tried("refuse", asked, "cs_lead", "extension:refused", {"reason": "No."}),
    Tried("withdraw", asked, "cs1", "extension:withdrawn", {"reason": ""}),
]
MOVES = [*ON_COMPLAINTS, *ON_TICKETS, *ON_COMMITMENTS, *ON_EXTENSIONS]


# --- Sending them ---------------------------------------------------------------------------------
def address(thing: Thing, verb: str) -> str:
    noun = type(thing).__name__.lower()
    return reverse(f"complaints:move_{noun}", args=[thing.reference, verb])


def page_of(thing: Thing) -> str:
    return reverse("complaints:case", args=[stream_of(thing)])


def given(org: Org, data: Mapping[str, str], thing: Thing, **more: Any) -> dict[str, Any]:
    """What a browser sends: names of people and departments as their ids."""
    named = {
        key: getattr(org, value).pk if key in {"owner", "department", "unblocker"} else value
        for key, value in data.items()
    }
    if data.get("category"):
        named["category"] = category().pk
    return {"version": thing.version, "token": uuid.uuid4(), **named, **more}


def sign_in(client: Client, org: Org, who: str) -> User:
    forget_standing(*org.people.values())
    person = org.people[who]
    client.force_login(person)
    return person


def by_htmx(
    client: Client, thing: Thing, verb: str, data: dict[str, Any], **more: str
) -> HttpResponse:
    """As the dialog sends it, from the page of the case unless told otherwise."""
    here = f"http://testserver{page_of(thing)}"
    headers = {"HX-Request": "true", "HX-Current-URL": here, "HX-Target": "dialog-body"}
    return client.post(address(thing, verb), data, headers=headers | more)


def tags_of(thing: Thing) -> list[str]:
    return list(Entry.objects.filter(stream=stream_of(thing)).values_list("tag", flat=True))

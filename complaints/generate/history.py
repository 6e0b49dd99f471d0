"""One made-up case: what happened, when, and what is still due."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints.generate.rows import Rows
from complaints.models import (
    Category,
    Commitment,
    Complaint,
    Customer,
    Holding,
    Involvement,
    Message,
    Ticket,
)
from complaints.search import search_vector
from departments.models import Department, User
from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.policy import Rules, as_json
from escalations.timetable import timetable_of
from journal.models import Entry, Stream
from journal.services import chain

CLOSED_SHARE, WITHDRAWN_SHARE = 0.62, 0.03
OPEN_FATES = (
    "received", "acknowledged", "asked", "asked", "accepted", "accepted", "accepted",
    "answered", "proposed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Who there is and what there is to complain about."""

    now: datetime
    days: int
    rules: Rules
    work: WorkTime
    service: Department
    agents: list[User]
    asked: list[tuple[Department, list[User]]]
    categories: list[Category]
    themes: list[dict[str, Any]]


class MadeUpCase:
    """Thinks up one case and puts its rows down; draws come from `draw` alone."""

    def __init__(self, world: World, rows: Rows, draw: random.Random, reference: str) -> None:
        self.world, self.rows, self.draw = world, rows, draw
        self.theme = draw.choice(world.themes)
        self.words = self.theme[draw.choice(("en", "zh"))]
        self.agent = draw.choice(world.agents)
        self.fate = self._fate()
        self.at = world.now - self._age()
        self.entries: list[Entry] = []
        self.stream = Stream(reference=reference)
        self.case = self._case(reference)

    def _fate(self) -> str:
        lot = self.draw.random()
        if lot < CLOSED_SHARE:
            return "closed"
        if lot < CLOSED_SHARE + WITHDRAWN_SHARE:
            return "withdrawn"
        return self.draw.choice(OPEN_FATES)

    def _age(self) -> timedelta:
        """Ended cases lie anywhere in the past, open ones in its last days."""
        days = self.world.days if self.fate in ("closed", "withdrawn") else 20
        return timedelta(minutes=self.draw.randint(200, days * 1440 + 200))

    def _case(self, reference: str) -> Complaint:
        words, draw = self.words, self.draw
        number = f"{draw.randrange(10**10):010d}"
        customer = Customer(
            name=words["customer"],
            phone=f"1{number}",
            created_at=self.at,
            search=search_vector(words["customer"], f"1{number}"),
        )
        self.rows.customers.append(customer)
        return Complaint(
            reference=reference,
            severity=draw.choices(("ordinary", "serious", "major"), (70, 24, 6))[0],
            channel=draw.choice(("phone", "phone", "app", "web", "counter", "mail")),
            customer=customer,
            title=words["title"],
            description=words["story"],
            remedy_sought=words["remedy"],
            category=draw.choice(self.world.categories),
            account=number,
            received_at=self.at,
            filed_at=self.at,
            filed_by=self.agent,
            contact_department=self.world.service,
            contact_owner=self.agent,
            holder_department=self.world.service,
            holder=self.agent,
            search=search_vector(words["title"], words["story"], number, words["customer"]),
        )

    def think_up(self, ticket: str, promise: str) -> None:
        """The whole history; `ticket` and `promise` are references to use if it needs them."""
        self._begin()
        if self.fate != "received":
            self._happened("complaint:acknowledged", self.agent, self.words["reply"])
            self.case.state = Complaint.State.ACKNOWLEDGED
        if self.fate not in ("received", "acknowledged", "withdrawn"):
            self._ask(ticket, promise)
        self._finish()
        self.rows.streams.append(self.stream)
        self.rows.entries.extend(chain(stream=self.stream, rows=self.entries))

    def _begin(self) -> None:
        case = self.case
        self.rows.complaints.append(case)
        data = {"version": 1, "severity": case.severity, "channel": case.channel}
        self._happened("complaint:filed", self.agent, case.description, data=data, minutes=0)
        self._involve(self.world.service)
        self.holding = self._hold(self.world.service, self.agent)

    def _ask(self, reference: str, promise: str) -> None:
        department, people = self.draw.choice(self.world.asked)
        worker = self.draw.choice(people)
        ticket = Ticket(
            reference=reference, complaint=self.case, title=self.words["ask"],
            ask=self.words["story"], asked_by=self.agent, asking_department=self.world.service,
            department=department, needed_by=self.at + timedelta(days=3),
            opened_at=self.at, moved_at=self.at,
        )  # fmt: skip
        self.rows.tickets.append(ticket)
        self._happened("ticket:opened", self.agent, ticket.ask, subject=reference)
        self._involve(department)
        self._pass_to(department, None, "ask")
        self.case.state = Complaint.State.IN_PROGRESS
        if self.fate == "asked":
            self._due(ticket.reference, "accept", ticket.title, department=department, owner=None)
            return
        self._accepted(ticket, worker, promise)
        if self.fate != "accepted":
            self._answered(ticket, worker)

    def _accepted(self, ticket: Ticket, worker: User, reference: str) -> None:
        ticket.state, ticket.owner = Ticket.State.ACCEPTED, worker
        self._happened("ticket:accepted", worker, subject=ticket.reference)
        self.holding.person = self.case.holder = worker
        promised = self.at + timedelta(hours=self.draw.randint(4, 400))
        self.promise = Commitment(
            reference=reference, complaint=self.case, ticket=ticket, what=ticket.title,
            department=ticket.department, owner=worker, made_to=self.agent, made_at=self.at,
            first_promised_at=promised, promised_at=promised,
        )  # fmt: skip
        self.rows.commitments.append(self.promise)
        data = {"version": 1, "promised_at": promised, "owner": worker.pk, "kind": "deliver"}
        self._happened("commitment:made", worker, subject=reference, data=data, minutes=0)
        if self.fate == "accepted":
            self._due(
                reference, "deliver", ticket.title,
                department=ticket.department, owner=worker, due_at=promised,
            )  # fmt: skip

    def _answered(self, ticket: Ticket, worker: User) -> None:
        self._happened("ticket:answered", worker, self.words["answer"], subject=ticket.reference)
        ticket.state, ticket.answer = Ticket.State.ANSWERED, self.words["answer"]
        late = self.at > self.promise.promised_at
        self.promise.state = "kept_late" if late else "kept"
        self.promise.ended_at = self.at
        self._happened(
            "commitment:kept", worker, subject=self.promise.reference, data={"late": late},
            minutes=0,
        )  # fmt: skip
        self._pass_to(self.world.service, self.agent, "answer")
        if self.fate == "answered":
            self._due(
                ticket.reference, "confirm", ticket.title,
                department=self.world.service, owner=self.agent,
            )  # fmt: skip
            return
        self._happened("ticket:confirmed", self.agent, subject=ticket.reference)
        ticket.state, ticket.ended_at = Ticket.State.DONE, self.at

    def _finish(self) -> None:
        case = self.case
        if self.fate in ("proposed", "closed"):
            self._happened("complaint:resolution_proposed", self.agent, self.words["reply"])
            case.state, case.outcome = Complaint.State.PROPOSED, "upheld"
            case.reply = self.words["reply"]
        if self.fate == "closed":
            self._happened("complaint:customer_accepted", self.agent, self.words["remedy"])
            self._end("closed", self.words["reply"])
        elif self.fate == "withdrawn":
            self._end("withdrawn", self.words["remedy"])
        else:
            self._case_clocks()

    def _end(self, state: str, words: str) -> None:
        self._happened(f"complaint:{state}", self.agent, words)
        self.case.state, self.case.closed_at = state, self.at
        self.holding.until, self.holding.ended_by = self.at, state

    def _case_clocks(self) -> None:
        kinds = ["update_customer", "resolve"]
        for kind in ["acknowledge", *kinds] if self.fate == "received" else kinds:
            case = self.case
            self._due(
                case.reference, kind, case.title,
                department=self.world.service, owner=self.agent,
            )  # fmt: skip

    def _due(
        self, subject: str, kind: str, label: str, *, department: Department,
        owner: User | None, due_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """A running clock; its next rung lies ahead, as if every earlier one had fired."""
        world = self.world
        target = world.rules.target(kind, self.case.severity)
        counted = due_at is None
        due_at = due_at or world.work.due(self.at, target.amount, target.unit)
        deadline = Deadline(
            subject=subject, stream=self.case.reference, kind=kind, label=label[:200],
            severity=self.case.severity, department=department, owner=owner,
            started_at=self.at, first_due_at=due_at, due_at=due_at,
            total_seconds=max(0, world.work.between(self.at, due_at)),
            ladder=as_json(world.rules.ladder(kind, self.case.severity)),
        )  # fmt: skip
        if counted:
            deadline.count(self.at, target.amount, target.unit)
        for rung, at in timetable_of(deadline, world.work).since(0):
            if at > world.now:
                deadline.rung, deadline.wake_at = rung, at
                break
        self.rows.deadlines.append(deadline)

    def _happened(
        self, tag: str, actor: User, text: str = "", *, subject: str = "",
        data: dict[str, Any] | None = None, minutes: int = 90,
    ) -> None:  # fmt: skip
        pause = timedelta(minutes=self.draw.randint(1, minutes) if minutes else 0)
        self.at = min(self.at + pause, self.world.now)
        details = {"version": len(self.entries) + 1, **(data or {})}
        if text:
            details["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        entry = Entry(
            subject=subject or self.case.reference, tag=tag, actor=actor, at=self.at, data=details,
            department=self.world.service if actor is self.agent else self.case.holder_department,
        )  # fmt: skip
        self.entries.append(entry)
        if text:
            self.rows.messages.append(
                Message(complaint=self.case, entry=entry, kind=Message.Kind.MOVE, text=text)
            )

    def _involve(self, department: Department) -> None:
        self.rows.involvements.append(
            Involvement(complaint=self.case, department=department, since=self.at)
        )

    def _hold(self, department: Department, person: User | None) -> Holding:
        holding = Holding(complaint=self.case, department=department, person=person, since=self.at)
        self.rows.holdings.append(holding)
        return holding

    def _pass_to(self, department: Department, person: User | None, verb: str) -> None:
        self.holding.until, self.holding.ended_by = self.at, verb
        self.holding = self._hold(department, person)
        self.case.holder_department, self.case.holder = department, person

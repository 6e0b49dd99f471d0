"""A walk of random moves through one case, made as its people could make them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.permissions import allowed_moves, moves_of
from complaints.services import (
    asking,
    cases,
    clocks,
    commitments,
    extensions,
    messages,
    pausing,
    sorting,
    tickets,
)
from complaints.services.people import people_of
from departments.models import User
from departments.standing import forget_standing
from tests.personas import Org

Thing = Complaint | Ticket | Commitment | Extension


class Walker:
    """Draws who does what, and does it; `now` moves on with each step."""

    def __init__(self, org: Org, case: Complaint, now: datetime, seed: int) -> None:
        self.org, self.case, self.now = org, case, now
        self.draw = random.Random(seed)

    def things(self) -> list[Thing]:
        """The case and all that belongs to it, as the database has them."""
        case = Complaint.objects.get(pk=self.case.pk)
        return [
            case,
            *Ticket.objects.filter(complaint=case).select_related("complaint"),
            *Commitment.objects.filter(complaint=case).select_related("complaint", "made_to"),
            *Extension.objects.filter(complaint=case).select_related("complaint"),
        ]

    def step(self) -> str:
        """One allowed move by somebody; '' when nobody may do anything."""
        self.now += timedelta(minutes=self.draw.randint(1, 600))
        people = list(self.org.people.values())
        forget_standing(*people)
        pairs = [(thing, person) for thing in self.things() for person in people]
        self.draw.shuffle(pairs)
        for thing, person in pairs:
            verbs = [verb for verb in allowed_moves(person, thing) if self.can(thing, verb)]
            if verbs:
                verb = self.draw.choice(verbs)
                self.make(thing, person, verb)
                return f"{thing.reference} {verb} by {person.username}"
        return ""

    def can(self, thing: Thing, verb: str) -> bool:
        """Whether it is walked here, and nothing waits that the state does not tell."""
        if verb == "extend":
            runs = clocks.resolving(thing) is not None
            return runs and not thing.extensions.waiting().exists()
        if verb == "approve":
            clock = clocks.resolving(thing.complaint)
            # What was to move may have been met meanwhile: then it can only be refused.
            runs = clock is not None and clock.kind == thing.kind
            return runs and thing.due_at > max(self.now, clock.due_at)
        return verb != "escalate"

    def due(self, case: Complaint) -> datetime:
        """By when the case is to be resolved."""
        clock = clocks.resolving(case)
        assert clock is not None
        return clock.due_at

    def forbidden(self) -> tuple[Thing, User, str] | None:
        """A move that somebody may not make now."""
        thing = self.draw.choice(self.things())
        person = self.draw.choice(list(self.org.people.values()))
        allowed = set(allowed_moves(person, thing))
        others = [verb for verb in moves_of(thing) if verb not in allowed]
        refused = [verb for verb in others if self.can(thing, verb)]
        return (thing, person, self.draw.choice(refused)) if refused else None

    def make(self, thing: Thing, actor: User, verb: str) -> None:
        """Make the move with whatever it needs. Raises MoveError."""
        given = {"actor": actor, "now": self.now}
        self._calls(thing)[verb](given)

    def later(self) -> datetime:
        return self.now + timedelta(hours=self.draw.randint(1, 90))

    def someone_of(self, ticket: Ticket) -> User:
        return self.draw.choice(list(people_of(ticket.department)))

    def _calls(self, thing: Thing) -> dict[str, Callable[[dict[str, Any]], Any]]:
        if isinstance(thing, Complaint):
            return self._case_calls(thing)
        if isinstance(thing, Extension):
            return self._extension_calls(thing)
        if isinstance(thing, Ticket):
            return self._ticket_calls(thing)
        at = {"commitment": thing}
        return {
            "keep": lambda g: commitments.keep(**at, **g, how=""),
            "move_date": lambda g: commitments.move_date(
                **at, **g, promised_at=self.later(), reason="later"
            ),
            "withdraw": lambda g: commitments.withdraw(**at, **g, reason="not needed"),
        }

    def _case_calls(self, case: Complaint) -> dict[str, Callable[[dict[str, Any]], Any]]:
        at = {"complaint": case}
        others = {"ordinary", "serious", "major"} - {case.severity}
        severity = self.draw.choice(sorted(others))
        return {
            "acknowledge": lambda g: cases.acknowledge(**at, **g, how="called"),
            "inform": lambda g: cases.inform_customer(**at, **g, what="soon"),
            "ask": lambda g: self._ask(case, None, g),
            "promise": lambda g: commitments.promise(
                **at, **g, what="tell them", promised_at=self.later()
            ),
            "propose_resolution": lambda g: cases.propose_resolution(
                **at, **g, outcome="partly", redress="", reply="sorry"
            ),
            "customer_accepts": lambda g: cases.customer_accepts(**at, **g, said="yes"),
            "customer_refuses": lambda g: cases.customer_refuses(**at, **g, said="no"),
            "close": lambda g: cases.close(
                **at, **g, outcome="upheld", reply="sorry", override="the leader says so"
            ),
            "reopen": lambda g: cases.reopen(**at, **g, reason="again"),
            "withdraw": lambda g: cases.withdraw(**at, **g, said="never mind"),
            "assign": lambda g: cases.assign(**at, **g, owner=self.org.cs2, reason="holidays"),
            "recategorise": lambda g: sorting.recategorise(
                **at, **g, sorting=self._sorted_anew(case), reason="found out"
            ),
            "extend": lambda g: extensions.extend(
                **at,
                **g,
                due_at=self.due(case) + timedelta(hours=1),
                reason="slow",
                letter="Later.",
            ),
            "pause": lambda g: pausing.pause(
                **at, **g, why="external_appraisal", waits_for="a report", until=self.later()
            ),
            "resume": lambda g: pausing.resume(**at, **g, what="it is here"),
            "change_severity": lambda g: sorting.change_severity(
                **at, **g, severity=severity, reason="worse"
            ),
            "note": lambda g: messages.write(**at, **g, kind="note", text="noted"),
        }

    def _sorted_anew(self, case: Complaint) -> sorting.Sorting:
        product = "miles" if case.product != "miles" else "goods"
        return replace(sorting.Sorting.of(case), product=product)

    def _extension_calls(self, thing: Extension) -> dict[str, Callable[[dict[str, Any]], Any]]:
        at = {"extension": thing}
        return {
            "approve": lambda g: extensions.approve(**at, **g),
            "refuse": lambda g: extensions.refuse(**at, **g, reason="no"),
            "withdraw": lambda g: extensions.withdraw(**at, **g),
        }

    def _ask(self, case: Complaint, parent: Ticket | None, given: dict[str, Any]) -> None:
        asking.open_ticket(
            complaint=case,
            parent=parent,
            department=self.draw.choice([self.org.biz, self.org.tech, self.org.ops]),
            title="why",
            ask="why does it fail",
            needed_by=self.later(),
            **given,
        )

    def _ticket_calls(self, ticket: Ticket) -> dict[str, Callable[[dict[str, Any]], Any]]:
        at = {"ticket": ticket}
        others = [d for d in (self.org.biz, self.org.tech, self.org.ops) if d != ticket.department]
        return {
            "accept": lambda g: tickets.accept(
                **at, **g, promised_at=self.later(), owner=self.someone_of(ticket), reason="busy"
            ),
            "answer": lambda g: tickets.answer(**at, **g, text="because"),
            "confirm": lambda g: asking.confirm(**at, **g),
            "reject": lambda g: asking.reject(
                **at, **g, missing="the order", needed_by=self.later()
            ),
            "return": lambda g: tickets.return_ticket(
                **at, **g, missing="the order", from_whom="whoever asked"
            ),
            "complete": lambda g: asking.complete(**at, **g, text="here"),
            "forward": lambda g: tickets.forward(
                **at, **g, department=self.draw.choice(others), reason="theirs"
            ),
            "block": lambda g: tickets.block(
                **at, **g, what="no environment", unblocker=self.org.tech2, by_when=self.later()
            ),
            "unblock": lambda g: tickets.unblock(**at, **g, how="it is up"),
            "move_date": lambda g: tickets.move_date(
                **at, **g, promised_at=self.later(), reason="later"
            ),
            "reassign": lambda g: tickets.reassign(
                **at,
                **g,
                reason="ill",
                owner=next(p for p in people_of(ticket.department) if p != ticket.owner),
            ),
            "ask": lambda g: self._ask(ticket.complaint, ticket, g),
            "withdraw": lambda g: asking.withdraw(**at, **g, reason="not needed"),
            "reopen": lambda g: asking.reopen(
                **at, **g, reason="again", needed_by=self.later()
            ),
        }

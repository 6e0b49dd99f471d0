"""What people do: they file, ask, answer late, return, block, move dates, forget, decide."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.year.world import Story, World
from complaints.models import Category, Commitment, Complaint, Ticket
from complaints.services import asking, cases, commitments, decisions, messages, tickets
from complaints.services.blocking import live_promise
from complaints.services.customers import NewCustomer
from complaints.services.filing import Filing, file_complaint
from complaints.services.people import people_of
from departments.models import Department, User
from escalations.models import Escalation
from escalations.services import acknowledge_escalation

SEVERITIES = ("ordinary", "ordinary", "ordinary", "serious", "serious", "major")
# After so many working hours even the patient close over what is still open.
PATIENCE = 160
OUTCOMES = [*Escalation.Outcome.values, "instruction", "new_date"]


class Life:
    """What stories have in common: their world, and luck of their own."""

    def __init__(self, world: World, *name: object) -> None:
        self.world, self.name = world, name
        self.draw: Random = world.random(*name)

    def chance(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.draw.random() < share

    def soon(self, low: float, high: float, *, forgets: float = 0.0) -> float:
        """Hours until somebody gets to it; now and then it is forgotten for days."""
        if self.chance(forgets):
            return self.draw.uniform(15, 60)
        return self.draw.uniform(low, high)

    def one_of(self, department: Department) -> User | None:
        """Somebody who works there, if anybody is left."""
        people = list(people_of(department))
        return self.draw.choice(people) if people else None


class CaseLife(Life):
    """One complaint, from the call to its end, and sometimes again."""

    case: Complaint

    def story(self) -> Story:
        """As its first contact lives it."""
        if not self._file():
            return
        yield self.soon(0.1, 2, forgets=0.1)
        self._move(cases.acknowledge, how="called back")
        yield self.soon(0.1, 5)
        for _ in range(self.draw.choice((1, 1, 2))):
            self._ask()
        yield from self._until_closed()
        if self.chance(0.05):
            yield self.draw.uniform(5, 200)
            self._move(cases.reopen, reason="it failed again")
            self._ask()
            yield from self._until_closed()

    def _file(self) -> bool:
        clerks = Department.objects.get(code="customer-service")
        clerk = self.world.hands_of(self.one_of(clerks))
        if clerk is None:
            return False
        # A few are about one and the same fault.
        cause = Category.objects.filter(axis="C").first() if self.chance(0.05) else None
        filing = Filing(
            product="Miles" if cause else "",
            cause=cause,
            customer=NewCustomer(name=f"Customer {self.name[-1]}"),
            channel="phone",
            title=f"Points were not credited, {self.name[-1]}",
            description="Three orders failed.",
            remedy_sought="The points.",
            severity=self.draw.choice(SEVERITIES),
            category=Category.objects.filter(axis="B").order_by("code")[0],
            received_at=self.world.now,
        )
        made = self.world.move(file_complaint, filing=filing, actor=clerk)
        if made is not None:
            self.case = made
        return made is not None

    def _until_closed(self) -> Story:
        waited = 0.0
        while self._fresh().is_open:
            pause = self.soon(2, 14, forgets=0.05)
            waited += pause
            yield pause
            if self._fresh().tickets.open().exists() and waited < PATIENCE:
                self._along_the_way()
            elif self.case.is_open:
                self._towards_the_end()

    def _along_the_way(self) -> None:
        """The customer hears something, or something happens to the case."""
        other = self.draw.choice([each for each in SEVERITIES if each != self.case.severity])
        for share, move, given in (
            (0.45, cases.inform_customer, {"what": "we are at it"}),
            (0.02, cases.change_severity, {"severity": other, "reason": "it is"}),
            (0.02, cases.withdraw, {"said": "never mind"}),
            (0.03, decisions.request_decision, {"text": "Who pays for it?"}),
            (0.03, messages.write, {"kind": "note", "text": "still waiting"}),
        ):
            if self.chance(share):
                self._move(move, **given)
        if self.chance(0.03) and (colleague := self.one_of(self.case.contact_department)):
            self._move(cases.assign, owner=colleague, reason="holidays")
        if self.chance(0.04):
            self._promise()
        if self.chance(0.02):
            self._ask()

    def _towards_the_end(self) -> None:
        state = Complaint.State
        if self.case.state == state.PROPOSED:
            if self.chance(0.85):
                self._move(cases.customer_accepts, said="fine")
            else:
                self._move(cases.customer_refuses, said="no")
                self._ask()
        elif self.case.state == state.RESOLVED:
            self._close()
        elif self.case.state == state.RECEIVED:
            self._move(cases.acknowledge, how="called back")
        else:
            self._move(
                cases.propose_resolution, outcome="partly", redress="", reply="We are sorry."
            )

    def _close(self) -> None:
        given = {"outcome": "upheld", "reply": "We are sorry.", "override": "it is enough"}
        if not self.case.tickets.open().exists():
            self._move(cases.close, **given)
            return
        leader = self.world.hands_of(self.case.contact_department.leader)
        if leader is not None:
            self.world.move(cases.close, complaint=self.case, actor=leader, **given)

    def _ask(self) -> None:
        asked = Department.objects.filter(is_active=True).exclude(kind="executive")
        asked = asked.exclude(code="customer-service").order_by("code")
        made = self._move(
            asking.open_ticket,
            department=self.draw.choice(list(asked)),
            title="Why did it fail?",
            ask="Please look.",
            needed_by=self.world.later(self.draw.uniform(6, 40)),
        )
        if made is not None:
            follow(self.world, made)

    def _promise(self) -> None:
        at = self.world.later(self.draw.uniform(3, 30))
        made = self._move(commitments.promise, what="call back", promised_at=at)
        if made is not None:
            self.world.begin(
                PromiseLife(self.world, "promise", next(self.world.numbers)).story(made)
            )

    def _fresh(self) -> Complaint:
        self.case = Complaint.objects.select_related(
            "contact_owner", "contact_department__leader"
        ).get(pk=self.case.pk)
        return self.case

    def _move(self, move, **given):  # noqa: ANN001, ANN003, ANN202 - any move of a case
        actor = self.world.hands_of(self._fresh().contact_owner)
        if actor is None:
            return None
        return self.world.move(move, complaint=self.case, actor=actor, **given)


class PromiseLife(Life):
    """One promise on a case: kept, late, moved, or taken back."""

    def story(self, promise: Commitment) -> Story:
        """Until it has ended, by whatever."""
        while True:
            yield self.soon(1, 25, forgets=0.2)
            promise = Commitment.objects.select_related("complaint", "owner").get(pk=promise.pk)
            if promise.state != "made":
                return
            actor = self.world.hands_of(promise.owner)
            if actor is None:
                continue
            at = {"commitment": promise, "actor": actor}
            if self.chance(0.25):
                later = self.world.later(self.draw.uniform(2, 20))
                self.world.move(commitments.move_date, **at, promised_at=later, reason="ill")
            else:
                self.world.move(commitments.keep, **at, how="called")


class TicketLife(Life):
    """One question to a department, through whoever has it."""

    ticket: Ticket

    def story(self, ticket: Ticket) -> Story:
        """Until it is done, withdrawn, or its case is closed."""
        self.ticket = ticket
        while self._fresh().complaint.is_open and self.ticket.state not in {"done", "withdrawn"}:
            seen = self.ticket.state
            yield self._pause()
            if self._fresh().state == seen and self.ticket.complaint.is_open:
                self._act()

    def _fresh(self) -> Ticket:
        self.ticket = Ticket.objects.select_related(
            "complaint", "department__leader", "asking_department", "owner", "asked_by"
        ).get(pk=self.ticket.pk)
        return self.ticket

    def _pause(self) -> float:
        promise = live_promise(self.ticket) if self.ticket.state == "accepted" else None
        if promise is not None:
            left = self.world.work.between(self.world.now, promise.promised_at) / 3600
            late = self.draw.uniform(0.5, 40) if self.chance(0.2) else -self.draw.uniform(0, left)
            return max(0.2, left + late)
        return self.soon(0.3, 6, forgets=0.12)

    def _act(self) -> None:
        ticket, state = self.ticket, Ticket.State
        asker = ticket.state in {state.RETURNED, state.ANSWERED}
        person = ticket.asked_by if asker else ticket.owner or self.one_of(ticket.department)
        actor = self.world.hands_of(person)
        if actor is None and not asker:
            actor = self._take_over()
        if actor is not None:
            moves = list(getattr(self, f"_{ticket.state}")())
            name, given = self.draw.choices(moves, [share for share, _, _ in moves])[0][1:]
            service = asking if hasattr(asking, name) else tickets
            made = self.world.move(getattr(service, name), **self._on(name), actor=actor, **given)
            if name == "open_ticket" and made is not None:
                follow(self.world, made)

    def _on(self, name: str) -> dict[str, object]:
        if name == "open_ticket":
            return {"complaint": self.ticket.complaint, "parent": self.ticket}
        return {"ticket": self.ticket}

    def _take_over(self) -> User | None:
        """The owner is away or gone: now and then the leader gives it to somebody else."""
        ticket, leader = self.ticket, self.world.hands_of(self.ticket.department.leader)
        colleague = self.one_of(ticket.department)
        if leader and colleague and ticket.owner and self.chance(0.3):
            given = {"ticket": ticket, "owner": colleague, "reason": "the owner is away"}
            self.world.move(tickets.reassign, actor=leader, **given)
        return None

    def _later(self, low: float, high: float):  # noqa: ANN202
        return self.world.later(self.draw.uniform(low, high))

    # What may happen in each state: how often, which move, with what.

    def _open(self) -> Iterator[tuple[float, str, dict]]:
        others = Department.objects.filter(is_active=True).exclude(
            kind__in=["executive", "customer_service"]
        )
        other = self.draw.choice(list(others.exclude(pk=self.ticket.department_id).order_by("pk")))
        yield 0.8, "accept", {"promised_at": self._later(4, 36), "reason": "busy"}
        yield 0.08, "forward", {"department": other, "reason": "theirs"}
        yield 0.12, "return_ticket", {"missing": "the order", "from_whom": "the asker"}

    def _accepted(self) -> Iterator[tuple[float, str, dict]]:
        yield 0.7, "answer", {"text": "because"}
        yield 0.1, "move_date", {"promised_at": self._later(3, 24), "reason": "more to do"}
        yield 0.04, "return_ticket", {"missing": "the order", "from_whom": "the asker"}
        if colleague := self.one_of(self.ticket.department):
            yield 0.03, "reassign", {"owner": colleague, "reason": "ill"}
            blocked = {"what": "no environment", "unblocker": colleague}
            yield 0.1, "block", {**blocked, "by_when": self._later(2, 20)}
        elsewhere = self.draw.choice(list(Department.objects.filter(is_active=True).order_by("pk")))
        asked = {"department": elsewhere, "title": "And this?", "ask": "Please look, too."}
        yield 0.03, "open_ticket", {**asked, "needed_by": self._later(5, 20)}

    def _blocked(self) -> Iterator[tuple[float, str, dict]]:
        yield 1, "unblock", {"how": "it is up again"}

    def _returned(self) -> Iterator[tuple[float, str, dict]]:
        yield 0.92, "complete", {"text": "here it is"}
        yield 0.08, "withdraw", {"reason": "not needed any more"}

    def _answered(self) -> Iterator[tuple[float, str, dict]]:
        yield 0.88, "confirm", {}
        yield 0.12, "reject", {"missing": "the reason", "needed_by": self._later(4, 20)}


def follow(world: World, ticket: Ticket) -> None:
    """Let a ticket's story begin."""
    world.begin(TicketLife(world, "ticket", next(world.numbers)).story(ticket))


class LeadersLife(Life):
    """The leaders look at what waits for them, every few hours, and decide some of it."""

    def story(self) -> Story:
        """All year round."""
        while True:
            open_ = Escalation.objects.open().select_related("leader").order_by("pk")
            for escalation in list(open_):
                actor = self.world.hands_of(escalation.leader)
                if actor is not None and self.chance(0.35):
                    self._look(escalation, actor)
            yield self.draw.uniform(3, 6)

    def _look(self, escalation: Escalation, actor: User) -> None:
        at = {"escalation": escalation, "actor": actor}
        if escalation.state == "raised" and self.chance(0.5):
            self.world.move(acknowledge_escalation, **at)
            return
        outcome = self.draw.choice(OUTCOMES)
        given: dict[str, object] = {"outcome": outcome, "note": "so be it"}
        if outcome == "new_date":
            given["new_date"] = self.world.later(self.draw.uniform(4, 40))
        elif outcome == "other_owner":
            ticket = decisions.ticket_behind(escalation)
            given["owner"] = self.one_of(ticket.department) if ticket else None
        self.world.move(decisions.decide, **at, **given)

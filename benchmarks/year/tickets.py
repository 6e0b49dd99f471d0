"""What becomes of a question to a department: answered late, returned, passed on, blocked."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.year.life import Life
from benchmarks.year.world import Story, World
from complaints.models import Ticket
from complaints.services import asking, tickets
from complaints.services.blocking import live_promise
from departments.models import Department, User


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
    """Let a ticket's story begin, once."""
    if ticket.pk in world.followed:
        return
    world.followed.add(ticket.pk)
    world.begin(TicketLife(world, "ticket", next(world.numbers)).story(ticket))

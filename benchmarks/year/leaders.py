"""What leaders do now and then: acknowledge, decide, grant later dates; or they forget."""

from __future__ import annotations

from benchmarks.year.life import Life
from benchmarks.year.tickets import follow
from benchmarks.year.world import Story
from complaints.models import Extension, Ticket
from complaints.services import decisions, extensions
from departments.models import User
from escalations.models import Escalation
from escalations.services import acknowledge_escalation

OUTCOMES = [*Escalation.Outcome.values, "instruction", "new_date"]


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
            self._answer_for_dates()
            yield self.draw.uniform(3, 6)

    def _look(self, escalation: Escalation, actor: User) -> None:
        at = {"escalation": escalation, "actor": actor}
        if escalation.state == "raised" and self.chance(0.5):
            self.world.move(acknowledge_escalation, **at)
            return
        outcome = self.draw.choice(OUTCOMES)
        given = {"outcome": outcome, "note": "so be it", "terms": self._terms(escalation)}
        self.world.move(decisions.decide, **at, **given)
        # Whoever joins was asked by the decision.
        for ticket in Ticket.objects.filter(complaint__reference=escalation.stream).order_by("pk"):
            follow(self.world, ticket)

    def _terms(self, escalation: Escalation) -> decisions.Terms:
        """All that any outcome needs; each takes its own."""
        ticket, later = decisions.ticket_behind(escalation), self.world.later
        helper = self.one_of(escalation.department)
        joins = {"what": "help", "by_when": later(self.draw.uniform(4, 40))}
        return decisions.Terms(
            new_date=later(self.draw.uniform(4, 40)),
            owner=self.one_of(ticket.department) if ticket else None,
            helpers=[decisions.Helper(person=helper, **joins)] if helper else [],
            risk="another customer may be hit",
            until=later(self.draw.uniform(8, 200)),
        )

    def _answer_for_dates(self) -> None:
        waiting = Extension.objects.filter(state="asked").select_related("complaint", "leader")
        for extension in list(waiting.order_by("pk")):
            actor = self.world.hands_of(extension.leader)
            if actor is None or not self.chance(0.4):
                continue
            at = {"extension": extension, "actor": actor}
            if self.chance(0.7):
                self.world.move(extensions.approve, **at)
            else:
                self.world.move(extensions.refuse, **at, reason="it is enough")

"""What a leader does with an escalation: says that it was seen, and decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, PersonField, TextField
from complaints.models import Commitment, Ticket
from complaints.permissions import allowed_moves
from complaints.services import decisions
from complaints.services.people import people_of
from escalations.models import Escalation
from escalations.services import acknowledge_escalation

Outcome = Escalation.Outcome

# What each outcome means, so that nobody has to know the words.
MEANS: dict[str, str | Promise] = {
    Outcome.NEW_DATE: _("The promise moves to your date, and who waits is told."),
    Outcome.OTHER_OWNER: _("A colleague takes over, with the promise as it stands."),
    Outcome.MORE_PEOPLE: _("Say who joins, and for how long."),
    Outcome.INSTRUCTION: _("Say what is to be done, and by whom."),
    Outcome.RISK_ACCEPTED: _("It may be late. You answer for what that causes."),
    Outcome.NO_ACTION: _("It goes on as it is; say why that is right."),
}


class AcknowledgeEscalation(MoveForm):
    submit = _("I have seen it")
    intro = _("It shows that you have seen it; it climbs on until a decision is recorded.")

    def act(self) -> Any:
        given = self.given()
        return acknowledge_escalation(escalation=self.thing, **given)


class Decide(MoveForm):
    """A decision with its reason; only what can be carried out here is offered."""

    template: ClassVar[str] = "complaints/escalation/decide.html"
    submit = _("Decide")
    outcome = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    new_date = InstantField(label=_("New date"), required=False)
    owner = PersonField(label=_("New owner"), required=False, empty_label=_("Choose…"))
    note = TextField(
        label=_("Reason"), help_text=_("It goes to those concerned and stays on record.")
    )

    def prepare(self) -> None:
        """Offer the outcomes that fit, and the colleagues who could take over."""
        choices = [(code, label) for code, label in Outcome.choices if self._fits(code)]
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = sorted(choices, key=lambda choice: list(MEANS).index(choice[0]))
        if not self._fits(Outcome.NEW_DATE):
            del self.fields["new_date"]
        if self._fits(Outcome.OTHER_OWNER) and self.ticket:
            owner = self.fields["owner"]
            assert isinstance(owner, PersonField)
            owner.queryset = people_of(self.ticket.department).exclude(pk=self.ticket.owner_id)
        else:
            del self.fields["owner"]

    @cached_property
    def ticket(self) -> Ticket | None:
        """The ticket behind the question."""
        return decisions.ticket_behind(self.thing)

    @cached_property
    def promises(self) -> list[Commitment]:
        """The promises that a new date would move."""
        return decisions.promises_behind(self.thing, self.ticket)

    @property
    def options(self) -> Iterator[tuple[Any, str | Promise]]:
        """Each outcome's radio button with what it means."""
        for radio in self["outcome"]:
            yield radio, MEANS[radio.data["value"]]

    @cached_property
    def _may_reassign(self) -> bool:
        return self.ticket is not None and "reassign" in allowed_moves(self.actor, self.ticket)

    def _fits(self, outcome: str) -> bool:
        if outcome == Outcome.NEW_DATE:
            return bool(self.promises)
        return outcome != Outcome.OTHER_OWNER or self._may_reassign

    def act(self) -> Any:
        given = self.given("outcome", "note")
        return decisions.decide(
            escalation=self.thing,
            new_date=self.cleaned_data.get("new_date"),
            owner=self.cleaned_data.get("owner"),
            **given,
        )


FORMS: dict[str, type[MoveForm]] = {"acknowledge": AcknowledgeEscalation, "decide": Decide}

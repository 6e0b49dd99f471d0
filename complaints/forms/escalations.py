"""What a leader does with an escalation: says that it was seen, and decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, PersonField, TextField
from complaints.models import Commitment, Complaint, Ticket
from complaints.permissions import allowed_moves
from complaints.services import decisions
from complaints.services.decisions import Helper, Terms
from complaints.services.people import people_of
from departments.models import Membership, User
from escalations.models import Escalation
from escalations.services import acknowledge_escalation

Outcome = Escalation.Outcome

# What each outcome means, so that nobody has to know the words.
MEANS: dict[str, str | Promise] = {
    Outcome.NEW_DATE: _("The promise moves to your date, and who waits is told."),
    Outcome.OTHER_OWNER: _("A colleague takes over, with the promise as it stands."),
    Outcome.MORE_PEOPLE: _("Each gets a ticket with a date, and is told at once."),
    Outcome.INSTRUCTION: _("Say what is to be done, and by whom."),
    Outcome.RISK_ACCEPTED: _("It is silent until your day. You answer for what that causes."),
    Outcome.NO_ACTION: _("It goes on as it is; say why that is right."),
}


HELPERS = 3
HELPER_NAMES = [
    (f"helper_{n}", f"helper_{n}_what", f"helper_{n}_by") for n in range(1, HELPERS + 1)
]
LACKING = (_("Choose who does it."), _("Say what they do."), _("Say by when."))


def helper_fields() -> dict[str, forms.Field]:
    """Rows for those who join; the people are read once for all rows."""
    people = everybody()
    fields: dict[str, forms.Field] = {}
    for who, what, by_when in HELPER_NAMES:
        field = PersonField(label=_("Who joins"), required=False, empty_label=_("Choose…"))
        field.queryset = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
        field.widget.choices = [("", _("Choose…")), *people]
        fields[who] = field
        fields[what] = forms.CharField(label=_("What they do"), required=False, max_length=160)
        fields[by_when] = InstantField(label=_("By when"), required=False)
    return fields


def everybody() -> list[tuple[str, list[tuple[int, str]]]]:
    """All who work somewhere, by department; who works in two is found in both. One query."""
    rows = Membership.objects.filter(person__is_active=True, department__is_active=True)
    found = rows.select_related("person", "department").order_by("department", "person__name")
    grouped: dict[str, list[tuple[int, str]]] = {}
    for row in found:
        grouped.setdefault(row.department.name, []).append((row.person_id, str(row.person)))
    return list(grouped.items())


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
    risk = TextField(
        label=_("The risk that you accept"),
        required=False,
        help_text=_("What may happen, to whom, and how bad it would be."),
    )
    until = InstantField(
        label=_("Accepted until"),
        required=False,
        help_text=_("Then the clocks speak again."),
    )
    note = TextField(
        label=_("Reason"), help_text=_("It goes to those concerned and stays on record.")
    )

    def prepare(self) -> None:
        """Offer the outcomes that fit, and the colleagues who could take over."""
        labels = dict(Outcome.choices)
        choices = [(code, labels[code]) for code in MEANS if self._fits(code)]
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = choices
        if not self._fits(Outcome.NEW_DATE):
            del self.fields["new_date"]
        if self._fits(Outcome.OTHER_OWNER) and self.ticket:
            owner = self.fields["owner"]
            assert isinstance(owner, PersonField)
            owner.queryset = people_of(self.ticket.department).exclude(pk=self.ticket.owner_id)
        else:
            del self.fields["owner"]
        self.fields |= helper_fields()
        self.order_fields([name for name in self.fields if name != "note"])

    def clean(self) -> None:
        """What is half filled in is said at the field that lacks."""
        if self.cleaned_data.get("outcome") != Outcome.MORE_PEOPLE:
            return
        for row in self.helper_rows:
            given = [self.cleaned_data.get(field.name) for field in row]
            if not any(given):
                continue
            for field, value, lacks in zip(row, given, LACKING, strict=True):
                if not value and field.name not in self.errors:
                    self.add_error(field.name, lacks)

    @property
    def helper_rows(self) -> list[list[forms.BoundField]]:
        """Who joins, what they do, by when."""
        return [[self[name] for name in names] for names in HELPER_NAMES]

    @property
    def has_more_helpers(self) -> bool:
        """Whether more than the first row is filled in, or lacks something."""
        return any(field.value() or field.errors for row in self.helper_rows[1:] for field in row)

    def _helpers(self) -> list[Helper]:
        get = self.cleaned_data.get
        return [
            Helper(person=get(who), what=get(what), by_when=get(by_when), field=who)
            for who, what, by_when in HELPER_NAMES
            if get(who)
        ]

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
        if outcome == Outcome.MORE_PEOPLE:
            return self._is_open
        return outcome != Outcome.OTHER_OWNER or self._may_reassign

    @cached_property
    def _is_open(self) -> bool:
        return Complaint.objects.open().filter(reference=self.thing.stream).exists()

    def act(self) -> Any:
        given = self.given("outcome", "note")
        get = self.cleaned_data.get
        terms = Terms(
            new_date=get("new_date"),
            owner=get("owner"),
            helpers=self._helpers(),
            risk=get("risk", ""),
            until=get("until"),
        )
        return decisions.decide(escalation=self.thing, terms=terms, **given)


FORMS: dict[str, type[MoveForm]] = {"acknowledge": AcknowledgeEscalation, "decide": Decide}

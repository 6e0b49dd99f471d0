"""Options in a form: which are chosen, which risks are accepted, which dates hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, TextField
from complaints.models import Complaint
from complaints.options import OptionRow, Pick, option_rows, read_seen, seen_of
from complaints.services.choosing import Choice
from escalations.models import Escalation
from journal.errors import Invalid


class Choosing(MoveForm):
    """What a leader ticks and types about the options on offer, if there are any."""

    options = forms.MultipleChoiceField(label=_("Options"), required=False)
    accepted = forms.MultipleChoiceField(label=_("Risks that you accept"), required=False)
    conditions = TextField(
        label=_("Conditions"),
        required=False,
        max_length=2_000,
        help_text=_("They stand in every ticket that is opened."),
    )
    seen = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Sequence[OptionRow] | None = None, **kwargs: Any) -> None:
        self._rows = rows
        super().__init__(*args, **kwargs)

    def offer_options(self) -> None:
        """Each option, each risk, and each date that it needs, filled in as it says."""
        if not self.proposed:
            for name in ("options", "accepted", "conditions", "seen"):
                del self.fields[name]
            return
        rows = self.proposed
        self._choices("options", [(row.proposal.reference, str(row.proposal)) for row in rows])
        risks = [(str(one.risk.pk), one.risk.text) for row in rows for one in row.risks]
        self._choices("accepted", risks)
        self.initial.setdefault("seen", seen_of(rows))
        for row in rows:
            for need in row.needs:
                self.fields[f"need_{need.pk}"] = InstantField(label=need.what, required=False)
                self.suggest(f"need_{need.pk}", need.by_when)
            for date in row.dates:
                name = f"date_{date.pk}"
                self.fields[name] = InstantField(label=date.commitment.what, required=False)
                self.suggest(name, date.at)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    @cached_property
    def proposed(self) -> list[OptionRow]:
        """The options on offer, side by side; those of an open case."""
        if self._rows is None:
            case = Complaint.objects.open().filter(reference=self.thing.stream).first()
            self._rows = option_rows(case) if case else []
        return [row for row in self._rows if row.is_offered]

    @property
    def picks(self) -> list[Pick]:
        """For the page: each option with what was ticked and typed about it."""
        if not self.proposed:
            return []
        chosen, accepted = (set(self[name].value() or ()) for name in ("options", "accepted"))
        only = len(self.proposed) == 1 and not self.is_bound
        return [
            Pick(
                row,
                is_chosen=only or row.proposal.reference in chosen,
                risks=[(one, str(one.risk.pk) in accepted) for one in row.risks],
                needs=[(need, self[f"need_{need.pk}"]) for need in row.needs],
                dates=[(date, self[f"date_{date.pk}"]) for date in row.dates],
            )
            for row in self.proposed
        ]

    @property
    def opens(self) -> int:
        """How many dated tickets all options together open."""
        return sum(row.opens for row in self.proposed)

    def choice(self) -> Choice:
        """What was chosen, as the service takes it."""
        get = self.cleaned_data.get
        picked = get("options") or ()
        return Choice(
            options=[row.proposal for row in self.proposed if row.proposal.reference in picked],
            accepted={int(pk) for pk in get("accepted") or ()},
            needed=self._dates("need"),
            moved=self._dates("date"),
            conditions=get("conditions") or "",
            seen=read_seen(get("seen") or ""),
        )

    def _dates(self, part: str) -> dict[int, datetime]:
        named = {
            name.removeprefix(f"{part}_"): at
            for name, at in self.cleaned_data.items()
            if name.startswith(f"{part}_") and at
        }
        return {int(pk): at for pk, at in named.items() if pk.isdecimal()}


class Card(Choosing):
    """The same on the card of a case: nothing but the options, and the reason.

    It is sent to the move "decide", whose form shows it again if something lacks.
    """

    note = TextField(
        label=_("Reason"),
        help_text=_("It goes to those concerned and stays on record."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        """The options as the page has read them already."""
        self.offer_options()


def card_of(
    escalation: Escalation, rows: Sequence[OptionRow], *, actor: Any, now: datetime
) -> Card | None:
    """The card's form; None where there is nothing to choose from."""
    if not any(row.is_offered for row in rows):
        return None
    ids = f"{escalation.reference}_%s"
    return Card(thing=escalation, actor=actor, now=now, rows=rows, auto_id=ids)


@contextmanager
def at_its_field() -> Iterator[None]:
    """A risk that was not accepted is said where risks are accepted."""
    try:
        yield
    except Invalid as error:
        if (error.field or "").startswith("risk_"):
            raise Invalid(error.message, "accepted") from error
        raise

"""How grave a case is, and what it is about: both choose its policy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import MoveForm, TextField
from complaints.forms.fields import CategoryField, GroupField, LineField, PresetField
from complaints.services import sorting
from complaints.services.sorting import Sorting
from escalations.models import Severity


class ChangeSeverity(MoveForm):
    submit = _("Change severity")
    intro = _("The clocks of the case go by the new severity, from when they started.")
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        self.initial.setdefault("severity", self.thing.severity)

    def act(self) -> Any:
        return sorting.change_severity(complaint=self.thing, **self.given("severity", "reason"))


class Recategorise(MoveForm):
    submit = _("Save")
    intro = _("The policy is chosen anew; the clocks of the case go by it, from when they started.")
    category = CategoryField(label=_("Business type"), axis="B")
    cause = CategoryField(
        label=_("Cause"), axis="C", required=False, empty_label=_("Not known yet")
    )
    product = LineField(label=_("Product"), required=False, max_length=80)
    preset = PresetField(label=_("Regulator's rules"), required=False)
    group = GroupField(label=_("Customer group"), required=False)
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        for name in ("category", "cause", "group"):
            self.fields[name].offer()
        for name in ("category", "cause", "product", "preset"):
            self.initial.setdefault(name, getattr(self.thing, name))
        self.initial.setdefault("group", self.thing.customer.group_id)
        self.fields["preset"].offer(self.thing.preset)

    def act(self) -> Any:
        names = ("category", "cause", "product", "preset", "group")
        wanted = Sorting(**{name: self.cleaned_data[name] for name in names})
        given = self.given("reason")
        return sorting.recategorise(complaint=self.thing, sorting=wanted, **given)

"""The parts of a policy as forms: each reads its part of the rules, and writes it back.

What makes a policy sound is asked of `policy.parse`; here is only what one field can say itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from departments.forms_calendars import UNITS
from escalations.policy import ANY, BY_PROMISE, CLOSURE_FIELDS, LIMITS, SEVERITIES
from escalations.policy.checks import LONGEST
from escalations.policy.names import closure_name, kind_name, limit_name, severity_name
from escalations.policy.terms import EXTENSION_FLAGS, LONGEST_KEPT
from escalations.policywords import TIMED, scope_part_name
from escalations.scope_choices import choices_of
from escalations.wording import pause_words

Raw = Mapping[str, Any]
# For which a clock can stop: what the product itself says when it stops one.
PAUSES = ("blocked", "returned", "external_appraisal")


class NumberField(forms.DecimalField):
    """An amount of time; cleaned, it is the number that JSON keeps.

    A text to the browser: a number's box would send nothing where words were typed, and lose them.
    """

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        limits = {"max_digits": 9, "decimal_places": 4, "max_value": LONGEST}
        super().__init__(**{**limits, **options})

    def clean(self, value: Any) -> float | None:
        """Raises ValidationError."""
        number: Decimal | None = super().clean(value)
        if number is None:
            return None
        return int(number) if number == int(number) else float(number)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "ctl amount"}


class Choices(forms.MultipleChoiceField):
    """Any of a few; what was chosen once and is offered no more can stay."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, kept: Iterable[str] = (), **options: Any) -> None:
        known = list(options.pop("choices"))
        names = dict(known)
        gone = [(code, code) for code in kept if code not in names]
        super().__init__(choices=[*known, *gone], required=False, **options)


class SectionForm(forms.Form):
    """A part of a draft; carries the revision that was on the page."""

    # The parts of the rules that it answers for.
    parts: ClassVar[tuple[str, ...]] = ()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, rules: Raw, revision: int) -> None:
        self.rules = rules
        super().__init__(data, initial={"seen": revision, **self.initial_of(rules)})

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        """The part as the fields show it."""
        return {}

    def written(self, rules: Raw) -> dict[str, Any]:
        """The rules with this part as it was entered."""
        raise NotImplementedError


class ScopeForm(SectionForm):
    """To which cases it applies; nothing chosen is everything."""

    parts = ("applies_to",)

    def __init__(self, *args: Any, presets: Mapping[str, str], rules: Raw, **options: Any) -> None:
        super().__init__(*args, rules=rules, **options)
        offered = {
            "severities": [(code, severity_name(code)) for code in reversed(SEVERITIES)],
            "presets": list(presets.items()),
        }
        for part in ("severities", "channels", "presets", "customer_groups", "categories"):
            kept = rules.get("applies_to", {}).get(part, ())
            choices = offered.get(part) or choices_of(part)
            if choices or kept:
                self.fields[part] = Choices(label=scope_part_name(part), choices=choices, kept=kept)

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        return dict(rules.get("applies_to", {}))

    def written(self, rules: Raw) -> dict[str, Any]:
        chosen = {name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        return {**rules, "applies_to": {name: codes for name, codes in chosen.items() if codes}}


class TargetsForm(SectionForm):
    """How long everything may take: for every kind one time, or one for each severity."""

    parts = ("targets",)
    columns = (ANY, *reversed(SEVERITIES))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in (*TIMED, "answer"):
            if kind != "answer":
                self.fields[f"{kind}-promise"] = forms.BooleanField(
                    label=_("Only a promise sets the date"), required=False
                )
            for severity in self.columns:
                where = {"kind": kind_name(kind), "severity": severity_name(severity)}
                self.fields[f"{kind}-{severity}"] = NumberField(
                    label=_now("%(kind)s, %(severity)s: how long") % where, required=False
                )
                self.fields[f"{kind}-{severity}-unit"] = forms.ChoiceField(
                    label=_now("%(kind)s, %(severity)s: unit") % where,
                    choices=UNITS,
                    initial=UNITS[0][0],
                )
                self.fields[f"{kind}-{severity}-unit"].widget.attrs["class"] = "ctl"
        for name, field in self.fields.items():
            if not name.endswith(("promise", "seen")):
                field.widget.attrs["aria-label"] = field.label

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for kind, rows in rules.get("targets", {}).items():
            if rows == BY_PROMISE:
                shown[f"{kind}-promise"] = True
                continue
            for severity, row in rows.items():
                shown[f"{kind}-{severity}"] = row["within"]
                shown[f"{kind}-{severity}-unit"] = row["unit"]
        return shown

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Kind by kind, for the table."""
        return [
            {
                "name": kind_name(kind),
                "promise": self[f"{kind}-promise"] if kind != "answer" else None,
                "cells": [
                    {
                        "severity": severity_name(severity),
                        "amount": self[f"{kind}-{severity}"],
                        "unit": self[f"{kind}-{severity}-unit"],
                    }
                    for severity in self.columns
                ],
            }
            for kind in (*TIMED, "answer")
        ]

    @property
    def heads(self) -> list[str]:
        """Above the columns."""
        return [severity_name(severity) for severity in self.columns]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for kind in TIMED:
            if cleaned.get(f"{kind}-promise") and self._rows(kind):
                self.add_error(
                    f"{kind}-promise",
                    ValidationError(_("Leave the times empty, or do not tick this.")),
                )
        return cleaned

    def written(self, rules: Raw) -> dict[str, Any]:
        targets: dict[str, Any] = {}
        for kind in (*TIMED, "answer"):
            promised = self.cleaned_data.get(f"{kind}-promise")
            targets[kind] = BY_PROMISE if promised else self._rows(kind)
        return {**rules, "targets": targets}

    def _rows(self, kind: str) -> dict[str, Any]:
        return {
            severity: {"within": amount, "unit": self.cleaned_data.get(f"{kind}-{severity}-unit")}
            for severity in self.columns
            for amount in (self.cleaned_data.get(f"{kind}-{severity}"),)
            if amount is not None
        }


class LimitsForm(SectionForm):
    """How often before somebody above is asked."""

    parts = ("limits",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in LIMITS:
            label = limit_name(name)
            self.fields[name] = forms.IntegerField(
                label=label[:1].upper() + label[1:], min_value=1, max_value=LONGEST
            )

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        return {**LIMITS, **rules.get("limits", {})}

    def written(self, rules: Raw) -> dict[str, Any]:
        return {**rules, "limits": {name: self.cleaned_data[name] for name in LIMITS}}


class ExtensionForm(SectionForm):
    """How far the date for resolving may move."""

    parts = ("extension",)
    within = NumberField(label=_("At most"), required=False, help_text=_("Empty: no limit."))
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    total = forms.BooleanField(
        label=_("Counted from when the case came in, not from its first date"), required=False
    )
    needs_approval = forms.BooleanField(label=_("A leader has to approve it"), required=False)
    tell_customer = forms.BooleanField(label=_("The customer has to be told"), required=False)

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        given = rules.get("extension", {})
        return {**EXTENSION_FLAGS, "unit": "calendar_day", **given, **(given.get("max") or {})}

    def written(self, rules: Raw) -> dict[str, Any]:
        made: dict[str, Any] = {name: self.cleaned_data[name] for name in EXTENSION_FLAGS}
        if self.cleaned_data["within"] is not None:
            made["max"] = {name: self.cleaned_data[name] for name in ("within", "unit")}
        return {**rules, "extension": made}


class PausesForm(SectionForm):
    """Which clocks stop, and while what."""

    parts = ("pause_reasons",)

    def __init__(self, *args: Any, rules: Raw, **options: Any) -> None:
        super().__init__(*args, rules=rules, **options)
        for kind in TIMED:
            kept = rules.get("pause_reasons", {}).get(kind, ())
            choices = [(code, pause_words(code)) for code in PAUSES]
            self.fields[kind] = Choices(label=kind_name(kind), choices=choices, kept=kept)

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        return dict(rules.get("pause_reasons", {}))

    def written(self, rules: Raw) -> dict[str, Any]:
        chosen = {kind: self.cleaned_data[kind] for kind in TIMED if self.cleaned_data[kind]}
        return {**rules, "pause_reasons": chosen}


class ClosingForm(SectionForm):
    """What closing a case asks for, and how long it is kept afterwards."""

    parts = ("closure", "retention")
    years = forms.IntegerField(
        label=_("Years to keep a case"),
        required=False,
        min_value=1,
        max_value=LONGEST_KEPT,
        help_text=_("Empty: the policy does not say."),
    )
    since = forms.ChoiceField(
        label=_("Counted from"),
        choices=(("closure", _("its closure")), ("receipt", _("its receipt"))),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields = [(name, closure_name(name)) for name in CLOSURE_FIELDS]
        self.fields["closure"] = Choices(
            label=_("Beside the outcome and the reply, closing asks for"), choices=fields
        )
        self.order_fields(["seen", "closure"])

    def initial_of(self, rules: Raw) -> dict[str, Any]:
        kept = rules.get("retention") or {}
        return {
            "closure": rules.get("closure", []),
            "years": kept.get("years"),
            "since": kept.get("from", "closure"),
        }

    def written(self, rules: Raw) -> dict[str, Any]:
        made = {**rules, "closure": self.cleaned_data["closure"]}
        made.pop("retention", None)
        if self.cleaned_data["years"] is not None:
            made["retention"] = {
                "years": self.cleaned_data["years"],
                "from": self.cleaned_data["since"],
            }
        return made


class NoteForm(SectionForm):
    """What is new in this version, for those who read its history."""

    note = forms.CharField(label=_("What is new"), max_length=300, required=False)

    def written(self, rules: Raw) -> dict[str, Any]:
        return dict(rules)


SECTIONS: Mapping[str, type[SectionForm]] = {
    "scope": ScopeForm,
    "targets": TargetsForm,
    "limits": LimitsForm,
    "extension": ExtensionForm,
    "pauses": PausesForm,
    "closing": ClosingForm,
    "note": NoteForm,
}
SECTION_PARTS: Sequence[tuple[str, str]] = [
    (name, part) for name, form in SECTIONS.items() for part in form.parts
]

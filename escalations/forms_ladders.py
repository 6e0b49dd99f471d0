"""A ladder as a form: rungs are added, moved, removed and edited; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from departments.forms_calendars import UNITS
from departments.worktime import Unit
from escalations.forms_policies import Choices, NumberField
from escalations.policy import CHANNELS, ROLE_OF_LEVEL
from escalations.policy.names import channel_name, role_name

MOST_RUNGS = 20
FRACTION, BEFORE, DUE, AFTER = "fraction", "before", "due", "after"
WHEN = (
    (FRACTION, _("after a part of its time (percent)")),
    (BEFORE, _("before it is due")),
    (DUE, _("when it is due")),
    (AFTER, _("after it was due")),
)
LEVELS = (
    ("0", _("reminder")),
    ("1", _("level 1: the department leader decides")),
    ("2", _("level 2: the leader above decides")),
    ("3", _("level 3: the executive decides")),
)
LISTS = ("who", "channels")
NEW: Mapping[str, Any] = {
    "when": AFTER, "amount": "", "unit": Unit.WORKING_HOUR.value, "who": ["owner"], "level": "0",
    "channels": [], "every": "", "every_unit": Unit.BUSINESS_DAY.value,
}  # fmt: skip
Row = dict[str, Any]


class RungForm(forms.Form):
    """One rung."""

    when = forms.ChoiceField(label=_("When"), choices=WHEN)
    amount = NumberField(label=_("How much"), required=False, min_value=0)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    every = NumberField(label=_("Then again every"), required=False, min_value=0)
    every_unit = forms.ChoiceField(label=_("Unit of the repetition"), choices=UNITS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"] = Choices(
            label=_("Who is told"), choices=[(role, role_name(role)) for role in ROLE_OF_LEVEL]
        )
        self.fields["channels"] = Choices(
            label=_("By which? Nothing ticked: by all that they have"),
            choices=[(name, channel_name(name)) for name in CHANNELS],
        )

    def clean_who(self) -> list[str]:
        """Somebody hears it."""
        who: list[str] = self.cleaned_data["who"]
        if not who:
            raise ValidationError(_("Choose who is told."))
        return who

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        when, amount = cleaned.get("when"), cleaned.get("amount")
        if when == FRACTION and "amount" in cleaned and not 0 < (amount or 0) < 100:
            self.add_error("amount", _("Enter a percentage between 0 and 100: 50 is half-way."))
        if when in (BEFORE, AFTER) and "amount" in cleaned and not amount:
            self.add_error("amount", _("Enter how long before or after."))
        return cleaned

    def rung(self) -> dict[str, Any]:
        """As the rules keep it."""
        given = self.cleaned_data
        made = {"when": self._when(), "who": given["who"], "level": int(given["level"])}
        if given["every"] is not None:
            made["repeat"] = {"every": given["every"], "unit": given["every_unit"]}
        if given["channels"]:
            made["channels"] = given["channels"]
        return made

    def _when(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given["when"] == FRACTION:
            return {"fraction": round(given["amount"] / 100, 6)}
        if given["when"] == DUE:
            return {"offset": 0, "unit": Unit.WORKING_HOUR.value}
        sign = -1 if given["when"] == BEFORE else 1
        return {"offset": sign * given["amount"], "unit": given["unit"]}


def row_of(rung: Mapping[str, Any]) -> Row:
    """A rung of the rules as its form shows it."""
    when = rung["when"]
    row: Row = {**NEW, "who": list(rung["who"]), "level": str(rung.get("level", 0))}
    row["channels"] = list(rung.get("channels", ()))
    if "fraction" in when:
        row |= {"when": FRACTION, "amount": _plain(when["fraction"] * 100)}
    elif not when["offset"]:
        row["when"] = DUE
    else:
        row["when"] = BEFORE if when["offset"] < 0 else AFTER
        row["amount"] = _plain(abs(when["offset"]))
        row["unit"] = when.get("unit", Unit.WORKING_HOUR.value)
    if rung.get("repeat"):
        row |= {"every": rung["repeat"]["every"], "every_unit": rung["repeat"]["unit"]}
    return row


def _plain(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


class LadderForm:
    """The rungs in a row; either as they are kept, or as they were typed."""

    def __init__(self, rows: Sequence[Row], *, data: QueryDict | None = None) -> None:
        self.rows = list(rows)
        self.rungs = [
            RungForm(data, prefix=f"rung-{number}")
            if data is not None
            else RungForm(initial=row, prefix=f"rung-{number}")
            for number, row in enumerate(self.rows)
        ]
        self.problems: list[str] = []

    @classmethod
    def typed(cls, data: QueryDict) -> LadderForm:
        """As it was sent; checked when it is asked."""
        return cls(typed_rows(data), data=data)

    def as_typed(self) -> LadderForm:
        """The same, to be checked: as if it had been sent."""
        data = QueryDict(mutable=True)
        for number, row in enumerate(self.rows):
            for name, value in row.items():
                values = value if isinstance(value, list) else [value]
                data.setlist(f"rung-{number}-{name}", [str(each) for each in values if each])
        return LadderForm(self.rows, data=data)

    def is_valid(self) -> bool:
        """Whether every rung says what it needs to."""
        # Each is checked, so that every error is shown at once.
        return not [rung for rung in self.rungs if not rung.is_valid()]

    @property
    def wrong(self) -> list[str]:
        """What is wrong with single rungs, once they were checked."""
        return [
            _now("rung %(n)d, %(field)s: %(error)s")
            % {"n": number, "field": rung.fields[name].label, "error": errors[0]}
            for number, rung in enumerate(self.rungs, start=1)
            if rung.is_bound
            for name, errors in rung.errors.items()
        ]

    @property
    def ladder(self) -> list[dict[str, Any]]:
        """As the rules keep it; of valid forms."""
        return [rung.rung() for rung in self.rungs]

    @property
    def is_full(self) -> bool:
        """No ladder needs more."""
        return len(self.rows) >= MOST_RUNGS


def typed_rows(data: QueryDict) -> list[Row]:
    """What was typed into each rung, whatever it is."""
    count = data.get("count", "")
    known = int(count) if count.isascii() and count.isdigit() and len(count) < 3 else 0
    return [
        {
            name: (data.getlist if name in LISTS else data.get)(f"rung-{number}-{name}")
            for name in NEW
        }
        for number in range(min(known, MOST_RUNGS))
    ]


def rearranged(rows: Sequence[Row], do: str) -> list[Row]:
    """The rows after "add", "remove-2", "up-2", "down-1"; as they were after anything else."""
    made = list(rows)
    verb, _dash, written = do.partition("-")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else -1
    if verb == "add" and len(made) < MOST_RUNGS:
        made.append(dict(NEW))
    elif verb == "remove" and 0 <= number < len(made):
        del made[number]
    elif verb in ("up", "down"):
        other = number + (-1 if verb == "up" else 1)
        if number in range(len(made)) and other in range(len(made)):
            made[number], made[other] = made[other], made[number]
    return made

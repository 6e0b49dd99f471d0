"""The rows of an option's form, and what each of them must hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField
from complaints.forms.fields import LineField
from complaints.models import Commitment, Complaint, Risk, RiskKind, Ticket
from complaints.options import who_accepts
from departments.models import Department

# How many of each there can be, and how many a page shows at first.
PARTS: Final = {"risk": 6, "need": 8, "date": 4}
SHOWN_FIRST: Final = {"risk": 1, "need": 1, "date": 0}
ADDED: Final = {f"add-{part}": part for part in PARTS}
INPUTS: Final = (1, 2)

# By the name of a field what is said where it lacks; "" where it may.
Lacks = Mapping[str, str | Promise]
RISKS: Final[Lacks] = {
    "kind": _("Choose what kind of risk it is."),
    "text": _("Say what may happen."),
    "likelihood": _("Say how likely it is."),
    "impact": _("Say how bad it would be."),
    "mitigation": "",
}
NEEDS: Final[Lacks] = {
    "from": _("Choose the department."),
    "what": _("Say what is needed."),
    "by": _("Say by when."),
    "purpose": "",
}
DATES: Final[Lacks] = {"promise": _("Choose the promise."), "at": _("Give the new date.")}
_CHOOSE: Final = ("", _("Choose…"))


def row_fields(case: Complaint | None = None) -> dict[str, forms.Field]:
    """The fields of all rows; what they offer is read once. Without a case nothing is read."""
    sizes = [_CHOOSE, *Risk.Size.choices]
    fields: dict[str, forms.Field] = {}
    kinds = [_CHOOSE, *(_kinds() if case else ())]
    departments = [_CHOOSE, *(_departments() if case else ())]
    promises = [_CHOOSE, *(_promises(case) if case else ())]
    for n in range(1, PARTS["risk"] + 1):
        fields |= _risk(f"risk_{n}", kinds, sizes)
    for n in range(1, PARTS["need"] + 1):
        fields |= _need(f"need_{n}", departments)
    for n in range(1, PARTS["date"] + 1):
        running = Commitment.objects.filter(complaint=case, state="made")
        fields[f"date_{n}_promise"] = _one(_("Promise"), running, promises)
        fields[f"date_{n}_at"] = InstantField(label=_("New date"), required=False)
    return fields


def _risk(row: str, kinds: list[Any], sizes: list[Any]) -> dict[str, forms.Field]:
    active = RiskKind.objects.filter(is_active=True)
    return {
        f"{row}_kind": _one(_("Kind of risk, and who accepts it"), active, kinds),
        f"{row}_text": LineField(label=_("What may happen"), required=False, max_length=300),
        f"{row}_likelihood": forms.ChoiceField(
            label=_("How likely"), required=False, choices=sizes
        ),
        f"{row}_impact": forms.ChoiceField(label=_("How bad"), required=False, choices=sizes),
        f"{row}_mitigation": LineField(
            label=_("What reduces it"), required=False, max_length=300
        ),
    }


def _need(row: str, departments: list[Any]) -> dict[str, forms.Field]:
    active = Department.objects.filter(is_active=True)
    fields: dict[str, forms.Field] = {
        f"{row}_from": _one(_("Needed of"), active, departments),
        f"{row}_what": LineField(label=_("What"), required=False, max_length=160),
        f"{row}_by": InstantField(label=_("By when"), required=False),
        f"{row}_purpose": forms.ChoiceField(
            label=_("Kind of task"), required=False, choices=Ticket.NEEDED, initial="task"
        ),
    }
    for n in INPUTS:
        fields[f"{row}_input_{n}"] = LineField(
            label=_("Cannot begin without"), required=False, max_length=120
        )
        fields[f"{row}_input_{n}_from"] = _one(_("Supplied by"), active, departments)
    return fields


def _one(label: Any, rows: Any, choices: list[Any]) -> forms.ModelChoiceField[Any]:
    field: forms.ModelChoiceField[Any] = forms.ModelChoiceField(rows, label=label, required=False)
    field.choices = choices
    return field


def _departments() -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in Department.objects.filter(is_active=True)]


def _kinds() -> list[tuple[int, str]]:
    """Each with who accepts it, by name."""
    rows = RiskKind.objects.filter(is_active=True).select_related("department__leader")
    return [(kind.pk, f"{kind.name} · {who_accepts(kind)}") for kind in rows]


def _promises(case: Complaint) -> list[tuple[int, str]]:
    rows = case.commitments.filter(state="made", kind__in=("deliver", "unblock"))
    found = rows.select_related("owner").order_by("promised_at", "pk")
    return [(one.pk, f"{one.reference} {one.what} · {one.owner}") for one in found]

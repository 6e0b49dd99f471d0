"""Forms of moves, by the noun and the verb. A floor above adds those of its own kinds."""

from __future__ import annotations

from collections.abc import Mapping

from complaints.forms.base import MoveForm
from complaints.forms.cases import FORMS as COMPLAINT_FORMS
from complaints.forms.dates import EXTENSION_FORMS
from complaints.forms.escalations import FORMS as ESCALATION_FORMS
from complaints.forms.tickets import COMMITMENT_FORMS, TICKET_FORMS

Forms = Mapping[str, type[MoveForm]]

_FORMS: dict[str, Forms] = {}


def offer_forms(noun: str, forms: Forms) -> None:
    """Let these moves be made with these forms."""
    _FORMS[noun] = forms


def forms_of(noun: str) -> Forms:
    """The form of each verb."""
    return _FORMS[noun]


offer_forms("complaint", COMPLAINT_FORMS)
offer_forms("ticket", TICKET_FORMS)
offer_forms("commitment", COMMITMENT_FORMS)
offer_forms("extension", EXTENSION_FORMS)
offer_forms("escalation", ESCALATION_FORMS)

"""The form of a new token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.api.models import Scope
from complaints.api.tokens import LONGEST
from complaints.forms.fields import LineField

_USUAL = timedelta(days=90)


class TokenForm(forms.Form):
    """What it is for, what it may do, and until when."""

    name = LineField(
        label=_("Name"), max_length=80, help_text=_("What uses it, such as: nightly report.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
    expires_on = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year at most."),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localtime(now).date()
        self.initial["expires_on"] = today + _USUAL
        last = today + LONGEST - timedelta(days=1)
        limits = {"min": f"{today:%Y-%m-%d}", "max": f"{last:%Y-%m-%d}"}
        self.fields["expires_on"].widget.attrs |= limits

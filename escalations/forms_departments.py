"""The question on a department's page: who would be told, about whose clock, at which instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from departments.queries import colleagues

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class WhoForm(forms.Form):
    """An owner and an instant; both may be left out."""

    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Owner of the clock"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody has taken it yet"),
    )
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("With the absences of that time. Empty: now."),
    )

    def __init__(self, *args: Any, department: Department, **options: Any) -> None:
        super().__init__(*args, **options)
        owners: Any = self.fields["owner"]
        owners.queryset = colleagues(department)

    def clean_at(self) -> datetime | None:
        """Within the years for which anybody plans."""
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and not FIRST <= at < LAST:
            raise ValidationError(_("Choose a time between 2000 and 2099."))
        return at

"""On how many days a version is tried."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.services.replays import LONGEST

USUAL = (7, 30, 90)


class ReplayForm(forms.Form):
    """So many days back from now."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST,
        error_messages={
            "required": _("Say on how many days: from 1 to 366."),
            "invalid": _("Say on how many days: from 1 to 366."),
            "min_value": _("Say on how many days: from 1 to 366."),
            "max_value": _("Say on how many days: from 1 to 366."),
        },
    )

"""What people may set about themselves."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

# Areas of the IANA database whose names people know; the rest are old aliases.
AREAS = (
    "Africa/",
    "America/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def zone_choices() -> list[tuple[str, str]]:
    """Time zones by name, as `Asia/Shanghai`."""
    names = [name for name in available_timezones() if name.startswith(AREAS)]
    return [(name, name.replace("_", " ")) for name in [*sorted(names), "UTC"]]


def language_choices() -> list[tuple[str, object]]:
    """Each language by its own name, so that everybody finds theirs."""
    own_names = {"en": "English", "zh-hans": "简体中文"}
    known = [(code, own_names.get(code, name)) for code, name in settings.LANGUAGES]
    return [("", _("As my browser asks")), *known]


class ProfileForm(forms.Form):
    """Language and time zone."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=language_choices, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Dates and times are shown in this zone."),
    )

"""How one wants to be told, as one enters it: each error where it was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from notifications.models import Preference
from notifications.timing import EVERY_DAY

DIGESTS = (
    ("none", _("Never: each mail by itself")),
    ("once", _("Once a day")),
    ("twice", _("Twice a day")),
)


class TimeField(forms.TimeField):
    """Hours and minutes, in the browser's own picker."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, input_formats=["%H:%M"], **options)
        self.error_messages["invalid"] = _("Give hours and minutes, such as 08:30.")


class DaysField(forms.TypedMultipleChoiceField):
    """Days of the week, Monday being 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            coerce=int,
            choices=lambda: sorted(WEEKDAYS_ABBR.items()),
            widget=forms.CheckboxSelectMultiple,
            **options,
        )


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Quiet hours, days off, digests."""

    quiet_from = TimeField(label=_("Quiet from"))
    quiet_until = TimeField(
        label=_("Quiet until"),
        help_text=_("May be on the next day, such as from 20:00 until 08:00."),
    )
    quiet_days = DaysField(label=_("They begin on"))
    days_off = DaysField(label=_("Quiet all day on"))
    digest = forms.ChoiceField(label=_("How often"), choices=DIGESTS, widget=forms.RadioSelect)
    digest_first = TimeField(label=_("First digest at"))
    digest_second = TimeField(
        label=_("Second digest at"), help_text=_("Only with two digests a day.")
    )

    class Meta:
        model = Preference
        fields = (
            "quiet_from",
            "quiet_until",
            "quiet_days",
            "days_off",
            "digest_first",
            "digest_second",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = (self.instance.digest_first, self.instance.digest_second)
        self.initial["digest"] = DIGESTS[sum(at is not None for at in kept)][0]

    def clean_days_off(self) -> list[int]:
        days: list[int] = self.cleaned_data["days_off"]
        if set(days) >= EVERY_DAY:
            raise forms.ValidationError(_("Leave at least one day on which mail may reach you."))
        return days

    def clean(self) -> dict[str, Any]:
        self._clean_quiet_hours()
        self._clean_digest()
        return self.cleaned_data

    def _clean_quiet_hours(self) -> None:
        start, end = self._given("quiet_from"), self._given("quiet_until")
        if not self._wrong("quiet_from", "quiet_until"):
            if start is None and end is not None:
                self.add_error("quiet_from", _("Say from when, or leave both times empty."))
            elif end is None and start is not None:
                self.add_error("quiet_until", _("Say until when, or leave both times empty."))
            elif start is not None and start == end:
                self.add_error(
                    "quiet_until",
                    _("Both times are the same. For whole days, choose “Quiet all day”."),
                )
        if start and end and not self._wrong("quiet_days") and not self._given("quiet_days"):
            self.add_error("quiet_days", _("Choose the days, or leave both times empty."))

    def _clean_digest(self) -> None:
        wanted = self._given("digest")
        # Times that the choice does not use are not kept, nor judged.
        for name, counts in (("digest_first", ("once", "twice")), ("digest_second", ("twice",))):
            if wanted not in counts:
                self.cleaned_data[name] = None
                self.errors.pop(name, None)
            elif not self._wrong(name) and self._given(name) is None:
                self.add_error(name, _("Say at what time the digest leaves."))
        first, second = self._given("digest_first"), self._given("digest_second")
        if first is not None and first == second:
            self.add_error("digest_second", _("Both digests are at the same time."))

    def _given(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def _wrong(self, *names: str) -> bool:
        return any(name in self.errors for name in names)

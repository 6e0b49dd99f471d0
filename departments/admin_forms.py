"""Forms of the administration: people by name and e-mail, hours as one writes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from departments.hours import WEEKDAYS, spans_from_text, text_of, validate_week
from departments.models import CalendarDay, User, WorkCalendar

HOURS_HELP = _("Such as 09:00-12:00, 13:30-18:00; a night as 22:00-06:00; empty: closed.")
WEEK_FIELDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class PersonAddForm(AdminUserCreationForm):
    """A new person; without a password they set one themselves, by mail."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name", "email", "language")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["usable_password"].label = _("Password")
        self.fields["usable_password"].choices = [
            ("true", _("set here")),
            ("false", _("set by the person")),
        ]
        self.fields["usable_password"].help_text = _(
            "“Forgot your password?” on the sign-in page sends them a link."
        )


class PersonForm(UserChangeForm):
    """A person as they are."""

    class Meta(UserChangeForm.Meta):
        model = User


class HoursField(forms.CharField):
    """The hours of one day as text; their spans when cleaned."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=200, help_text=HOURS_HELP, **options)

    def clean(self, value: Any) -> list[list[str]]:
        """Raises ValidationError with what cannot be read."""
        return spans_from_text(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return text_of(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)


class WorkCalendarForm(forms.ModelForm):
    """The week as seven lines instead of JSON."""

    monday = HoursField(label=WEEKDAYS[0])
    tuesday = HoursField(label=WEEKDAYS[1])
    wednesday = HoursField(label=WEEKDAYS[2])
    thursday = HoursField(label=WEEKDAYS[3])
    friday = HoursField(label=WEEKDAYS[4])
    saturday = HoursField(label=WEEKDAYS[5])
    sunday = HoursField(label=WEEKDAYS[6])

    class Meta:
        model = WorkCalendar
        fields = ("name_en", "name_zh", "zone", "country")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, spans in zip(WEEK_FIELDS, self.instance.week or (), strict=False):
            self.initial.setdefault(name, spans)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError if the days do not fit together."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors.keys() & set(WEEK_FIELDS):
            week = [cleaned[name] for name in WEEK_FIELDS]
            validate_week(week)
            self.instance.week = week
        return cleaned


class CalendarDayForm(forms.ModelForm):
    """A day's hours as one line."""

    hours = HoursField(label=_("hours"))

    class Meta:
        model = CalendarDay
        fields: ClassVar = ("date", "hours", "label")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("hours", self.instance.spans)

    def clean(self) -> dict[str, Any]:
        """Hands the hours to the day."""
        cleaned = super().clean() or self.cleaned_data
        if "hours" in cleaned:
            self.instance.spans = cleaned["hours"]
        return cleaned

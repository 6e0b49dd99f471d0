"""Forms of calendars: hours as one writes them, each error where it was typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.forms import zone_choices
from departments.hours import WEEKDAYS, spans_from_text, text_of, validate_week
from departments.models import CalendarDay, WorkCalendar
from departments.worktime import Unit
from departments.yearview import FIRST_YEAR, LAST_YEAR

WEEK_FIELDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = (
    (Unit.WORKING_HOUR.value, _("working hours")),
    (Unit.BUSINESS_DAY.value, _("business days")),
    (Unit.CALENDAR_DAY.value, _("calendar days")),
    (Unit.HOUR.value, _("hours, day and night")),
)
DAYS = {Unit.BUSINESS_DAY.value, Unit.CALENDAR_DAY.value}


class HoursField(forms.CharField):
    """The hours of one day as text; their spans when cleaned."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=200, **options)

    def clean(self, value: Any) -> list[list[str]]:
        """Raises ValidationError with what cannot be read."""
        return spans_from_text(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return text_of(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)


class SeenForm(forms.Form):
    """What changes a calendar carries the version that was on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CalendarForm(SeenForm, forms.ModelForm):
    """A calendar with its week as seven lines."""

    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The hours are those of the clock on the wall there.")
    )
    since = forms.DateField(
        label=_("These hours hold from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Before this day it was worked by the hours as they were: that stays."),
    )
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
        known = zone_choices()
        own = self.instance.zone
        self.fields["zone"].choices = known if (own, own) in known else [(own, own), *known]
        for name, spans in zip(WEEK_FIELDS, self.instance.week or (), strict=False):
            self.initial.setdefault(name, spans)

    @property
    def week_fields(self) -> list[forms.BoundField]:
        """The seven days, in order."""
        return [self[name] for name in WEEK_FIELDS]

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by the names of the model's fields."""
        week = [self.cleaned_data[name] for name in WEEK_FIELDS]
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"week": week}

    def clean_since(self) -> date | None:
        """Raises ValidationError for a day that no clock could reach."""
        since: date | None = self.cleaned_data["since"]
        if since and not FIRST_YEAR <= since.year <= LAST_YEAR:
            raise ValidationError(
                _("Choose a day in the years %(first)s to %(last)s."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return since

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors.keys() & set(WEEK_FIELDS):
            week = [cleaned[name] for name in WEEK_FIELDS]
            try:
                validate_week(week)
            except ValidationError as error:
                # The day that runs into the next one, or the first of a week without hours.
                self.add_error(WEEK_FIELDS[(error.params or {}).get("weekday", 0)], error)
            self.instance.week = week
        return cleaned


class DayForm(SeenForm):
    """A day that differs from the week and from the country's holidays."""

    CLOSED, OPEN = "closed", "open"

    date = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("On this day"),
        choices=[
            (CLOSED, pgettext_lazy("working hours", "closed")),
            (OPEN, _("open at other hours")),
        ],
        widget=forms.RadioSelect,
        initial=CLOSED,
    )
    hours = HoursField(
        label=_("Hours, if open"),
        help_text=_("Such as 09:00-12:00, 13:30-18:00; a night as 22:00-06:00."),
    )
    label = forms.CharField(
        label=_("Why"), max_length=120, help_text=_("Shown wherever a date depends on this day.")
    )

    def __init__(
        self, *args: Any, calendar: WorkCalendar, day: CalendarDay | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.calendar, self.day = calendar, day

    @staticmethod
    def initial_of(day: CalendarDay) -> dict[str, Any]:
        """What is there, as the form shows it."""
        kind = DayForm.OPEN if day.spans else DayForm.CLOSED
        return {"date": day.date, "kind": kind, "hours": day.spans, "label": day.label}

    def clean_date(self) -> date:
        """Raises ValidationError if the day has an entry of its own already."""
        chosen: date = self.cleaned_data["date"]
        others = self.calendar.days.filter(date=chosen)
        if self.day is not None:
            others = others.exclude(pk=self.day.pk)
        if (other := others.first()) is not None:
            raise ValidationError(
                _("That day is entered already (%(why)s): change that entry."),
                params={"why": other.label},
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == self.CLOSED:
            cleaned["hours"] = []
        elif cleaned.get("hours") == []:
            self.add_error("hours", _("Say from when to when it is open, or choose “closed”."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by the names of the service's arguments."""
        cleaned = self.cleaned_data
        return {"day": cleaned["date"], "spans": cleaned["hours"], "label": cleaned["label"]}


class NoMoreForm(SeenForm):
    """Nothing to enter: the day goes back to what the week and the country say."""


class SampleForm(forms.Form):
    """A question to a calendar: so much from then is due when?"""

    start = forms.DateTimeField(
        label=_("From"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.25"),
        max_value=2000,
        max_digits=6,
        decimal_places=2,
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        amount = cleaned.get("amount")
        if cleaned.get("unit") in DAYS and amount is not None and amount != int(amount):
            self.add_error("amount", _("Days are counted whole: give a number such as 2."))
        return cleaned

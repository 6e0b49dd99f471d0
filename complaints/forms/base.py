"""The frame of the forms: each carries one move, and calls its service."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.services.people import people_of
from departments.models import Department, User


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker, in the reader's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TextField(forms.CharField):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10_000)
        super().__init__(**kwargs)


class InstantField(forms.DateTimeField):
    """A date with a time, as the browser's picker sends it."""

    widget = DateTimeInput


class PersonField(forms.ModelChoiceField):
    """One person of a department, set when the form is made."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)


class DepartmentField(forms.ModelChoiceField):
    """One active department."""

    def __init__(self, **kwargs: Any) -> None:
        active = Department.objects.filter(is_active=True)
        super().__init__(active, empty_label=_("Choose…"), **kwargs)


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = MultipleFileInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class MoveForm(forms.Form):
    """What a person gives with a move of `thing`; `act` makes it.

    `version` is the thing's as the person saw it; `token` names this one sending.
    """

    template: ClassVar[str] = "complaints/move.html"
    submit: ClassVar[Any] = _("Save")
    intro: Any = ""
    danger: ClassVar[bool] = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, thing: Any, actor: User, now: datetime, **kwargs: Any) -> None:
        initial = {"version": thing.version, "token": uuid.uuid4(), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.thing = thing
        self.actor = actor
        self.now = now
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from the thing."""

    def offer_people(self, name: str, department: Department) -> None:
        """Let the field choose among the department's people."""
        field = self.fields[name]
        assert isinstance(field, PersonField)
        field.queryset = people_of(department)

    def act(self) -> Any:
        """Call the service. Raises MoveError."""
        raise NotImplementedError

    def given(self, *names: str) -> dict[str, Any]:
        """The named values, with actor, now and the version the person saw."""
        return {
            "actor": self.actor,
            "now": self.now,
            "version": self.cleaned_data.get("version"),
            **{name: self.cleaned_data[name] for name in names},
        }

    def suggest(self, name: str, at: datetime) -> None:
        """Offer an instant as the first value, to the minute, unless it has passed."""
        if at > self.now:
            self.initial.setdefault(name, timezone.localtime(at).replace(second=0, microsecond=0))

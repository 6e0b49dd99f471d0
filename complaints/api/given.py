"""From JSON or multipart to what a form is sent: the form stays the judge of it.

What is no text for a database, no instant with a zone, no list where one is wanted is told here,
for a browser never sends it. Fields left out that a form would show filled in are sent as shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from complaints.api.problems import invalid
from complaints.models import Category
from departments.models import Department, User

# The API has its own words for these.
HIDDEN = frozenset({"version", "token"})
# By what else than its id one is named.
NAMED_BY: dict[type[Model], str] = {User: "username", Department: "code", Category: "code"}
_YEARS = range(1900, 2200)
_TRUE, _FALSE = ("true", "1", "on"), ("false", "0", "off", "")

Fields = Mapping[str, forms.Field]


class Unfit(Exception):
    """One value that cannot be what its field wants."""


class Given:
    """What somebody sent, as the data and files of a form."""

    def __init__(self, sent: Any, fields: Fields) -> None:
        self.data = QueryDict(mutable=True)
        self.files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
        self.sent = _lists(sent) if hasattr(sent, "lists") else dict(sent)
        errors = {name: [_("There is no such field.")] for name in self.sent if name not in fields}
        for name, value in self.sent.items():
            if name not in errors:
                try:
                    self._take(name, value, fields[name])
                except Unfit as error:
                    errors[name] = [str(error)]
        if errors:
            raise invalid(errors)

    def _take(self, name: str, value: Any, field: forms.Field) -> None:
        if isinstance(field, forms.FileField):
            self.files.setlist(name, _files(value))
            return
        texts = _many(value, field) if _is_many(field) else [_one(value, field)]
        self.data.setlist(name, [text for text in texts if text is not None])

    def fill_in(self, form: forms.Form) -> None:
        """What the form would show filled in, and nobody has to give, is sent as it is shown."""
        for name, field in form.fields.items():
            unsaid = name not in self.sent and name not in HIDDEN
            if unsaid and not field.required and not isinstance(field, forms.FileField):
                shown = form.get_initial_for_field(field, name)
                self.data.setlist(name, list(_shown(shown, field)))


def _lists(sent: Any) -> dict[str, Any]:
    """A multipart body: what came once is one value."""
    return {name: many[0] if len(many) == 1 else many for name, many in sent.lists()}


def _is_many(field: forms.Field) -> bool:
    return isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)


def _files(value: Any) -> list[UploadedFile[Any]]:
    files = value if isinstance(value, list) else [value]
    if not all(isinstance(file, UploadedFile) for file in files):
        raise Unfit(_("Send files as multipart/form-data."))
    return files


def _many(value: Any, field: forms.Field) -> list[str | None]:
    if value is None:
        return []
    return [_one(one, field) for one in (value if isinstance(value, list) else [value])]


def _one(value: Any, field: forms.Field) -> str | None:
    """One value as a form is sent it; None for nothing."""
    if value is None:
        return None
    if isinstance(field, forms.ModelChoiceField):
        return _reference(value, field)
    for kind, read in ((forms.BooleanField, _flag), (forms.DateTimeField, _instant)):
        if isinstance(field, kind):
            return read(value)
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return _number(value)
    return _text(value)


def _flag(value: Any) -> str | None:
    said = str(value).lower() if isinstance(value, bool | str) else "?"
    if said not in (*_TRUE, *_FALSE):
        raise Unfit(_("Say true or false."))
    return "on" if said in _TRUE else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(_("Give this as text."))
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Unfit(_("This holds signs that are no text."))
    return value


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit(_("Give this as a number."))
    return _text(str(value))


def _instant(value: Any) -> str:
    text = _text(value)
    if not text.strip():
        return ""
    try:
        at = parse_datetime(text.strip())
        at = at and at.tzinfo and at.astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if not isinstance(at, datetime) or at.year not in _YEARS:
        raise Unfit(_("Give an instant with its zone, such as 2026-11-30T18:00:00+08:00."))
    return at.isoformat()


def _reference(value: Any, field: forms.ModelChoiceField[Any]) -> str:
    """An id; or what else the thing is called by, which is looked up."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = _text(value).strip()
    if not text or text.isdecimal() or field.queryset is None or field.to_field_name:
        return text
    model = field.queryset.model
    name = name_of(model)
    found = field.queryset.filter(**{f"{name}__iexact": text}) if name else None
    pk = found.values_list("pk", flat=True).first() if found is not None else None
    # A name that nobody has is no choice of the form: it says so.
    return text if pk is None else str(pk)


def name_of(model: type[Model]) -> str:
    """The field by which one of these may be named, besides its id; "" for none."""
    if model in NAMED_BY:
        return NAMED_BY[model]
    names = {field.name for field in model._meta.concrete_fields}
    return next((name for name in ("reference", "code") if name in names), "")


def _shown(value: Any, field: forms.Field) -> Iterable[str]:
    if value is None or value == "" or value is False:
        return
    prepare: Callable[[Any], Any] = field.prepare_value
    for one in value if isinstance(value, list | tuple) else [value]:
        plain = prepare(one)
        if isinstance(plain, datetime):
            yield plain.isoformat()
        else:
            yield "on" if plain is True else str(plain)

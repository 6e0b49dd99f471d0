"""Fields for what comes from outside: tidied, and told apart from what nobody can read."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.categories import Tree, grouped
from complaints.forms.base import FilesField
from complaints.lookup import local_phone
from complaints.models import Category
from complaints.services.attachments import check_file
from escalations.models import Preset
from journal.errors import Invalid

# Signs that turn the direction of the text around them, and signs without any width.
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
_PHONE = re.compile(r"\+?\d{5,20}(x\d{1,6})?")
_IDENTITY = re.compile(r"[\w()（）-]{4,40}")
MOST_FILES = 10


def legible(text: str) -> str:
    """The text without control signs, line breaks and tabs excepted, and without hidden ones."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = (
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
    return _DECEIVING.sub("", "".join(shown))


class LineField(forms.CharField):
    """One line of text: whatever was pasted, its blanks and breaks become single blanks."""

    def to_python(self, value: Any) -> str:
        return " ".join(legible(super().to_python(value)).split())


class StoryField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10_000)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        # Browsers send two signs for a line break and count one: tidied before it is measured.
        return legible(super().to_python(value)).strip()


class PhoneField(LineField):
    """A phone number, kept without the blanks and dashes that everybody puts elsewhere."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    default_error_messages = {  # noqa: RUF012 - merged by Django over the classes
        "phone": _("Give the number in digits, such as 138 0013 8000 or +86 21 5555 0100."),
    }

    def to_python(self, value: Any) -> str:
        given = unicodedata.normalize("NFKC", super().to_python(value)).lower()
        plain = local_phone(re.sub(r"ext\.?|转", "x", given))
        if plain and not _PHONE.fullmatch(plain):
            raise ValidationError(self.error_messages["phone"], code="phone")
        return plain


class IdentityNumberField(LineField):
    """The number of an identity document, of whatever kind."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    default_error_messages = {  # noqa: RUF012 - merged by Django over the classes
        "number": _("Give the number as on the document: letters and digits, at least 4."),
    }

    def to_python(self, value: Any) -> str:
        given = unicodedata.normalize("NFKC", super().to_python(value))
        plain = "".join(given.split()).upper()
        if plain and not _IDENTITY.fullmatch(plain):
            raise ValidationError(self.error_messages["number"], code="number")
        return plain


class CategoryField(forms.ModelChoiceField):
    """A leaf of one axis of the tree, chosen by its path."""

    def __init__(self, *, axis: str, **kwargs: Any) -> None:
        self.axis = axis
        kwargs.setdefault("empty_label", _("Choose…"))
        super().__init__(Category.objects.filter(axis=axis), **kwargs)

    def offer(self) -> None:
        """Read the tree once, for the choices and for what is accepted."""
        places = Tree(self.axis).leaves()
        self.queryset = Category.objects.filter(pk__in=[place.category.pk for place in places])
        self.widget.choices = [("", self.empty_label), *grouped(places)]


class GroupField(CategoryField):
    """The group that a customer is of."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Not known"))
        super().__init__(axis="G", **kwargs)


class PresetField(forms.ChoiceField):
    """A regulator's rules that the policy of the case may go by, or none; or nothing said yet."""

    NONE = "none"
    known: dict[str, str]

    def offer(self, present: str = "", *, unsaid: bool = False) -> None:
        """Read what is known; `present` stays on offer. With `unsaid` none has to be chosen."""
        self.known = {preset.code: preset.name for preset in Preset.objects.all()}
        if present:
            self.known.setdefault(present, present)
        none = [("", _("Choose…")), (self.NONE, _("None"))] if unsaid else [("", _("None"))]
        self.choices = [*none, *self.known.items()]


class AttachmentsField(FilesField):
    """Files that may be kept; each one that may not is named, with why."""

    default_error_messages = {  # noqa: RUF012 - merged by Django over the classes
        "many": _("Attach at most %(most)d files; the rest can follow on the case's page."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _limits())
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        problems = [problem for file in files if (problem := _problem_of(file))]
        if len(files) > MOST_FILES:
            problems.insert(0, str(self.error_messages["many"]) % {"most": MOST_FILES})
        if problems:
            raise ValidationError(problems)
        return list(files)


def _problem_of(file: Any) -> str:
    try:
        check_file(file)
    except Invalid as error:
        return error.message
    return ""


def _limits() -> Any:
    return format_lazy(
        _("Pictures, PDF, Office files, text or ZIP; up to {size} MB each, {most} at most."),
        size=settings.ATTACHMENT_MAX_BYTES // 2**20,
        most=MOST_FILES,
    )

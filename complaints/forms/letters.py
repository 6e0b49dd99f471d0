"""Letters to the customer, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import MoveForm, TextField
from complaints.granting import language_of
from complaints.models import Contact, Letter
from complaints.services import letters


class WriteLetter(MoveForm):
    submit = _("Write the draft")
    intro = _("A draft from the template. Nothing goes out before you send it.")
    letter = forms.ChoiceField(label=_("Which letter"), choices=Letter.Kind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def prepare(self) -> None:
        self.initial.setdefault("language", language_of(self.thing.customer, self.thing))

    def act(self) -> Any:
        given = self.given("language")
        return letters.write(complaint=self.thing, kind=self.cleaned_data["letter"], **given)


class Revise(MoveForm):
    subject = forms.CharField(label=_("Subject"), max_length=160)
    text = TextField(label=_("Letter"), widget=forms.Textarea(attrs={"rows": 14}))

    def prepare(self) -> None:
        self.initial.setdefault("subject", self.thing.subject)
        self.initial.setdefault("text", self.thing.text)

    def act(self) -> Any:
        return letters.revise(letter=self.thing, **self.given("subject", "text"))


class Send(MoveForm):
    submit = _("Send by mail")
    intro = _("As it stands, with the PDF attached. It cannot be changed afterwards.")
    email = forms.EmailField(label=_("E-mail address"), max_length=254)

    def prepare(self) -> None:
        self.initial.setdefault("email", self.thing.email)

    def act(self) -> Any:
        return letters.send(letter=self.thing, **self.given("email"))


class Post(MoveForm):
    intro = _("Print it first. It cannot be changed afterwards.")
    on = forms.DateField(
        label=_("On which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            (Contact.Means.LETTER, _("By post")),
            (Contact.Means.VISIT, _("Handed over")),
        ],
    )

    def prepare(self) -> None:
        self.initial.setdefault("on", timezone.localdate(self.now))

    def act(self) -> Any:
        return letters.post(letter=self.thing, **self.given("on", "how"))


class Discard(MoveForm):
    submit = _("Discard")
    danger = True
    intro = _("The draft is not sent. It stays to be read.")

    def act(self) -> Any:
        return letters.discard(letter=self.thing, **self.given())


LETTER_FORMS: dict[str, type[MoveForm]] = {
    "revise": Revise,
    "send": Send,
    "post": Post,
    "withdraw": Discard,
}

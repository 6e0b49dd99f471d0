"""The form that files a complaint."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.encryption import blind_index
from complaints.forms.base import DepartmentField, InstantField
from complaints.forms.fields import (
    AttachmentsField,
    CategoryField,
    GroupField,
    IdentityNumberField,
    LineField,
    PhoneField,
    PresetField,
    StoryField,
)
from complaints.lookup import customer_by_id
from complaints.models import Complaint, Customer
from complaints.services.customers import NewCustomer
from complaints.services.filing import Filing, file_complaint
from departments.models import User
from departments.standing import standing_of
from escalations.models import Severity

NEW = "new"
ASK = "ask"
OLDEST = timedelta(days=10 * 366)
IDENTITY_DOCUMENTS = (
    _("Resident identity card"),
    _("Passport"),
    _("Mainland travel permit, Hong Kong and Macao"),
    _("Mainland travel permit, Taiwan"),
    _("Foreigner's permanent residence card"),
    _("Military or police identity card"),
    _("Business licence"),
)


class FilingForm(forms.Form):
    """What customer service writes down while the customer speaks."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    customer = forms.CharField(widget=forms.HiddenInput, required=False)
    find = LineField(
        label=_("Customer"),
        required=False,
        max_length=80,
        help_text=_("Name, phone, e-mail, or the whole identity number."),
    )
    name = LineField(label=_("Name"), required=False, max_length=80)
    phone = PhoneField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    identity_type = LineField(label=_("Identity document"), required=False, max_length=60)
    identity_number = IdentityNumberField(
        label=_("Its number"),
        required=False,
        help_text=_("Kept encrypted; only the last four signs are shown."),
    )
    group = GroupField(label=_("Customer group"), required=False)
    language = forms.ChoiceField(
        label=_("Language of letters"),
        required=False,
        choices=[("", _("As the complaint is written")), *settings.LANGUAGES],
    )
    channel = forms.ChoiceField(
        label=_("Received by"), choices=Complaint.Channel.choices, widget=forms.RadioSelect
    )
    preset = PresetField(
        label=_("Regulator's rules"),
        required=False,
        help_text=_("Whose deadlines hold, if any. Needed for what a regulator forwards."),
    )
    title = LineField(
        label=_("In one line"),
        max_length=160,
        error_messages={"required": _("Give the trouble a name: what fails, for whom.")},
    )
    description = StoryField(
        label=_("What happened"),
        rows=5,
        error_messages={"required": _("Tell what happened, as the customer says it.")},
    )
    remedy_sought = StoryField(
        label=_("What does the customer want?"),
        rows=2,
        error_messages={
            "required": _(
                "Say what would settle it. Departments answer faster when they know the remedy."
            )
        },
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, widget=forms.RadioSelect
    )
    statutory_major = forms.BooleanField(
        label=_("Statutory major complaint"),
        required=False,
        help_text=_(
            "20 or more people together; disaster, safety or public health; or named so by the "
            "regulator."
        ),
    )
    category = CategoryField(
        label=_("Business type"),
        axis="B",
        error_messages={"required": _("Choose what it is about.")},
    )
    cause = CategoryField(
        label=_("Cause"), axis="C", required=False, empty_label=_("Not known yet")
    )
    product = LineField(label=_("Product"), required=False, max_length=80)
    account = LineField(label=_("Order or account"), required=False, max_length=80)
    received_at = InstantField(label=_("When received"))
    files = AttachmentsField(label=_("Attachments"))
    ask_department = DepartmentField(label=_("Department to ask"), required=False)

    def __init__(self, *args: Any, actor: User, now: datetime, **kwargs: Any) -> None:
        self.actor = actor
        self.now = now
        self.given: Customer | NewCustomer | None = None
        first = {
            "token": uuid.uuid4(),
            "channel": Complaint.Channel.PHONE,
            "severity": Severity.ORDINARY,
            "received_at": timezone.localtime(now).replace(second=0, microsecond=0),
        }
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        self.fields["preset"].offer(unsaid=True)
        if not self.fields["preset"].known:
            del self.fields["preset"]
        for name in ("category", "cause", "group"):
            self.fields[name].offer()
        self.fields["ask_department"].empty_label = _("a department…")
        own = standing_of(actor).departments
        others = self.fields["ask_department"].queryset.exclude(pk__in=own)
        self.fields["ask_department"].queryset = others

        self.fields["received_at"].widget.attrs["max"] = f"{first['received_at']:%Y-%m-%dT%H:%M}"
        # A new page cannot give files back: HTMX leaves the field where it is.
        self.fields["files"].widget.attrs["hx-preserve"] = "true"
        self.fields["identity_type"].widget.attrs["list"] = "identity-documents"

    def begin_at(self, name: str) -> None:
        """Put the cursor there: a part of the page has changed under it."""
        self.fields[name].widget.attrs["autofocus"] = True

    @property
    def identity_documents(self) -> tuple[object, ...]:
        """What is usual; any other may be typed."""
        return IDENTITY_DOCUMENTS

    def clean_received_at(self) -> datetime:
        at: datetime = self.cleaned_data["received_at"]
        if at > self.now:
            raise ValidationError(_("It cannot have been received in the future."))
        if at < self.now - OLDEST:
            raise ValidationError(_("That is more than ten years ago. Check the year."))
        return at

    def clean_preset(self) -> str | None:
        """None where nothing was said, "" where it was: none."""
        given = self.cleaned_data["preset"]
        return "" if given == PresetField.NONE else given or None

    def clean(self) -> None:
        if self.cleaned_data.get("customer") == NEW:
            self._clean_new_customer()
        else:
            self.given = customer_by_id(self.cleaned_data.get("customer", ""))
            if self.given is None:
                self.add_error("find", _("Choose the customer, or enter a new one."))
        if self.data.get("step") == ASK and not self.cleaned_data.get("ask_department"):
            self.add_error("ask_department", _("Choose the department to ask."))

    def _clean_new_customer(self) -> None:
        get = self.cleaned_data.get
        if not get("name") and "name" not in self.errors:
            self.add_error("name", _("Give the customer's name."))
        number, kind = get("identity_number", ""), get("identity_type", "")
        if number and not kind and "identity_type" not in self.errors:
            self.add_error("identity_type", _("Say which document the number is of."))
        if kind and not number and "identity_number" not in self.errors:
            self.add_error("identity_number", _("Give its number, or leave the document out."))
        index = blind_index(number)
        if index and Customer.objects.filter(identity_index=index).exists():
            self.add_error(
                "identity_number", _("A customer with this number is known: find and choose them.")
            )
        self.given = NewCustomer(
            name=get("name", ""),
            phone=get("phone", ""),
            email=get("email", ""),
            identity_type=kind,
            identity_number=number,
            group=get("group"),
            language=get("language", ""),
        )

    def file(self) -> Complaint:
        """Call the service, with what was found valid. Raises MoveError."""
        assert self.given is not None
        named = (
            "channel title description remedy_sought severity statutory_major category cause "
            "product account received_at files"
        )
        filing = Filing(
            customer=self.given,
            group=self.cleaned_data["group"],
            preset=self.cleaned_data.get("preset"),
            **{name: self.cleaned_data[name] for name in named.split()},
        )
        return file_complaint(
            filing=filing, actor=self.actor, now=self.now, token=self.cleaned_data["token"]
        )

"""Closing a case, with what its policy asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import MoveForm, TextField
from complaints.forms.fields import AttachmentsField, CategoryField
from complaints.models import Complaint
from complaints.services import cases
from complaints.services.closing import CAUSE, EVIDENCE, FOLLOW_UP, REDRESS, Proof, may_override
from escalations.services import rules_for


class Close(MoveForm):
    submit = _("Close the case")
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Complaint.Outcome.choices)
    reply = TextField(label=_("Reply that the customer was given"))
    cause = CategoryField(label=_("Cause"), axis="C", required=False)
    redress = TextField(
        label=_("Redress"),
        required=False,
        help_text=_("What the customer got; say so if nothing was due."),
    )
    follow_up = TextField(
        label=_("Follow-up"),
        required=False,
        help_text=_("How and when the customer was called afterwards, and what they said."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=200,
        help_text=_("Where it is kept, if it is not attached."),
    )
    files = AttachmentsField(label=_("Attachments"))
    override = TextField(
        label=_("Reason for closing all the same"),
        required=False,
        help_text=_("Only a leader of the first-contact department may give one."),
    )

    def prepare(self) -> None:
        """Ask only for what the policy of the case asks for."""
        for name in ("outcome", "reply", "redress", "cause", "evidence", "follow_up"):
            self.initial.setdefault(name, getattr(self.thing, name))
        for name in {CAUSE, REDRESS, FOLLOW_UP, EVIDENCE} - self._asked:
            del self.fields[name]
        if EVIDENCE not in self._asked:
            del self.fields["files"]
        if CAUSE in self._asked:
            self.fields[CAUSE].offer()
        lets_pass = self._asked and may_override(self.actor, self.thing)
        if not lets_pass and not self.thing.tickets.open().exists():
            del self.fields["override"]
            self.fields["reply"].widget.attrs["rows"] = 5

    @cached_property
    def _asked(self) -> frozenset[str]:
        return rules_for(self.thing.reference, severity=self.thing.severity)[1].closure

    def act(self) -> Any:
        given = self.cleaned_data
        proof = Proof(
            cause=given.get("cause"),
            redress=given.get("redress", ""),
            follow_up=given.get("follow_up", ""),
            evidence=given.get("evidence", ""),
            files=given.get("files", ()),
        )
        given.setdefault("override", "")
        named = self.given("outcome", "reply", "override")
        return cases.close(complaint=self.thing, proof=proof, **named)

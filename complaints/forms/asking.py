"""Asking a leader: the question, the options on offer, by when, and whom it goes to and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, TextField
from complaints.models import Proposal
from complaints.services import decisions
from complaints.services.addressing import Addressee, addressee_of, asked_by_limits, routes_of
from departments.models import Department
from escalations.models import Escalation


class Escalate(MoveForm):
    """A decision is requested, of the leader whom the risks or the sides call for."""

    template: ClassVar[str] = "complaints/escalation/request.html"
    submit = _("Request a decision")
    intro = _("A leader is told at once, and reminded until a decision is recorded.")
    text = TextField(
        label=_("What is to be decided"),
        help_text=_("The question, and what you have tried. The case is one click away."),
    )
    needed_by = InstantField(
        label=_("Needed by"),
        required=False,
        help_text=_("Left empty, the policy says by when the leader decides."),
    )

    def prepare(self) -> None:
        """Whom it goes to, unless somebody else is chosen."""
        field: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
            Department.objects.filter(is_active=True),
            label=_("Whom it goes to"),
            required=False,
            empty_label=self._by_rule(),
        )
        routes = routes_of(self.thing, asking=self.actor, now=self.now)
        field.choices = [
            ("", self._by_rule()),
            *((row.department.pk, f"{row.leader} · {row.department.name}") for row in routes),
        ]
        self.fields["department"] = field
        self.order_fields(["text", "department", "needed_by"])

    @staticmethod
    def more_fields() -> dict[str, forms.Field]:
        """For the description of the API."""
        active = Department.objects.filter(is_active=True)
        return {
            "department": forms.ModelChoiceField(
                active, label=_("Whom it goes to"), required=False
            )
        }

    @cached_property
    def addressee(self) -> Addressee | None:
        """Who decides by the rule, and why."""
        return addressee_of(self.thing, asking=self.actor, now=self.now)

    def _by_rule(self) -> str:
        if self.addressee is None:
            return _now("Nobody leads any department")
        return f"{self.addressee.leader} · {self.addressee.seat.name}"

    @cached_property
    def options(self) -> Sequence[Proposal]:
        """All on offer: the leader sees every one of them."""
        found = Proposal.objects.offered().filter(complaint=self.thing)
        rows: Sequence[Proposal] = found.select_related("department").order_by("proposed_at", "pk")
        return rows

    @cached_property
    def joins(self) -> Escalation | None:
        """What was asked already and waits: this is added to it, unless somebody else is chosen."""
        open_ = Escalation.objects.open().select_related("leader")
        by_hand = open_.filter(stream=self.thing.reference, reason="by_hand").first()
        return asked_by_limits(self.thing, self.addressee) or by_hand

    def act(self) -> Any:
        given = self.given("department", "text", "needed_by", "token")
        del given["version"]
        return decisions.request_decision(complaint=self.thing, **given)

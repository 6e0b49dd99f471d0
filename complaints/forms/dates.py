"""The date of a case: moved with approval, stopped for what the policy lists, run on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, TextField
from complaints.granting import DATE, furthest, holding_letter, limits_of
from complaints.services import clocks, extensions, pausing
from departments.formatting import instant_text
from escalations.wording import pause_words


class Extend(MoveForm):
    due_at = InstantField(label=_("New date"))
    reason = TextField(label=_("Why"))
    letter = TextField(label=_("Letter to the customer"), widget=forms.Textarea(attrs={"rows": 12}))

    def prepare(self) -> None:
        """Offer the furthest date, and a letter where the policy wants one."""
        clock = clocks.resolving(self.thing)
        if clock is None:
            return
        limits = limits_of(clock)
        last = furthest(self.thing, clock, now=self.now)
        if last is not None:
            self.fields["due_at"].help_text = _now("%(date)s at the latest, by the policy.") % {
                "date": instant_text(last, now=self.now)
            }
        if limits.tell_customer:
            self.initial.setdefault("letter", holding_letter(self.thing))
            self.fields["letter"].help_text = _now("“%(date)s” becomes the new date.") % {
                "date": DATE
            }
        else:
            del self.fields["letter"]
        self.intro = self._says(clock.due_at, needs_approval=limits.needs_approval)

    def _says(self, due_at: Any, *, needs_approval: bool) -> str:
        now = instant_text(due_at, now=self.now)
        if needs_approval:
            return _now("Due %(date)s now. A leader has to approve the later date.") % {"date": now}
        return _now("Due %(date)s now. The date moves at once.") % {"date": now}

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return _("Ask for the later date") if self.needs_approval else _("Move the date")

    @property
    def needs_approval(self) -> bool:
        clock = clocks.resolving(self.thing)
        return clock is None or limits_of(clock).needs_approval

    def act(self) -> Any:
        self.cleaned_data.setdefault("letter", "")
        return extensions.extend(complaint=self.thing, **self.given("due_at", "reason", "letter"))


class Pause(MoveForm):
    submit = _("Stop the clock")
    intro = _("What is left stays left. You are reminded on the day that you name.")
    why = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    waits_for = forms.CharField(
        label=_("Who or what is waited for"),
        max_length=200,
        help_text=_("Such as: the report of the appraisal office, asked for on Monday."),
    )
    until = InstantField(label=_("When to look after it"))

    def prepare(self) -> None:
        """Offer the reasons that the policy of the case lists."""
        listed = pausing.reasons_of(clocks.resolving(self.thing))
        why = self.fields["why"]
        assert isinstance(why, forms.ChoiceField)
        why.choices = [(code, pause_words(code)) for code in listed]
        if len(listed) == 1:
            self.initial.setdefault("why", listed[0])
        if not listed:
            self.intro = _now("The policy of this case never lets its clock stand still.")

    def act(self) -> Any:
        return pausing.pause(complaint=self.thing, **self.given("why", "waits_for", "until"))


class Resume(MoveForm):
    submit = _("Let the clock run on")
    what = TextField(label=_("What came of it"))

    def act(self) -> Any:
        return pausing.resume(complaint=self.thing, **self.given("what"))


class Approve(MoveForm):
    template: ClassVar[str] = "complaints/extension/approve.html"
    submit = _("Approve")
    intro = _("The date moves, and the letter counts as sent: who keeps the customer sends it now.")
    note = TextField(label=_("Remark"), required=False)

    def act(self) -> Any:
        return extensions.approve(extension=self.thing, **self.given("note"))


class Refuse(MoveForm):
    template: ClassVar[str] = "complaints/extension/approve.html"
    submit = _("Refuse")
    reason = TextField(label=_("Why"), help_text=_("The date stays as it is."))

    def act(self) -> Any:
        return extensions.refuse(extension=self.thing, **self.given("reason"))


class WithdrawExtension(MoveForm):
    submit = _("Withdraw")
    danger = True
    reason = TextField(label=_("Why"), required=False)

    def act(self) -> Any:
        return extensions.withdraw(extension=self.thing, **self.given("reason"))


EXTENSION_FORMS: dict[str, type[MoveForm]] = {
    "approve": Approve,
    "refuse": Refuse,
    "withdraw": WithdrawExtension,
}

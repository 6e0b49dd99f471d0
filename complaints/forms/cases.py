"""The moves of a complaint, as forms."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.due import answer_wanted_by
from complaints.forms.base import (
    DepartmentField,
    FilesField,
    InstantField,
    MoveForm,
    PersonField,
    TextField,
)
from complaints.forms.closing import Close
from complaints.forms.dates import Extend, Pause, Resume
from complaints.forms.sorting import ChangeSeverity, Recategorise
from complaints.models import Complaint, Message
from complaints.services import asking, cases, commitments, decisions, messages
from complaints.services.people import department_of, people_of
from complaints.things import case_of
from departments.models import Department, User
from departments.standing import standing_of


class Acknowledge(MoveForm):
    submit = _("Acknowledge")
    how = TextField(
        label=_("How was the customer told?"),
        help_text=_("Such as: called at 10:20, told that we answer by Friday."),
    )

    def act(self) -> Any:
        return cases.acknowledge(complaint=self.thing, **self.given("how"))


class Inform(MoveForm):
    submit = _("Save")
    what = TextField(
        label=_("What was the customer told?"),
        help_text=_("The next word to the customer is due by the policy."),
    )

    def act(self) -> Any:
        return cases.inform_customer(complaint=self.thing, **self.given("what"))


class Assign(MoveForm):
    submit = _("Assign")
    owner = PersonField(label=_("First-contact owner"))
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        self.offer_people("owner", self.thing.contact_department)

    def act(self) -> Any:
        return cases.assign(complaint=self.thing, **self.given("owner", "reason"))


class ProposeResolution(MoveForm):
    submit = _("Propose")
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Complaint.Outcome.choices)
    redress = TextField(
        label=_("Redress"), required=False, help_text=_("What the customer gets, if anything.")
    )
    reply = TextField(
        label=_("Reply to the customer"), help_text=_("As it will be said or written.")
    )

    def prepare(self) -> None:
        self.initial.setdefault("reply", self.thing.reply)
        self.initial.setdefault("redress", self.thing.redress)

    def act(self) -> Any:
        given = self.given("outcome", "redress", "reply")
        return cases.propose_resolution(complaint=self.thing, **given)


class CustomerAccepts(MoveForm):
    submit = _("Customer accepts")
    said = TextField(label=_("What did the customer say?"))

    def act(self) -> Any:
        return cases.customer_accepts(complaint=self.thing, **self.given("said"))


class CustomerRefuses(MoveForm):
    submit = _("Customer refuses")
    said = TextField(label=_("What did the customer say?"))

    def act(self) -> Any:
        return cases.customer_refuses(complaint=self.thing, **self.given("said"))


class Withdraw(MoveForm):
    submit = _("Withdraw the case")
    danger = True
    intro = _("Its tickets and promises end with it.")
    said = TextField(label=_("What did the customer say?"))

    def act(self) -> Any:
        return cases.withdraw(complaint=self.thing, **self.given("said"))


class Reopen(MoveForm):
    submit = _("Reopen")
    reason = TextField(label=_("Why"))

    def act(self) -> Any:
        return cases.reopen(complaint=self.thing, **self.given("reason"))


class Ask(MoveForm):
    """Ask a department; from a ticket it becomes a sub-ticket."""

    submit = _("Ask")
    department = DepartmentField(label=_("Department"))
    title = forms.CharField(label=_("In one line"), max_length=160)
    ask = TextField(
        label=_("What is asked"),
        help_text=_("All that they need to answer: numbers, dates, what you know already."),
    )
    needed_by = InstantField(label=_("Needed by"))

    def prepare(self) -> None:
        """Propose the date by which the policy wants an answer, by the hours of who is asked."""
        case = case_of(self.thing)
        chosen = str(self.initial.get("department") or "")
        offered = Department.objects.filter(is_active=True, pk=chosen if chosen.isdecimal() else 0)
        asked = offered.first() or case.holder_department
        self.suggest("needed_by", answer_wanted_by(case, asked, now=self.now))

    def act(self) -> Any:
        case = case_of(self.thing)
        parent = None if case is self.thing else self.thing
        given = self.given("department", "title", "ask", "needed_by", "token")
        del given["version"]
        return asking.open_ticket(complaint=case, parent=parent, **given)


class Promise(MoveForm):
    submit = _("Promise")
    what = forms.CharField(label=_("What is promised"), max_length=200)
    promised_at = InstantField(label=_("By when"))
    owner = PersonField(label=_("Who"), required=False, empty_label=_("I do"))

    def prepare(self) -> None:
        if standing_of(self.actor).departments:
            self.offer_people("owner", department_of(self.actor))

    def act(self) -> Any:
        given = self.given("what", "promised_at", "owner") | {"version": None}
        return commitments.promise(complaint=self.thing, **given)


class Escalate(MoveForm):
    submit = _("Request a decision")
    intro = _("A leader is told at once, and reminded until a decision is recorded.")
    department = DepartmentField(label=_("Whose leader"), required=False)
    text = TextField(
        label=_("What is to be decided"),
        help_text=_("The question, and what you have tried. The case is one click away."),
    )

    def prepare(self) -> None:
        self.fields["department"].empty_label = _("Of the department that holds it now")

    def act(self) -> Any:
        given = self.given("department", "text", "token")
        del given["version"]
        return decisions.request_decision(complaint=self.thing, **given)


class Note(MoveForm):
    # In its box on the page it has ids of its own: a dialog may be open with the same fields.
    box_ids: ClassVar[str] = "write_%s"
    submit = _("Write")
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[c for c in Message.Kind.choices if c[0] != Message.Kind.MOVE],
        initial=Message.Kind.NOTE,
        widget=forms.RadioSelect,
    )
    text = TextField(label=_("Text"))
    mentions = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Mention"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are told. Others have to be asked first."),
    )
    files = FilesField(label=_("Attachments"), required=False)

    def prepare(self) -> None:
        """Offer those who work where the case is known, not the whole house."""
        involved = [part.department for part in self.thing.involvements.all()]
        self.fields["mentions"].queryset = people_of(*involved)

    def act(self) -> Any:
        given = self.given("kind", "text", "mentions", "files", "token")
        del given["version"]
        return messages.write(complaint=self.thing, **given)


FORMS: dict[str, type[MoveForm]] = {
    "acknowledge": Acknowledge,
    "ask": Ask,
    "promise": Promise,
    "inform": Inform,
    "propose_resolution": ProposeResolution,
    "customer_accepts": CustomerAccepts,
    "customer_refuses": CustomerRefuses,
    "close": Close,
    "reopen": Reopen,
    "withdraw": Withdraw,
    "assign": Assign,
    "change_severity": ChangeSeverity,
    "recategorise": Recategorise,
    "extend": Extend,
    "pause": Pause,
    "resume": Resume,
    "escalate": Escalate,
    "note": Note,
}

"""The moves of a ticket and of a promise, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import (
    DepartmentField,
    InstantField,
    MoveForm,
    PersonField,
    TextField,
)
from complaints.forms.cases import Ask
from complaints.services import asking, commitments, tickets
from complaints.services.blocking import live_promise
from departments.models import User


class Accept(MoveForm):
    submit = _("Accept and promise")
    promised_at = InstantField(label=_("You promise it for"))
    owner = PersonField(label=_("Owner"), required=False, empty_label=_("I take it"))
    reason = TextField(
        label=_("Reason"), required=False, help_text=_("Only if later than needed.")
    )

    def prepare(self) -> None:
        self.offer_people("owner", self.thing.department)
        self.suggest("promised_at", self.thing.needed_by)

    def act(self) -> Any:
        return tickets.accept(ticket=self.thing, **self.given("promised_at", "owner", "reason"))


class Answer(MoveForm):
    submit = _("Answer")
    text = TextField(label=_("Answer"))

    def act(self) -> Any:
        return tickets.answer(ticket=self.thing, **self.given("text"))


class Confirm(MoveForm):
    submit = _("Confirm")
    text = TextField(label=_("Remark"), required=False)

    def act(self) -> Any:
        return asking.confirm(ticket=self.thing, **self.given("text"))


class Reject(MoveForm):
    submit = _("Send back to work")
    missing = TextField(label=_("What is still missing"))
    needed_by = InstantField(label=_("Needed by"))

    def act(self) -> Any:
        return asking.reject(ticket=self.thing, **self.given("missing", "needed_by"))


class Return(MoveForm):
    submit = _("Return")
    intro = _("The second return asks the leader above both departments to decide.")
    missing = TextField(label=_("What is missing"))
    from_whom = forms.CharField(label=_("From whom"), max_length=120)

    def act(self) -> Any:
        return tickets.return_ticket(ticket=self.thing, **self.given("missing", "from_whom"))


class Complete(MoveForm):
    submit = _("Send again")
    text = TextField(label=_("What was missing"))

    def act(self) -> Any:
        return asking.complete(ticket=self.thing, **self.given("text"))


class Forward(MoveForm):
    submit = _("Forward")
    intro = _("It counts as a handover.")
    department = DepartmentField(label=_("To"))
    reason = TextField(label=_("Why them"))

    def act(self) -> Any:
        return tickets.forward(ticket=self.thing, **self.given("department", "reason"))


class Block(MoveForm):
    submit = _("Blocked")
    intro = _("Your clock stops; theirs starts.")
    what = TextField(label=_("What blocks"))
    unblocker = forms.ModelChoiceField(
        User.objects.filter(is_active=True, memberships__isnull=False).distinct(),
        label=_("Who removes it"),
        empty_label=_("Choose…"),
    )
    by_when = InstantField(label=_("By when"))

    def act(self) -> Any:
        return tickets.block(ticket=self.thing, **self.given("what", "unblocker", "by_when"))


class Unblock(MoveForm):
    submit = _("Unblock")
    how = TextField(label=_("How was it removed?"))

    def act(self) -> Any:
        return tickets.unblock(ticket=self.thing, **self.given("how"))


class MoveDate(MoveForm):
    submit = _("Move the date")
    intro = _("It is counted, and who waits is told.")
    promised_at = InstantField(label=_("New date"))
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        promise = live_promise(self.thing)
        if promise is not None:
            self.suggest("promised_at", promise.promised_at)

    def act(self) -> Any:
        return tickets.move_date(ticket=self.thing, **self.given("promised_at", "reason"))


class Reassign(MoveForm):
    submit = _("Reassign")
    owner = PersonField(label=_("New owner"), empty_label=_("Choose…"))
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        self.offer_people("owner", self.thing.department)

    def act(self) -> Any:
        return tickets.reassign(ticket=self.thing, **self.given("owner", "reason"))


class WithdrawTicket(MoveForm):
    submit = _("Withdraw the ticket")
    danger = True
    intro = _("What was asked below it ends too.")
    reason = TextField(label=_("Why"))

    def act(self) -> Any:
        return asking.withdraw(ticket=self.thing, **self.given("reason"))


class ReopenTicket(MoveForm):
    submit = _("Reopen")
    reason = TextField(label=_("Why"))
    needed_by = InstantField(label=_("Needed by"))

    def act(self) -> Any:
        return asking.reopen(ticket=self.thing, **self.given("reason", "needed_by"))


class Keep(MoveForm):
    submit = _("Done")
    how = TextField(label=_("Remark"), required=False)

    def act(self) -> Any:
        return commitments.keep(commitment=self.thing, **self.given("how"))


class MovePromise(MoveForm):
    submit = _("Move the date")
    intro = _("It is counted, and who waits is told.")
    promised_at = InstantField(label=_("New date"))
    reason = TextField(label=_("Why"))

    def prepare(self) -> None:
        self.suggest("promised_at", self.thing.promised_at)

    def act(self) -> Any:
        given = self.given("promised_at", "reason")
        return commitments.move_date(commitment=self.thing, **given)


class WithdrawPromise(MoveForm):
    submit = _("Withdraw the promise")
    danger = True
    reason = TextField(label=_("Why"))

    def act(self) -> Any:
        return commitments.withdraw(commitment=self.thing, **self.given("reason"))


TICKET_FORMS: dict[str, type[MoveForm]] = {
    "accept": Accept,
    "answer": Answer,
    "confirm": Confirm,
    "reject": Reject,
    "return": Return,
    "complete": Complete,
    "forward": Forward,
    "block": Block,
    "unblock": Unblock,
    "move_date": MoveDate,
    "reassign": Reassign,
    "ask": Ask,
    "withdraw": WithdrawTicket,
    "reopen": ReopenTicket,
}
COMMITMENT_FORMS: dict[str, type[MoveForm]] = {
    "keep": Keep,
    "move_date": MovePromise,
    "withdraw": WithdrawPromise,
}

"""An option on one page: what would be done in plain words, what it risks, and what it needs.

Rows are fields with a number, all of them known from the start, so that the API has them, too; a
page shows as many as were asked for. A row in which nothing stands is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import InstantField, MoveForm, TextField
from complaints.forms.fields import LineField, StoryField
from complaints.forms.optionrows import (
    ADDED,
    DATES,
    INPUTS,
    NEEDS,
    PARTS,
    RISKS,
    SHOWN_FIRST,
    row_fields,
)
from complaints.models import Complaint, Proposal
from complaints.services import proposals
from complaints.services.proposals import DateDraft, Draft, InputDraft, NeedDraft, RiskDraft
from complaints.things import case_of

Fields = list[forms.BoundField]


class ProposalForm(MoveForm):
    """Title, plain words, steps, track, date; rows of risks, needs, and dates of promises."""

    template: ClassVar[str] = "complaints/proposal/form.html"
    full_page: ClassVar[bool] = True
    submit = _("Propose")
    title = LineField(label=_("In one line"), max_length=160)
    summary = StoryField(
        label=_("In plain words"),
        max_length=4_000,
        help_text=_("For those who are not technical: what would happen, and what would not."),
    )
    track = forms.ChoiceField(
        label=_("What it is for"),
        choices=Proposal.Track.choices,
        widget=forms.RadioSelect,
        initial=Proposal.Track.REMEDY,
    )
    steps = StoryField(
        label=_("Steps"), required=False, max_length=4_000, help_text=_("One line for each.")
    )
    expected_at = InstantField(label=_("Done by"))

    @staticmethod
    def more_fields() -> dict[str, forms.Field]:
        """For the description of the API: the rows, whatever the case."""
        return row_fields()

    def prepare(self) -> None:
        """The rows, with the choices of all of them read once."""
        self.fields |= row_fields(case_of(self.thing))
        for part in PARTS:
            shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
            self.fields[f"{part}_rows"] = shown
            self.initial.setdefault(f"{part}_rows", SHOWN_FIRST[part])

    @classmethod
    def typed_again(cls, sent: Any) -> dict[str, Any] | None:
        """What was typed, with one row more, where that is all that was asked for."""
        part = ADDED.get(sent.get("do", ""))
        if part is None:
            return None
        typed = {name: sent.get(name) for name in sent if name != "do"}
        typed[f"{part}_rows"] = _number(sent.get(f"{part}_rows", ""), part) + 1
        return typed

    # --- What the page shows ----------------------------------------------------------------------
    def _shown(self, part: str) -> int:
        given = self[f"{part}_rows"].value()
        wanted = _number(str(given or ""), part)
        filled = [n for n in range(1, PARTS[part] + 1) if self._stands(part, n)]
        return min(PARTS[part], max([wanted, *filled]))

    def _stands(self, part: str, number: int) -> bool:
        return any(self[name].value() for name in _told(part, number))

    def _rows(self, part: str) -> Iterator[Fields]:
        for number in range(1, self._shown(part) + 1):
            yield [self[name] for name in _names(part, number)]

    @cached_property
    def risk_rows_shown(self) -> list[Fields]:
        """Kind, text, likelihood, impact, mitigation."""
        return list(self._rows("risk"))

    @cached_property
    def need_rows_shown(self) -> list[Fields]:
        """Department, what, kind, by when, and what others supply for it."""
        return list(self._rows("need"))

    @cached_property
    def date_rows_shown(self) -> list[Fields]:
        """A promise and its new date."""
        return list(self._rows("date")) if self.has_promises else []

    @cached_property
    def has_promises(self) -> bool:
        """Whether there is any promise on the case that could have another date."""
        return len(self.fields["date_1_promise"].choices) > 1  # type: ignore[attr-defined]

    @cached_property
    def can_add(self) -> dict[str, bool]:
        """By part whether it may have one row more."""
        return {part: self._shown(part) < most for part, most in PARTS.items()}

    # --- What was given ---------------------------------------------------------------------------
    def clean(self) -> None:
        """What is half filled in is said at the field that lacks."""
        for part, most in PARTS.items():
            for number in range(1, most + 1):
                if any(self.cleaned_data.get(name) for name in _told(part, number)):
                    self._require_whole(part, number)

    def _require_whole(self, part: str, number: int) -> None:
        required = {"risk": RISKS, "need": NEEDS, "date": DATES}[part]
        for name, lacks in required.items():
            field = f"{part}_{number}_{name}"
            if lacks and not self.cleaned_data.get(field) and field not in self.errors:
                self.add_error(field, lacks)
        for n in INPUTS if part == "need" else ():
            self._require_input(f"need_{number}_input_{n}")

    def _require_input(self, name: str) -> None:
        given, supplier = self.cleaned_data.get(name), self.cleaned_data.get(f"{name}_from")
        if given and not supplier:
            self.add_error(f"{name}_from", _("Choose who supplies it."))
        if supplier and not given:
            self.add_error(name, _("Say what has to be supplied."))
        if supplier and supplier == self.cleaned_data.get(f"{name.rpartition('_input')[0]}_from"):
            self.add_error(f"{name}_from", _("Name another one than the department itself."))

    def draft(self) -> Draft:
        """The option as the service takes it."""
        get = self.cleaned_data.get
        return Draft(
            title=get("title", ""),
            summary=get("summary", ""),
            track=get("track", ""),
            expected_at=self.cleaned_data["expected_at"],
            steps=get("steps", "").splitlines(),
            risks=[self._risk(f"risk_{n}") for n in self._given("risk", "text")],
            needs=[self._need(f"need_{n}") for n in self._given("need", "what")],
            dates=[
                DateDraft(
                    commitment=get(f"date_{n}_promise"),
                    at=get(f"date_{n}_at"),
                    field=f"date_{n}_at",
                )
                for n in self._given("date", "promise")
            ],
        )

    def _given(self, part: str, name: str) -> Iterator[int]:
        for number in range(1, PARTS[part] + 1):
            if self.cleaned_data.get(f"{part}_{number}_{name}"):
                yield number

    def _risk(self, row: str) -> RiskDraft:
        get = self.cleaned_data.get
        return RiskDraft(
            kind=get(f"{row}_kind"),
            text=get(f"{row}_text", ""),
            likelihood=get(f"{row}_likelihood", ""),
            impact=get(f"{row}_impact", ""),
            mitigation=get(f"{row}_mitigation", ""),
            field=f"{row}_text",
        )

    def _need(self, row: str) -> NeedDraft:
        get = self.cleaned_data.get
        return NeedDraft(
            department=get(f"{row}_from"),
            what=get(f"{row}_what", ""),
            by_when=get(f"{row}_by"),
            purpose=get(f"{row}_purpose", ""),
            inputs=[
                InputDraft(
                    name=get(f"{row}_input_{n}"), from_department=get(f"{row}_input_{n}_from")
                )
                for n in INPUTS
                if get(f"{row}_input_{n}")
            ],
            field=f"{row}_by",
        )


class Propose(ProposalForm):
    """An option on a case, or from a ticket."""

    intro = _("Whoever decides sees all options side by side. You can change yours until then.")

    def act(self) -> Any:
        case = case_of(self.thing)
        ticket = None if isinstance(self.thing, Complaint) else self.thing
        given = self.given("token")
        del given["version"]
        return proposals.propose(complaint=case, ticket=ticket, draft=self.draft(), **given)


class Revise(ProposalForm):
    """The same page, filled in."""

    submit = _("Save")
    intro = _("Whoever is to decide hears that it changed, and reads it again.")

    def prepare(self) -> None:
        """What stands there now."""
        super().prepare()
        option = self.thing
        now = {
            "title": option.title, "summary": option.summary, "track": option.track,
            "steps": "\n".join(option.steps), "expected_at": option.expected_at,
        }  # fmt: skip
        for n, risk in enumerate(option.risks.all(), start=1):
            for name in RISKS:
                now[f"risk_{n}_{name}"] = risk.kind_id if name == "kind" else getattr(risk, name)
        for n, need in enumerate(option.needs.prefetch_related("inputs"), start=1):
            now |= {
                f"need_{n}_from": need.department_id, f"need_{n}_what": need.what,
                f"need_{n}_purpose": need.purpose, f"need_{n}_by": need.by_when,
            }  # fmt: skip
            for i, given in zip(INPUTS, need.inputs.all(), strict=False):
                now[f"need_{n}_input_{i}"] = given.name
                now[f"need_{n}_input_{i}_from"] = given.from_department_id
        for n, date in enumerate(option.dates.all(), start=1):
            now |= {f"date_{n}_promise": date.commitment_id, f"date_{n}_at": date.at}
        for name, value in now.items():
            self.initial.setdefault(name, value)

    def act(self) -> Any:
        return proposals.revise(proposal=self.thing, draft=self.draft(), **self.given())


class WithdrawProposal(MoveForm):
    """It is no option any more."""

    submit = _("Withdraw the option")
    danger = True
    reason = TextField(label=_("Why"))

    def act(self) -> Any:
        return proposals.withdraw(proposal=self.thing, **self.given("reason"))


def _names(part: str, number: int) -> list[str]:
    names = list({"risk": RISKS, "need": NEEDS, "date": DATES}[part])
    if part == "need":
        names += [name for n in INPUTS for name in (f"input_{n}", f"input_{n}_from")]
    return [f"{part}_{number}_{name}" for name in names]


def _told(part: str, number: int) -> list[str]:
    """Without what a browser always sends."""
    return [name for name in _names(part, number) if not name.endswith("_purpose")]


def _number(written: str, part: str) -> int:
    known = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 0
    return min(max(known, SHOWN_FIRST[part]), PARTS[part])


PROPOSAL_FORMS: dict[str, type[MoveForm]] = {"revise": Revise, "withdraw": WithdrawProposal}

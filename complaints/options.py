"""Options side by side, as a page shows them: letters, risks with who accepts them, needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from complaints.acts import Acts, acts_of
from complaints.models import (
    Complaint,
    Decision,
    Need,
    NeedInput,
    Proposal,
    ProposedDate,
    Risk,
    RiskKind,
    Ticket,
)
from departments.models import User


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk, and who accepts it: who did, else whom the table names."""

    risk: Risk
    accepts: str


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option with its letter; `opens` counts the tickets that choosing it opens."""

    proposal: Proposal
    letter: str
    risks: Sequence[RiskRow]
    needs: Sequence[Need]
    dates: Sequence[ProposedDate]
    acts: Acts

    @property
    def is_offered(self) -> bool:
        return self.proposal.state == Proposal.State.OFFERED

    @property
    def opens(self) -> int:
        return sum(1 + len(need.inputs.all()) for need in self.needs)


@dataclass(frozen=True, slots=True)
class Pick:
    """An option in a form: whether it is ticked, and its fields."""

    row: OptionRow
    is_chosen: bool
    risks: Sequence[tuple[RiskRow, bool]]
    needs: Sequence[tuple[Need, Any]]
    dates: Sequence[tuple[ProposedDate, Any]]


def option_rows(case: Complaint, user: User | None = None) -> list[OptionRow]:
    """All of a case in the order in which they were offered; with `user` their buttons.

    A fixed number of queries, one where nobody proposed anything.
    """
    needs = Need.objects.select_related("department", "ticket").prefetch_related(
        Prefetch("inputs", NeedInput.objects.select_related("from_department", "ticket"))
    )
    risks = Risk.objects.select_related("kind__department__leader", "accepted_by")
    found = (
        case.proposals.select_related("department", "proposed_by", "ticket")
        .prefetch_related(
            Prefetch("risks", risks),
            Prefetch("needs", needs),
            Prefetch("dates", ProposedDate.objects.select_related("commitment__owner")),
        )
        .order_by("proposed_at", "pk")
    )
    rows = list(found)
    for row in rows:
        # The same object, so that permissions ask the case once.
        row.complaint = case
    return [
        OptionRow(
            proposal=row,
            letter=letter,
            risks=[RiskRow(risk, _accepts(risk)) for risk in row.risks.all()],
            needs=list(row.needs.all()),
            dates=list(row.dates.all()),
            acts=acts_of(user, row) if user else Acts(),
        )
        for row, letter in zip(rows, letters(len(rows)), strict=True)
    ]


def letters(count: int) -> list[str]:
    """A, B, … Z, AA, AB: by the order in which options were offered, so that they stay."""
    pairs = (first + second for first in ["", *ascii_uppercase] for second in ascii_uppercase)
    return [next(pairs) for _number in range(count)]


def who_accepts(kind: RiskKind) -> str:
    """The leader whom the table names for the kind, or what stands in the place of one."""
    if kind.department is None:
        return _("the lowest leader above all")
    return str(kind.department.leader or kind.department.name)


def _accepts(risk: Risk) -> str:
    return str(risk.accepted_by) if risk.accepted_by else who_accepts(risk.kind)


# --- What was read --------------------------------------------------------------------------------
def seen_of(rows: Iterable[OptionRow]) -> str:
    """In which versions the options were read, for a form to send back."""
    return ",".join(f"{row.proposal.pk}:{row.proposal.version}" for row in rows)


def read_seen(sent: str) -> dict[int, int] | None:
    """The same as numbers; None where nothing was sent."""
    pairs = [one.partition(":")[::2] for one in sent.split(",") if one]
    if not pairs:
        return None
    return {_number(pk): _number(version) for pk, version in pairs}


def _number(written: str) -> int:
    known = written.isascii() and written.isdigit() and len(written) < 19
    return int(written) if known else -1


# --- Tickets that an option opened ----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Lack:
    """What a ticket still lacks, or what was supplied for it."""

    given: NeedInput

    @property
    def is_here(self) -> bool:
        return self.given.supplied_at is not None


def lacks_by_ticket(rows: Iterable[OptionRow]) -> dict[int, list[Lack]]:
    """By ticket what has to be supplied for it, there or not; nothing is read."""
    return {
        need.ticket_id: [
            Lack(one)
            for one in need.inputs.all()
            if one.ticket is None or one.ticket.state != Ticket.State.WITHDRAWN
        ]
        for row in rows
        for need in row.needs
        if need.ticket_id is not None
    }


def decisions_of(case: Complaint) -> list[Decision]:
    """What was decided by choosing options, latest first."""
    found = case.decisions.select_related("escalation", "decided_by")
    return list(found.prefetch_related("chosen"))

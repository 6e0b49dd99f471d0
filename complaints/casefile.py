"""What the page of a case shows: a fixed number of queries, however long its story is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import rules
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from complaints.acts import Acts, acts_of
from complaints.handover import Picture, Raised, Turn, picture
from complaints.laterdates import ExtensionRow, extension_rows
from complaints.models import (
    Attachment,
    Commitment,
    Complaint,
    Holding,
    Involvement,
    RiskAcceptance,
    Ticket,
)
from complaints.services.clocks import RESOLVING
from complaints.told import Names
from departments.calendars import work_times_of
from departments.formatting import CAP, Clock
from departments.models import Department, User
from escalations.models import Deadline, Escalation
from escalations.queries import live_deadlines, with_working_left

CHIPS_SHOWN = 5
DEEPEST_SHOWN = 3
LABEL_SHOWN = 40
Kind = Deadline.Kind


@dataclass(frozen=True, slots=True)
class Chip:
    """A running clock, and what it is about in a word or two."""

    says: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in the tree; `depth` counts the tickets above it, as far as they are indented."""

    ticket: Ticket
    depth: int
    clock: Clock | None
    acts: Acts


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise with every date that it has had, the present one last."""

    promise: Commitment
    dates: Sequence[datetime]
    clock: Clock | None
    acts: Acts


@dataclass(frozen=True, slots=True)
class Question:
    """An open escalation: who is asked, by when, and whether the reader may decide it."""

    escalation: Escalation
    clock: Clock | None
    url: str
    acknowledge_url: str = ""
    decide_url: str = ""


@dataclass(slots=True)
class Part:
    """A person's part in the case, in words."""

    person: User
    department: Department
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as one reader sees it."""

    case: Complaint
    acts: Acts
    picture: Picture
    returns: int
    chips: Sequence[Chip]
    more_chips: Sequence[Chip]
    questions: Sequence[Question]
    promises: Sequence[PromiseRow]
    past_promises: Sequence[PromiseRow]
    tickets: Sequence[TicketRow]
    parts: Sequence[Part]
    attachments: Sequence[Attachment]
    extensions: Sequence[ExtensionRow]
    risks: Sequence[RiskAcceptance]
    names: Names

    @property
    def ended_extensions(self) -> list[ExtensionRow]:
        """Later dates that nobody has to approve any more."""
        return [row for row in self.extensions if row.extension.ended_at is not None]


def case_for(user: User, reference: str) -> Complaint | None:
    """The case with everything that its moves ask for; None if it is not this person's to read."""
    involved = Involvement.objects.select_related("department__leader")
    return (
        Complaint.objects.visible_to(user)
        .select_related(
            "customer__group", "category", "cause", "filed_by", "holder", "holder_department",
            "contact_owner", "contact_department",
        )
        .prefetch_related(Prefetch("involvements", involved))
        .filter(reference=reference)
        .first()
    )  # fmt: skip


def open_file(case: Complaint, user: User, now: datetime) -> CaseFile:
    """Gather the file of a case that the person may read."""
    deadlines = with_working_left(live_deadlines(case.reference), now)
    clocks = {(row.subject, row.kind): row.clock for row in deadlines}
    tickets = _tickets(case)
    promises = [_promise_row(one, clocks, user) for one in _promises(case)]
    escalations = list(
        Escalation.objects.filter(stream=case.reference)
        .select_related("leader", "department", "seat")
        .order_by("raised_at", "pk")
    )
    extensions = extension_rows(case, clocks, user)
    chips = [Chip(_says(row), row.clock) for row in deadlines]
    live = [row for row in promises if row.promise.state == Commitment.State.MADE]
    open_ = [one for one in escalations if one.state in Escalation.OPEN]
    return CaseFile(
        case=case,
        acts=acts_of(user, case),
        picture=_picture(case, escalations, deadlines, now),
        returns=sum(ticket.returns for ticket in tickets),
        chips=chips[:CHIPS_SHOWN],
        more_chips=chips[CHIPS_SHOWN:],
        questions=[_question(one, clocks, user) for one in open_],
        promises=live,
        past_promises=[row for row in promises if row not in live],
        tickets=[_ticket_row(one, depth, clocks, user) for one, depth in in_tree(tickets)],
        parts=_parts(case, tickets, open_, live),
        attachments=list(case.attachments.order_by("-pk")),
        extensions=extensions,
        risks=list(case.accepted_risks.select_related("accepted_by", "escalation")),
        names=Names(
            departments={part.department_id: part.department for part in case.involvements.all()},
            titles={one.reference: one.title for one in tickets}
            | {one.reference: one.label for one in escalations}
            | {row.promise.reference: row.promise.what for row in promises}
            | {row.extension.reference: row.extension.title for row in extensions},
        ),
    )


def other_complaints(case: Complaint, user: User) -> int:
    """How many other cases of the customer the person may read; counted as far as it is shown."""
    others = Complaint.objects.visible_to(user).filter(customer=case.customer_id)
    return others.exclude(pk=case.pk)[: CAP + 1].count()


# --- Tickets --------------------------------------------------------------------------------------
def _tickets(case: Complaint) -> list[Ticket]:
    rows = case.tickets.select_related("department", "owner", "asking_department", "asked_by")
    tickets = list(rows.order_by("opened_at", "pk"))
    for ticket in tickets:
        # The same object, so that permissions ask the case once and not once per ticket.
        ticket.complaint = case
    return tickets


def in_tree(tickets: Sequence[Ticket]) -> list[tuple[Ticket, int]]:
    """Each ticket followed by those below it, with its depth."""
    below: dict[int | None, list[Ticket]] = {}
    for ticket in tickets:
        below.setdefault(ticket.parent_id, []).append(ticket)
    order: list[tuple[Ticket, int]] = []
    waiting = [(ticket, 0) for ticket in reversed(below.get(None, []))]
    while waiting:
        ticket, depth = waiting.pop()
        order.append((ticket, min(depth, DEEPEST_SHOWN)))
        waiting += [(child, depth + 1) for child in reversed(below.get(ticket.pk, []))]
    return order


def _ticket_row(
    ticket: Ticket, depth: int, clocks: dict[tuple[str, str], Clock], user: User
) -> TicketRow:
    own = (Kind.ACCEPT, Kind.COMPLETE, Kind.CONFIRM)
    clock = next((clocks[key] for kind in own if (key := (ticket.reference, kind)) in clocks), None)
    return TicketRow(ticket, depth, clock, acts_of(user, ticket))


# --- Promises -------------------------------------------------------------------------------------
def _promises(case: Complaint) -> list[Commitment]:
    rows = case.commitments.select_related("department", "owner", "made_to")
    promises = list(rows.order_by("promised_at", "pk"))
    for promise in promises:
        promise.complaint = case
    return promises


def _promise_row(
    promise: Commitment, clocks: dict[tuple[str, str], Clock], user: User
) -> PromiseRow:
    earlier = (parse_datetime(move["from"]) for move in promise.moves)
    return PromiseRow(
        promise,
        [*(at for at in earlier if at is not None), promise.promised_at],
        clocks.get((promise.reference, Kind.DELIVER)),
        acts_of(user, promise),
    )


# --- Clocks and the leaders asked -----------------------------------------------------------------
def _says(deadline: Deadline) -> str:
    """What a clock is about, short enough for a chip."""
    if deadline.kind == Kind.DELIVER:
        return _("“%(what)s”") % {"what": Truncator(deadline.label).chars(LABEL_SHOWN)}
    on_case = {
        Kind.ACKNOWLEDGE: _("Acknowledge:"),
        Kind.UPDATE_CUSTOMER: _("Tell the customer:"),
        Kind.RESOLVE: _("Resolve:"),
        Kind.REVIEW: _("Review:"),
    }
    if deadline.kind in on_case:
        return on_case[Kind(deadline.kind)]
    on_subject = {
        Kind.ACCEPT: _("Accept %(reference)s:"),
        Kind.COMPLETE: _("Supply for %(reference)s:"),
        Kind.CONFIRM: _("Confirm %(reference)s:"),
        Kind.DECIDE: _("Decide %(reference)s:"),
        Kind.APPROVE: _("Approve %(reference)s:"),
    }
    says = on_subject.get(Kind(deadline.kind), "%(reference)s:")
    return says % {"reference": deadline.subject}


def _question(escalation: Escalation, clocks: dict[tuple[str, str], Clock], user: User) -> Question:
    reference = escalation.reference
    clock = clocks.get((reference, Kind.DECIDE))
    url = reverse("complaints:escalation", args=[reference])
    if not rules.has_perm("escalations.decide", user, escalation):
        return Question(escalation, clock, url)
    raised = escalation.state == Escalation.State.RAISED
    return Question(
        escalation,
        clock,
        url,
        acknowledge_url=_move(reference, "acknowledge") if raised else "",
        decide_url=_move(reference, "decide"),
    )


def _move(reference: str, verb: str) -> str:
    return reverse("complaints:move_escalation", args=[reference, verb])


# --- The handover line ----------------------------------------------------------------------------
def _picture(
    case: Complaint,
    escalations: Iterable[Escalation],
    deadlines: Iterable[Deadline],
    now: datetime,
) -> Picture:
    holdings = list(Holding.objects.filter(complaint=case).select_related("department", "person"))
    times = work_times_of({holding.department_id for holding in holdings})
    turns = [
        Turn(
            department=holding.department.name,
            kind=holding.department.kind,
            person=str(holding.person or ""),
            since=holding.since,
            until=holding.until,
            ended_by=holding.ended_by,
            between=times[holding.department_id].between,
        )
        for holding in holdings
    ]
    resolve = (row.due_at for row in deadlines if row.kind in RESOLVING)
    return picture(
        turns,
        now=now,
        raised=[Raised(one.raised_at, one.level) for one in escalations],
        resolve_by=next(resolve, None),
    )


# --- People ---------------------------------------------------------------------------------------
def _parts(
    case: Complaint,
    tickets: Iterable[Ticket],
    escalations: Iterable[Escalation],
    promises: Iterable[PromiseRow],
) -> list[Part]:
    """Everybody who owes something now, each once, the first-contact owner first."""
    owing = [(case.contact_owner, case.contact_department, _("first-contact owner"))]
    taken = [one for one in tickets if one.is_open and one.owner]
    owing += [(one.owner, one.department, one.reference) for one in taken]
    busy = {person.pk for person, *_rest in owing}
    made = [row.promise for row in promises if row.promise.owner_id not in busy]
    owing += [(one.owner, one.department, one.reference) for one in made]
    owing += [(one.leader, one.seat, _asked_to(one)) for one in escalations]
    parts: dict[int, Part] = {}
    for person, department, role in owing:
        parts.setdefault(person.pk, Part(person, department)).roles.append(role)
    return list(parts.values())


def _asked_to(escalation: Escalation) -> str:
    return _("asked to decide %(reference)s") % {"reference": escalation.reference}

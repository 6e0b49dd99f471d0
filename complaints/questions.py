"""Escalations as lines of a list: which case, why it reached the leader, with whom it waits.

A fixed number of queries, however many lines there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from complaints.acts import Acts, act_for
from complaints.models import Commitment, Complaint, Holding, Ticket
from complaints.permissions import allowed_moves
from complaints.services.clocks import RESOLVING
from departments.calendars import work_times_of
from departments.formatting import Clock
from departments.models import User
from escalations.models import Deadline, Escalation
from escalations.queries import with_working_left

Causes = Escalation.deadlines.through
Kind = Deadline.Kind
Reason = Escalation.Reason


@dataclass(frozen=True, slots=True)
class Question:
    """One escalation; `case` is None where the case is not the reader's to read."""

    escalation: Escalation
    case: Complaint | None
    causes: Sequence[Deadline]
    ticket: Ticket | None
    promise: Commitment | None
    decide_by: Clock | None
    resolve_by: Clock | None
    held_for: float | None
    acts: Acts
    url: str

    @property
    def title(self) -> str:
        return self.case.title if self.case else self.escalation.label

    @property
    def cause(self) -> Deadline | None:
        """The clock that is late for the longest time."""
        return self.causes[0] if self.causes else None

    @property
    def dates(self) -> list[datetime]:
        """Every date of the promise that was moved too often, the present one last."""
        if self.promise is None:
            return []
        earlier = (parse_datetime(move["from"]) for move in self.promise.moves)
        return [*(at for at in earlier if at is not None), self.promise.promised_at]

    @property
    def more_causes(self) -> int:
        return max(len(self.causes) - 1, 0)


def questions_of(
    escalations: Iterable[Escalation], user: User, now: datetime, *, back: str = ""
) -> list[Question]:
    """The lines of these escalations as this person reads them; moves lead `back`."""
    rows = list(escalations)
    if not rows:
        return []
    streams = {row.stream for row in rows}
    cases = {case.reference: case for case in _cases(streams, user)}
    causes, clocks = _deadlines(rows, streams, now)
    tickets, promises = _tickets(rows), _promises(rows)
    held = _held_for([case for case in cases.values() if case.is_open], now)
    readable = _readable(rows, user)
    return [
        Question(
            escalation=row,
            case=cases.get(row.stream),
            causes=causes.get(row.pk, ()),
            ticket=tickets.get(row.subject),
            promise=promises.get(row.subject),
            decide_by=_shown(clocks.get((row.reference, Kind.DECIDE)), row, cases),
            resolve_by=_shown(_resolve_by(row, clocks), row, cases),
            held_for=held.get(row.stream),
            acts=_acts(user, row, back),
            url=_address(row, readable),
        )
        for row in rows
    ]


def _shown(
    clock: Clock | None, escalation: Escalation, cases: Mapping[str, Complaint]
) -> Clock | None:
    """Why it is due then stands on a page for those who read the case."""
    if clock is None or escalation.stream in cases:
        return clock
    return clock.without_page()


def _readable(rows: Iterable[Escalation], user: User) -> set[int]:
    """Those whose own page the person may read; readers of the case see the others there."""
    seen = Escalation.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    return set(seen.values_list("pk", flat=True))


def _address(escalation: Escalation, readable: set[int]) -> str:
    if escalation.pk in readable:
        return reverse("complaints:escalation", args=[escalation.reference])
    case = reverse("complaints:case", args=[escalation.stream])
    return f"{case}#{escalation.reference}"


def _cases(streams: Iterable[str], user: User) -> Iterable[Complaint]:
    return (
        Complaint.objects.visible_to(user)
        .filter(reference__in=streams)
        .select_related("holder", "holder_department", "customer", "cause")
        .defer("search", "description", "customer__search")
    )


def _deadlines(
    rows: Sequence[Escalation], streams: Iterable[str], now: datetime
) -> tuple[Mapping[int, list[Deadline]], Mapping[tuple[str, str], Clock]]:
    """Per escalation the clocks that gave cause and still run; by subject and kind all of them."""
    links = (
        Causes.objects.filter(escalation__in=rows, deadline__state__in=Deadline.LIVE)
        .select_related("deadline__department", "deadline__owner")
        .order_by("deadline__due_at", "deadline")
    )
    linked = [(link.escalation_id, link.deadline) for link in links]
    own = Deadline.objects.live().filter(
        subject__in=[*streams, *(row.reference for row in rows)],
        kind__in=[Kind.DECIDE, *RESOLVING],
    )
    timed = with_working_left([*(deadline for _, deadline in linked), *own], now)
    causes: defaultdict[int, list[Deadline]] = defaultdict(list)
    for pk, deadline in linked:
        causes[pk].append(deadline)
    return causes, {(row.subject, row.kind): row.clock for row in timed}


def _tickets(rows: Iterable[Escalation]) -> dict[str, Ticket]:
    """The tickets over which two departments do not agree, or which nobody keeps."""
    of_tickets = (Reason.RETURNED_TWICE, Reason.HANDED_ON)
    wanted = [row.subject for row in rows if row.reason in of_tickets]
    found = Ticket.objects.filter(reference__in=wanted) if wanted else Ticket.objects.none()
    return {one.reference: one for one in found.select_related("department", "asking_department")}


def _promises(rows: Iterable[Escalation]) -> dict[str, Commitment]:
    """The promises of which the date was moved too often."""
    wanted = [row.subject for row in rows if row.reason == Reason.DATES_MOVED]
    if not wanted:
        return {}
    found = Commitment.objects.filter(reference__in=wanted)
    return {one.reference: one for one in found.select_related("owner", "department")}


def _resolve_by(escalation: Escalation, clocks: Mapping[tuple[str, str], Clock]) -> Clock | None:
    """When the case is due: for the first time, or after the customer came back."""
    own = (clocks.get((escalation.stream, kind)) for kind in RESOLVING)
    return next(filter(None, own), None)


def _held_for(cases: Sequence[Complaint], now: datetime) -> dict[str, float]:
    """By case for how long its holder has had it, in the holder's working time."""
    if not cases:
        return {}
    spans = Holding.objects.filter(complaint__in=cases, until__isnull=True)
    since = dict(spans.values_list("complaint_id", "since"))
    times = work_times_of({case.holder_department_id for case in cases})
    return {
        case.reference: times[case.holder_department_id].between(since[case.pk], now)
        for case in cases
        if case.pk in since
    }


def _acts(user: User, escalation: Escalation, back: str) -> Acts:
    """Deciding comes first; that one has seen it, second."""
    verbs = allowed_moves(user, escalation)
    order = [verb for verb in ("decide", "acknowledge") if verb in verbs]
    return Acts([act_for(escalation, verb, primary=verb == "decide", back=back) for verb in order])

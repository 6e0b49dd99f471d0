"""What a person waits for: promises made to them, and tickets that nobody has promised yet."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from complaints.desk import promises_of, tickets_of
from complaints.models import Commitment, Complaint, Ticket
from complaints.places import Place
from complaints.services.nudging import NUDGE_PAUSE, nudge_tag
from departments.formatting import Clock
from departments.models import Department, User
from departments.standing import Standing
from escalations.models import Deadline, Escalation
from escalations.queries import WAITING_SHOWN, with_working_left
from journal.models import Entry

Causes = Escalation.deadlines.through
Owed = Ticket | Commitment


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that somebody else owes the person: with whom, by when, how it stands."""

    owed: Owed
    deadline: Deadline | None
    raised: bool
    nudged_at: datetime | None
    may_nudge: bool

    @property
    def noun(self) -> str:
        return "ticket" if isinstance(self.owed, Ticket) else "commitment"

    @property
    def ticket(self) -> Ticket | None:
        """The ticket, also where its owner has promised it."""
        return self.owed if isinstance(self.owed, Ticket) else self.owed.ticket

    @property
    def title(self) -> str:
        return self.owed.title if isinstance(self.owed, Ticket) else self.owed.what

    @property
    def case(self) -> Complaint:
        return self.owed.complaint

    @property
    def department(self) -> Department:
        return self.owed.department

    @property
    def owner(self) -> User | None:
        return self.owed.owner

    @property
    def is_promised(self) -> bool:
        return isinstance(self.owed, Commitment)

    @property
    def due_at(self) -> datetime:
        return due_at(self.owed)

    @property
    def dates(self) -> list[datetime]:
        """Every date that was promised, the present one last."""
        moves = self.owed.moves if isinstance(self.owed, Commitment) else []
        earlier = (parse_datetime(move["from"]) for move in moves)
        return [*(at for at in earlier if at is not None), self.due_at]

    @property
    def clock(self) -> Clock | None:
        return self.deadline.clock if self.deadline else None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows, and where the next page begins."""

    rows: list[Awaited] = field(default_factory=list)
    more: Place | None = None


def awaited_by(
    user: User, standing: Standing, now: datetime, *, after: Place | None = None
) -> Page:
    """What the person, and those for whom they stand in, wait for: the soonest date first."""
    if not standing.is_active:
        return Page()
    people = {user.pk, *standing.stands_in_for}
    owed = list(islice(_owed(user, people, after), WAITING_SHOWN + 1))
    shown = owed[:WAITING_SHOWN]
    last = shown[-1] if len(owed) > len(shown) else None
    more = Place(due_at(last), last.reference) if last else None
    return Page(_rows(shown, user, now), more)


def due_at(owed: Owed) -> datetime:
    """The promised date; while nobody has promised one, the date it is needed by."""
    return owed.needed_by if isinstance(owed, Ticket) else owed.promised_at


def _owed(user: User, people: set[int], after: Place | None) -> Iterable[Owed]:
    """Both kinds merged. A ticket that was accepted is here by its promise."""
    untaken = tickets_of(user).filter(asked_by__in=people, state=Ticket.State.OPEN)
    promised = promises_of(user).filter(made_to__in=people, state=Commitment.State.MADE)
    # One's own promises wait on the desk, not here.
    promised = promised.exclude(owner__in=people)
    return heapq.merge(
        _page(untaken, "needed_by", after),
        _page(promised, "promised_at", after),
        key=lambda owed: (due_at(owed), owed.reference),
    )


def _page(rows: QuerySet, date: str, after: Place | None) -> QuerySet:
    if after is not None:
        # The first condition is the one an index can begin at.
        later = Q(**{f"{date}__gt": after.at}) | Q(reference__gt=after.key)
        rows = rows.filter(Q(**{f"{date}__gte": after.at}) & later)
    return rows.order_by(date, "reference")[: WAITING_SHOWN + 1]


def _rows(shown: list[Owed], user: User, now: datetime) -> list[Awaited]:
    references = [owed.reference for owed in shown]
    clocks = _clocks(references, now)
    raised = _raised(clocks.values())
    nudged = _nudged(references, user, now)
    return [
        Awaited(
            owed=owed,
            deadline=(deadline := clocks.get(owed.reference)),
            raised=deadline is not None and deadline.pk in raised,
            nudged_at=nudged.get(owed.reference),
            may_nudge=owed.owner_id != user.pk,
        )
        for owed in shown
    ]


def _clocks(references: list[str], now: datetime) -> dict[str, Deadline]:
    live = Deadline.objects.live().filter(subject__in=references)
    return {row.subject: row for row in with_working_left(live, now)}


def _raised(deadlines: Iterable[Deadline]) -> set[int]:
    """The clocks about which a leader was told, and has not decided."""
    causes = Causes.objects.filter(
        deadline__in=[row.pk for row in deadlines], escalation__state__in=Escalation.OPEN
    )
    return set(causes.values_list("deadline_id", flat=True))


def _nudged(references: list[str], user: User, now: datetime) -> Mapping[str, datetime]:
    """When the person last reminded of each, where that is too short ago to do it again."""
    entries = Entry.objects.filter(
        subject__in=references,
        tag__in=[nudge_tag(Ticket), nudge_tag(Commitment)],
        actor=user,
        at__gt=now - NUDGE_PAUSE,
    )
    return dict(entries.order_by("seq").values_list("subject", "at"))

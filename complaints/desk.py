"""My desk: what waits for a person, soonest first, with the moves that answer it.

A fixed number of queries, however many rows there are: what the clocks are about is fetched
by kind, all tickets at once, all promises at once, all cases at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from complaints.acts import Acts, act_for
from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.permissions import allowed_moves
from complaints.places import Place
from complaints.things import Thing, case_of
from departments.formatting import Level
from departments.models import Department, User
from departments.standing import Standing
from escalations.models import Deadline
from escalations.queries import WAITING_SHOWN, waiting_for

Kind = Deadline.Kind

_RESOLVES: Final = (
    "customer_accepts", "close", "customer_refuses", "propose_resolution", "ask",
)  # fmt: skip
# What meets the clock comes first; two are seen at once, the others wait in the menu.
_MEETS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.ACKNOWLEDGE: ("acknowledge", "ask"),
    Kind.ACCEPT: ("accept", "return"),
    Kind.COMPLETE: ("complete", "withdraw"),
    Kind.DELIVER: ("unblock", "answer", "keep", "move_date"),
    Kind.CONFIRM: ("confirm", "reject"),
    Kind.UPDATE_CUSTOMER: ("inform",),
    Kind.RESOLVE: _RESOLVES,
    Kind.REVIEW: _RESOLVES,
    Kind.APPROVE: ("approve", "refuse"),
}
_AT_HAND = 2


@dataclass(frozen=True, slots=True)
class Party:
    """A person and where they work, as far as it is known; nobody where the customer waits."""

    person: User | None = None
    department: Department | None = None

    def __bool__(self) -> bool:
        return self.person is not None or self.department is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something the person has to do; `about` is None where they may not read what it is.

    A case is one thing, however many clocks run on it: the soonest leads, `also` has the others.
    """

    deadline: Deadline
    about: Thing | None
    promise: Commitment | None
    acts: Acts
    asked_by: Party
    instead_of: User | None
    also: Sequence[Deadline] = ()

    @property
    def ticket(self) -> Ticket | None:
        return self.about if isinstance(self.about, Ticket) else None

    @property
    def case(self) -> Complaint | None:
        """The case it belongs to."""
        return case_of(self.about) if self.about else None

    @property
    def title(self) -> str:
        if isinstance(self.about, Commitment):
            return self.about.what
        return self.about.title if self.about else self.deadline.label

    @property
    def is_late(self) -> bool:
        return self.deadline.clock.level is Level.LATE


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of what waits for a person; `more` is where the next one begins."""

    rows: list[Waiting]
    more: Place | None

    @property
    def late(self) -> int:
        """How many of the rows are late."""
        return sum(row.is_late for row in self.rows)


def desk_of(
    user: User, standing: Standing, now: datetime, *, after: Place | None = None, back: str = ""
) -> Desk:
    """What waits for the person. What a leader decides has a list of its own, and is not here.

    `back` is where a move leads afterwards.
    """
    place = (after.at, after.number) if after and after.number is not None else None
    found = waiting_for(user, standing, now, WAITING_SHOWN + 1, after=place, without=[Kind.DECIDE])
    shown = found[:WAITING_SHOWN]
    subjects = subjects_of(shown, user)
    together: dict[str, list[Deadline]] = {}
    for row in shown:
        together.setdefault(row.subject, []).append(row)
    rows = [
        _waiting(clocks, subjects.get(subject), user, back) for subject, clocks in together.items()
    ]
    more = Place(shown[-1].due_at, str(shown[-1].pk)) if len(found) > len(shown) else None
    return Desk(rows, more)


def _waiting(clocks: Sequence[Deadline], subject: Thing | None, user: User, back: str) -> Waiting:
    deadline, *also = clocks
    promise = subject if isinstance(subject, Commitment) else None
    # A promise to deliver a ticket is kept by answering the ticket: its moves are the ticket's.
    about = promise.ticket if promise and promise.ticket and _delivers(promise) else subject
    if about is None:
        deadline.clock = deadline.clock.without_page()
    return Waiting(
        deadline=deadline,
        about=about,
        promise=promise,
        acts=_acts(user, about, clocks, back) if about else Acts(),
        asked_by=_asked_by(about, deadline.kind, user),
        instead_of=deadline.owner if deadline.owner_id not in (None, user.pk) else None,
        also=also,
    )


def _delivers(promise: Commitment) -> bool:
    return promise.kind == Commitment.Kind.DELIVER


def _acts(user: User, about: Thing, clocks: Iterable[Deadline], back: str) -> Acts:
    """The moves that answer the clocks at hand, those of the soonest first."""
    verbs = [verb for verb in allowed_moves(user, about) if verb != "note"]
    meets = dict.fromkeys(verb for row in clocks for verb in _MEETS.get(row.kind, ()))
    shown = [verb for verb in meets if verb in verbs][:_AT_HAND]
    return Acts(
        shown=[act_for(about, verb, primary=verb == shown[0], back=back) for verb in shown],
        more=[act_for(about, verb, back=back) for verb in verbs if verb not in shown],
    )


def _asked_by(about: Thing | None, kind: str, user: User) -> Party:
    """Who waits for it: who asks, or who was asked and wants something back."""
    if isinstance(about, Ticket):
        if kind in (Kind.COMPLETE, Kind.CONFIRM):
            return Party(about.owner, about.department)
        return Party(about.asked_by, about.asking_department)
    if isinstance(about, Extension):
        return Party(about.asked_by, about.asking_department)
    if isinstance(about, Commitment) and about.made_to_id != user.pk:
        return Party(about.made_to, _department_of_promisee(about))
    return Party()


def _department_of_promisee(promise: Commitment) -> Department | None:
    """Where the person works to whom it was promised, as far as the promise tells."""
    if promise.ticket and promise.made_to_id == promise.ticket.owner_id:
        return promise.ticket.department
    is_contact = promise.made_to_id == promise.complaint.contact_owner_id
    return promise.complaint.contact_department if is_contact else None


# --- What the clocks are about --------------------------------------------------------------------
def subjects_of(deadlines: Iterable[Deadline], user: User) -> dict[str, Thing]:
    """By reference what the clocks are about, as far as the person may read it."""
    references = {row.subject for row in deadlines}
    found: list[Thing] = []
    for letter, readable in _READABLE.items():
        wanted = [reference for reference in references if reference.startswith(letter)]
        if wanted:
            found += readable(user).filter(reference__in=wanted)
    for promise in found:
        if isinstance(promise, Commitment) and promise.ticket:
            # The same object, so that the ticket's moves ask nothing more.
            promise.ticket.complaint = promise.complaint
    return {one.reference: one for one in found}


def tickets_of(user: User) -> QuerySet[Ticket]:
    """Tickets that the person may read, with all that a row and its moves ask for."""
    return (
        Ticket.objects.visible_to(user)
        .select_related("complaint", "department", "asking_department", "owner", "asked_by")
        .defer("complaint__search", "complaint__description", "answer")
    )


def promises_of(user: User) -> QuerySet[Commitment]:
    """Promises that the person may read, with the tickets they are made on."""
    return (
        Commitment.objects.visible_to(user)
        .select_related(
            "complaint__contact_department", "department", "owner", "made_to",
            "ticket__department", "ticket__asking_department", "ticket__owner", "ticket__asked_by",
        )
        .defer("complaint__search", "complaint__description", "ticket__answer")
    )  # fmt: skip


def cases_of(user: User) -> QuerySet[Complaint]:
    """Cases that the person may read, with the departments that take part."""
    return (
        Complaint.objects.visible_to(user)
        .select_related("customer")
        .prefetch_related("involvements")
        .defer("search", "description", "customer__search")
    )


def extensions_of(user: User) -> QuerySet[Extension]:
    """Later dates that were asked for on cases that the person may read."""
    return (
        Extension.objects.visible_to(user)
        .select_related("complaint__contact_department", "asked_by", "asking_department")
        .defer("complaint__search", "complaint__description", "letter")
    )


_READABLE: Final[Mapping[str, Callable[[User], QuerySet[Any]]]] = {
    "T": tickets_of,
    "P": promises_of,
    "C": cases_of,
    "X": extensions_of,
}

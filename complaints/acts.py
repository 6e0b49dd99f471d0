"""The buttons beside a case, a ticket or a promise: what state and permission allow, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.permissions import Thing, allowed_moves, moves_of
from complaints.things import Thing as CaseThing
from departments.models import User
from departments.standing import standing_of
from escalations.models import Escalation

# Where the work goes on: the first of these that is allowed is the button to press.
_ONWARD: Final[dict[type, tuple[str, ...]]] = {
    Complaint: ("acknowledge", "customer_accepts", "close", "resume", "ask", "propose_resolution"),
    Ticket: ("accept", "complete", "confirm", "unblock", "answer"),
    Commitment: ("keep",),
    Extension: ("approve",),
}
# Shown beside it; everything else waits in the menu.
_CLOSE_AT_HAND: Final[dict[type, tuple[str, ...]]] = {
    Complaint: ("ask", "propose_resolution", "customer_refuses", "escalate", "inform"),
    Ticket: ("return", "reject", "answer"),
    Commitment: ("move_date",),
    Extension: ("refuse",),
}
_SHOWN = {Complaint: 2, Ticket: 1, Commitment: 1, Extension: 1}
_GRAVE = frozenset({"withdraw"})
_NOUNS: Final[dict[type, str]] = {
    Complaint: "complaint",
    Ticket: "ticket",
    Commitment: "commitment",
    Extension: "extension",
    Escalation: "escalation",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One button: what it says and where it leads."""

    verb: str
    label: str | Promise
    url: str
    primary: bool = False
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """The buttons that are seen at once, and those in the menu."""

    shown: Sequence[Act] = ()
    more: Sequence[Act] = ()

    def __bool__(self) -> bool:
        return bool(self.shown or self.more)


def acts_of(user: User, thing: CaseThing) -> Acts:
    """The moves that this person can make now. Writing has a place of its own on the page.

    Where others are to move, all of it waits in the menu: a leader may, but need not.
    """
    verbs = [verb for verb in allowed_moves(user, thing) if verb != "note"]
    if not _concerns(user, thing):
        return Acts(more=[act_for(thing, verb) for verb in verbs])
    onward = next((verb for verb in _ONWARD[type(thing)] if verb in verbs), None)
    near = [verb for verb in _CLOSE_AT_HAND[type(thing)] if verb in verbs and verb != onward]
    shown = [*([onward] if onward else []), *near[: _SHOWN[type(thing)]]]
    return Acts(
        shown=[act_for(thing, verb, primary=verb == onward) for verb in shown],
        more=[act_for(thing, verb) for verb in verbs if verb not in shown],
    )


def _concerns(user: User, thing: CaseThing) -> bool:
    """Whether the person's own department has to do with it, or whom they stand in for."""
    if isinstance(thing, Complaint | Extension):
        return True
    standing = standing_of(user)
    sides = {thing.department_id, getattr(thing, "asking_department_id", None)}
    return bool(sides & standing.departments) or thing.owner_id in standing.stands_in_for


def act_for(thing: Thing, verb: str, *, primary: bool = False, back: str = "") -> Act:
    """The button of one move; afterwards it leads `back`, else to the case."""
    url = reverse(f"complaints:move_{_NOUNS[type(thing)]}", args=[thing.reference, verb])
    if back:
        url += "?" + urlencode({"next": back})
    label = moves_of(thing)[verb].label
    return Act(verb, label, url, primary=primary, danger=verb in _GRAVE)

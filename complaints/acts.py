"""The buttons beside a case, a ticket or a promise: what state and permission allow, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from complaints.kinds import Thing, kind_of
from complaints.models import Complaint, Extension
from complaints.permissions import allowed_moves, moves_of
from complaints.things import Thing as CaseThing
from departments.models import User
from departments.standing import standing_of

_GRAVE = frozenset({"withdraw"})

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
    kind = kind_of(thing)
    onward = next((verb for verb in kind.onward if verb in verbs), None)
    near = [verb for verb in kind.near if verb in verbs and verb != onward]
    shown = [*([onward] if onward else []), *near[: kind.near_shown]]
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
    url = reverse(f"complaints:move_{kind_of(thing).noun}", args=[thing.reference, verb])
    if back:
        url += "?" + urlencode({"next": back})
    label = moves_of(thing)[verb].label
    return Act(verb, label, url, primary=primary, danger=verb in _GRAVE)

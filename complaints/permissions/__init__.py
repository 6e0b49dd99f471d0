"""Who may make which move.

`rules` is asked directly, never Django's backends: a superuser gets nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping

import rules

from complaints.kinds import Thing, kind_of
from complaints.models import Complaint
from complaints.permissions import nouns as _nouns  # noqa: F401 - makes the kinds known
from complaints.states import Move
from departments.models import User


def moves_of(thing: Thing) -> Mapping[str, Move]:
    """The state diagram of the thing."""
    return kind_of(thing).moves


def may(user: User, verb: str, thing: Thing) -> bool:
    """Whether this person may ever make this move, whatever the state."""
    return rules.has_perm(f"complaints.{verb}_{kind_of(thing).noun}", user, thing)


def allowed_moves(user: User, thing: Thing) -> list[str]:
    """The verbs that state and permission allow, in the order of the diagram."""
    case = getattr(thing, "complaint", None)
    if case is not None and not case.is_open:
        return []
    return [
        verb
        for verb, move in moves_of(thing).items()
        if thing.state in move.sources and fits(thing, verb) and may(user, verb, thing)
    ]


def fits(thing: Thing, verb: str) -> bool:
    """Whether the date of the case stands still or runs, as the move wants it."""
    if not isinstance(thing, Complaint) or verb not in ("extend", "pause", "resume"):
        return True
    return bool(thing.paused_for) == (verb == "resume")

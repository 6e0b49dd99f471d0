"""The kinds of things that move: how each is called, found and moved.

One entry serves the permissions, the buttons, the view of every move, the look-up of references
and the API. A floor above adds kinds of its own with `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import rules
from django.db.models import Model, QuerySet
from django.urls import reverse

from complaints.states import Move
from departments.models import User

# What is of a registered kind.
Thing = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind. Its manager knows `visible_to(user)`, and its rows a reference and a version."""

    noun: str
    prefix: str
    model: type[Model]
    moves: Mapping[str, Move]
    # Who may, for each verb; whatever the state.
    rules: Mapping[str, rules.Predicate]
    # The field that says in a line what it is, under what happened to it; "" where nothing need be.
    title: str = ""
    # What a page of one of them needs beside the row.
    related: tuple[str, ...] = ()
    # Where the work goes on: the first of these that is allowed is the button to press.
    onward: tuple[str, ...] = ()
    # Shown beside it, and how many; everything else waits in the menu.
    near: tuple[str, ...] = ()
    near_shown: int = 1
    # The address of the one with this reference, if the person may see it; else its place on the
    # page of its case.
    address: Callable[[str, User], str | None] | None = None

    def visible_to(self, user: User) -> QuerySet[Any]:
        """What the person may read, with what belongs to a row."""
        rows = self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return rows.select_related(*self.related)


    def address_of(self, reference: str, user: User) -> str | None:
        """Where it is shown; None where there is none that the person may see."""
        if self.address is not None:
            return self.address(reference, user)
        seen = self.visible_to(user).filter(reference=reference)
        case = seen.values_list("complaint__reference", flat=True).first()
        return f"{reverse('complaints:case', args=[case])}#{reference}" if case else None


_BY_MODEL: dict[type, Kind] = {}


def register(kind: Kind) -> None:
    """Make it known, and its permissions: `complaints.<verb>_<noun>`."""
    if missing := kind.moves.keys() ^ kind.rules.keys():
        raise ValueError(f"{kind.noun}: moves and rules differ in {sorted(missing)}")
    _BY_MODEL[kind.model] = kind
    for verb, rule in kind.rules.items():
        rules.add_perm(f"complaints.{verb}_{kind.noun}", rule)


def kind_of(thing: Thing) -> Kind:
    """What kind of thing it is."""
    return _BY_MODEL[type(thing)]


def kinds() -> list[Kind]:
    """All of them."""
    return list(_BY_MODEL.values())


def kind_named(noun: str) -> Kind:
    """By its noun, such as "ticket". Raises StopIteration for none."""
    return next(kind for kind in _BY_MODEL.values() if kind.noun == noun)


def kind_behind(reference: str) -> Kind | None:
    """By the letters in front of a reference, such as those of "T-1031"."""
    prefix = reference.partition("-")[0]
    return next((kind for kind in _BY_MODEL.values() if kind.prefix == prefix), None)

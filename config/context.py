"""What the top bar of every page shows. Lazy: a page without a top bar asks nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest
from django.utils import timezone

from departments.formatting import CAP, capped
from departments.models import Department, User
from departments.standing import standing_of
from escalations.queries import count_waiting

Lazy = Callable[[], object]


def shell(request: HttpRequest) -> dict[str, Lazy]:
    """Counters, and the colour of one's own department."""
    # Pages of errors may come before anybody was asked who they are.
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    waiting = cache(lambda: count_waiting(user, standing_of(user), timezone.now(), CAP))
    return {
        "own_kind": cache(lambda: own_kind(user)),
        "desk_count": lambda: capped(waiting()[0]),
        "desk_late": lambda: waiting()[1],
    }


def own_kind(user: User) -> str:
    """The kind of the person's department; of several, the first in the model's order."""
    kinds = standing_of(user).kinds
    return next((kind for kind in Department.Kind.values if kind in kinds), "system")

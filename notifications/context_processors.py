"""What every page shows: the bell."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from departments.formatting import capped
from departments.models import User
from notifications.queries import unread_count


def bell(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """Adds `unread_count`, such as "7" or "99+"; counted only where a template shows it."""

    def unread() -> str:
        user = getattr(request, "user", None)
        return capped(unread_count(user)) if isinstance(user, User) else ""

    return {"unread_count": unread}

"""System checks of the whole house."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, Tags.database, deploy=True)
def no_demo_accounts(*, databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Demo accounts share a printed password: they must not exist where real cases live."""
    names = list(
        get_user_model()
        .objects.filter(is_demo=True, is_active=True)
        .order_by("username")
        .values_list("username", flat=True)[:5]
    )
    if not names:
        return []
    return [
        Error(
            f"Demo accounts with a printed password can sign in: {', '.join(names)}.",
            hint="Deactivate them, or start from a database without demo data.",
            id="duban.E001",
        )
    ]

"""What must not stand in production."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import OperationalError, ProgrammingError

from departments.models import User
from departments.warnings import OrgWarning, warnings_now

__all__ = ["OrgWarning", "no_demo_accounts", "warnings_now"]


@register(Tags.security, deploy=True)
def no_demo_accounts(**_kwargs: Any) -> list[CheckMessage]:
    """Demo accounts share a printed password: none may be able to sign in."""
    try:
        active = User.objects.filter(is_demo=True, is_active=True).count()
    except (OperationalError, ProgrammingError) as error:
        return [
            CheckWarning(
                "Could not look for demo accounts: the database does not answer or has no tables.",
                hint=f"Migrate, then check again. ({str(error).strip().splitlines()[0]})",
                id="departments.W001",
            )
        ]
    if not active:
        return []
    return [
        Error(
            f"{active} demo accounts with the printed password can sign in.",
            hint="Deactivate them with `manage.py demo_accounts --deactivate`, "
            "or use a database without demo data.",
            id="departments.E001",
        )
    ]

"""The demo accounts on the sign-in page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from departments.demo import demo_accounts as find_accounts

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[Any]:
    """The demo accounts by department; empty where no demo data was loaded."""
    return find_accounts() if getattr(settings, "DEMO_PASSWORD", "") else []


@register.simple_tag
def demo_password() -> str:
    """The one password that all demo accounts share."""
    return str(settings.DEMO_PASSWORD)

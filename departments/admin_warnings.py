"""What is risky is saved all the same, and said at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from departments.models import Absence, Department, User
from departments.warnings import warnings_now


class Warned(admin.ModelAdmin):
    """Says after saving what is risky about the thing, and what has become risky elsewhere."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Saves it, knowing what was risky before."""
        request.risky_before = warnings_now(timezone.now())  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Saves what belongs to it; then everything stands as it will stay."""
        super().save_related(request, form, formsets, change)
        before = getattr(request, "risky_before", [])
        things = list(_concerned(form.instance))
        for warning in warnings_now(timezone.now()):
            if warning not in before or any(warning.concerns(thing) for thing in things):
                messages.warning(request, f"{warning.says} {warning.to_do}")


def _concerned(thing: Any) -> Iterator[Department | User]:
    if isinstance(thing, Absence):
        yield thing.person
        return
    yield thing

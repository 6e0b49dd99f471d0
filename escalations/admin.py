"""The engine in the administration: to read. Policies are written on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from escalations.models import Deadline, Escalation, Firing, Policy, PolicyVersion
from journal.admin import ReadOnlyAdmin


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    """The names of policies. They are written on their own pages: one place to write."""

    list_display = ("code", "name_en", "name_zh", "rank")


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """Versions as the engine keeps them."""

    list_display = ("policy", "number", "activated_at", "retired_at")
    list_select_related = ("policy",)


class FiringInline(admin.TabularInline):  # type: ignore[type-arg]
    """What the rungs of a deadline did."""

    model = Firing
    fields = ("version", "rung", "level", "state", "reason", "planned_at", "fired_at", "route")
    readonly_fields = fields
    ordering = ("version", "rung")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    """Clocks, with what fired to whom by which route."""

    # Running the house is not reading its cases: words of them stay out.
    exclude = ("label",)
    list_display = (
        "subject",
        "stream",
        "kind",
        "state",
        "due_at",
        "wake_at",
        "owner",
        "department",
    )
    list_select_related = ("owner", "department")
    list_filter = ("state", "kind")
    search_fields = ("=subject", "=stream")
    ordering = ("-id",)
    inlines = (FiringInline,)


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """What was raised to leaders."""

    exclude = ("label", "text", "note")
    list_display = ("reference", "stream", "reason", "level", "state", "leader", "raised_at")
    list_select_related = ("leader",)
    list_filter = ("state", "reason")
    search_fields = ("=reference", "=stream")
    ordering = ("-id",)
    raw_id_fields = ("deadlines",)

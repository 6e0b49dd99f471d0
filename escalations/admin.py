"""The engine in the administration: policies are written here, everything else is read."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.errors import PolicyError
from escalations.models import Deadline, Escalation, Firing, Policy, PolicyVersion
from escalations.policy import STANDARD, parse
from escalations.services.drafts import activate_version
from journal.admin import ReadOnlyAdmin
from journal.errors import MoveError


class PolicyVersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules of one version, checked as a whole."""

    class Meta:
        model = PolicyVersion
        fields = ("policy", "number", "rules")

    def clean_rules(self) -> Any:
        rules = self.cleaned_data["rules"]
        try:
            parse(rules)
        except PolicyError as error:
            raise ValidationError(error.problems) from None
        return rules


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The names of policies."""

    list_display = ("code", "name_en", "name_zh", "rank")


@admin.register(PolicyVersion)
class PolicyVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Versions: written, checked, activated; once active they never change again."""

    form = PolicyVersionForm
    list_display = ("policy", "number", "activated_at", "retired_at")
    list_select_related = ("policy",)
    actions: ClassVar = ["activate"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # The built-in rules are the best template there is.
        return {"rules": STANDARD, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        used = obj is not None and obj.activated_at is not None
        return not used and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        used = obj is not None and obj.activated_at is not None
        return not used and super().has_delete_permission(request, obj)

    @admin.action(description=_("Activate for new deadlines"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[PolicyVersion]) -> None:
        """One version at a time; the one before it is retired."""
        version = queryset.first()
        if version is None or queryset.count() > 1:
            self.message_user(request, _("Choose one version."), messages.ERROR)
            return
        try:
            activate_version(
                version=version, actor=request.user, running=False, seen=None, now=timezone.now()
            )
        except MoveError as error:
            self.message_user(request, error.message, messages.ERROR)


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

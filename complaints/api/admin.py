"""Everybody's tokens: administrators see that they are there, and revoke them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.api.models import AccessToken
from complaints.api.tokens import revoke_token
from journal.admin import ReadOnlyAdmin


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """Read only; the one thing to do is to revoke."""

    list_display = (
        "name", "prefix", "person", "scopes", "created_at", "expires_at", "last_used_at",
        "revoked_at",
    )  # fmt: skip
    list_select_related = ("person",)
    search_fields = ("name", "=prefix", "person__name", "person__username")
    ordering = ("-id",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[AccessToken]) -> None:
        """From now on they open nothing."""
        for token in chosen:
            revoke_token(token=token, actor=request.user, now=timezone.now())
        messages.success(request, _now("They open nothing any more."))

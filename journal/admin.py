"""The journal in the administration: to read, never to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from journal.models import Entry, Stream


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows; adds, changes and deletes none."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    """The heads of the chains."""

    list_display: ClassVar = ["reference", "last_seq", "last_digest"]
    search_fields: ClassVar = ["=reference"]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """What happened."""

    list_display: ClassVar = ["stream", "seq", "at", "tag", "subject", "actor", "department"]
    list_select_related: ClassVar = ["actor", "department"]
    search_fields: ClassVar = ["=stream__reference", "=subject", "=tag"]
    ordering: ClassVar = ["-id"]

"""The journal in the administration: to read, never to change."""

from __future__ import annotations

from typing import Any

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

    list_display = ("reference", "last_seq", "last_digest")
    search_fields = ("=reference",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """That something happened, when, and by whom."""

    # Some of it is words of cases, which running the house does not read.
    exclude = ("data",)
    list_display = ("stream", "seq", "at", "tag", "subject", "actor", "department")
    list_select_related = ("actor", "department")
    search_fields = ("=stream__reference", "=subject", "=tag")
    ordering = ("-id",)

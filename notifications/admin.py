"""The outbox in the administration: to read, never to change."""

from __future__ import annotations

from django.contrib import admin

from journal.admin import ReadOnlyAdmin
from notifications.models import Delivery, Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Who was told what kind of thing; its words are between the reader and the case."""

    exclude = ("label", "data")
    list_display = ("id", "created_at", "kind", "stream", "subject", "reader", "read_at")
    list_select_related = ("reader",)
    search_fields = ("=stream", "=subject", "=reader__username")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What became of each mail."""

    list_display = ("id", "created_at", "reader", "state", "attempts", "last_error")
    list_select_related = ("reader",)
    list_filter = ("state", "channel")
    search_fields = ("=message_id", "=reader__username")
    ordering = ("-id",)

"""Reads of notices and deliveries."""

from __future__ import annotations

from departments.models import User
from notifications.models import Delivery, Notice

PAGE = 50


def unread_count(user: User, cap: int = 99) -> int:
    """How many notices wait to be read; never more than `cap` + 1, however many there are."""
    return Notice.objects.filter(reader=user, read_at__isnull=True)[: cap + 1].count()


def newest_notice(user: User) -> int:
    """The id of what the person was told last; 0 if nothing was."""
    told = Notice.objects.filter(reader=user).order_by("-pk")
    return told.values_list("pk", flat=True).first() or 0


def notices_of(user: User, *, before: int | None = None, limit: int = PAGE) -> list[Notice]:
    """A reader's notices, newest first; continue with the last one's id."""
    notices = Notice.objects.filter(reader=user).select_related(
        "reader", "entry__actor", "entry__acting_for", "entry__department"
    )
    if before is not None:
        notices = notices.filter(pk__lt=before)
    return list(notices.order_by("-pk")[:limit])


def recent_deliveries(*, before: int | None = None, limit: int = PAGE) -> list[Delivery]:
    """All deliveries, newest first; continue with the last one's id."""
    deliveries = Delivery.objects.with_words().prefetch_related("contents__notice__entry")
    if before is not None:
        deliveries = deliveries.filter(pk__lt=before)
    return list(deliveries.order_by("-pk")[:limit])


def failed_deliveries(limit: int = PAGE) -> list[Delivery]:
    """What failed for good, newest first."""
    return list(Delivery.objects.failed().with_words().order_by("-pk")[:limit])


def delayed_deliveries(limit: int = PAGE) -> list[Delivery]:
    """What was attempted in vain and will be again, the oldest first."""
    delayed = Delivery.objects.pending().filter(attempts__gt=0).exclude(last_error="")
    return list(delayed.with_words().order_by("pk")[:limit])

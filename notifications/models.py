"""Telling people: what is to be said, and each attempt to carry it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

# What we say ourselves about a failure; everything else is the mail server's own words.
REASONS = {
    "inactive": _("The account was closed."),
    "no_address": _("The person has no e-mail address."),
    "bad_address": _("The e-mail address is not valid."),
    "no_text": _("The text of this notice cannot be written."),
    "gave_up": _("Given up after too many attempts."),
}


class Notice(models.Model):
    """One person is told one thing because of one journal entry."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    entry = models.ForeignKey("journal.Entry", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=64, help_text="template in templates/notices/")
    stream = models.CharField(max_length=32)
    subject = models.CharField(max_length=32)
    label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "reader"], name="told_once_per_entry")
        ]
        indexes: ClassVar = [
            models.Index(fields=["reader", "-id"], name="notice_by_reader"),
            models.Index(
                fields=["reader"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} → {self.reader_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """The vocabulary of the queue."""

    def pending(self) -> DeliveryQuerySet:
        """Neither sent nor failed for good."""
        return self.filter(state=Delivery.State.PENDING)

    def failed(self) -> DeliveryQuerySet:
        """Failed for good: a person must look at them."""
        return self.filter(state=Delivery.State.FAILED)

    def with_words(self) -> DeliveryQuerySet:
        """With what the texts of notices speak of: the reader, and who did what where."""
        return self.select_related(
            "reader",
            "notice__entry__actor",
            "notice__entry__acting_for",
            "notice__entry__department",
        )

    def due(self, *, channel: str, now: datetime) -> DeliveryQuerySet:
        """Whose time has come, and whose reader waits for no earlier one by the same channel."""
        earlier = Delivery.objects.pending().filter(
            reader=OuterRef("reader"), channel=OuterRef("channel"), pk__lt=OuterRef("pk")
        )
        return self.pending().filter(~Exists(earlier), channel=channel, next_attempt_at__lte=now)


class Delivery(models.Model):
    """A notice on its way by one channel; the row is the queue."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed for good")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16, default="mail")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    message_id = models.CharField(max_length=320, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Delivery]] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="once_per_channel"),
            models.CheckConstraint(
                condition=Q(state="pending", next_attempt_at__isnull=False)
                | Q(state__in=["sent", "failed"], next_attempt_at__isnull=True),
                name="pending_has_a_next_attempt",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="pending"),
                name="delivery_due",
            ),
            models.Index(
                fields=["reader", "channel", "id"],
                condition=Q(state="pending"),
                name="delivery_in_order",
            ),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

    @property
    def reason(self) -> str:
        """Why the last attempt failed, in the active language where it is our own reason."""
        return str(REASONS.get(self.last_error, self.last_error))

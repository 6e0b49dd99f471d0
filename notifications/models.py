"""Telling people: what is to be said, each attempt to carry it, and when one wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from notifications.timing import Habits

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
        """On its way: neither kept back, nor done with."""
        return self.filter(state=Delivery.State.PENDING)

    def failed(self) -> DeliveryQuerySet:
        """Failed for good: a person must look at them."""
        return self.filter(state=Delivery.State.FAILED)

    def waiting(self) -> DeliveryQuerySet:
        """Kept back for its reader's sake: until quiet hours end, or for a digest."""
        return self.filter(state__in=Delivery.WAITING)

    def locked(self) -> DeliveryQuerySet:
        """Locked until the transaction ends, always in one order, so that nobody deadlocks."""
        return self.select_for_update(of=("self",), no_key=True).order_by("next_attempt_at", "id")

    def with_words(self) -> DeliveryQuerySet:
        """With what the texts of notices speak of: the reader, and who did what where."""
        return self.select_related(
            "reader__notice_preference",
            "notice__entry__actor",
            "notice__entry__acting_for",
            "notice__entry__department",
        )

    def due(self, *, channel: str, now: datetime) -> DeliveryQuerySet:
        """Whose time has come, and whose reader waits for no earlier one by the same channel.

        Urgent ones are in order among themselves, and so are the others: neither waits for the
        other kind. What is kept back is not pending, so that nothing waits for it.
        """
        earlier = Delivery.objects.pending().filter(
            reader=OuterRef("reader"),
            channel=OuterRef("channel"),
            urgent=OuterRef("urgent"),
            pk__lt=OuterRef("pk"),
        )
        return self.pending().filter(~Exists(earlier), channel=channel, next_attempt_at__lte=now)


class Delivery(models.Model):
    """A notice, or a digest of several, on its way by one channel; the row is the queue."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        HELD = "held", _("waits until quiet hours end")
        LISTED = "listed", _("waits for the digest")
        GATHERED = "gathered", _("is in a digest on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed for good")
        READ = "read", _("not needed: read in Duban before")

    WAITING: ClassVar = [State.HELD, State.LISTED]

    # None for a digest, whose notices are those of its `contents`.
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    digest = models.ForeignKey(
        "self", models.CASCADE, null=True, db_index=False, related_name="contents"
    )
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16, default="mail")
    urgent = models.BooleanField(default=False, help_text="waits for no quiet hours and no digest")
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
                condition=Q(state__in=["pending", "held", "listed"], next_attempt_at__isnull=False)
                | Q(state__in=["gathered", "sent", "failed", "read"], next_attempt_at__isnull=True),
                name="pending_has_a_next_attempt",
            ),
            models.CheckConstraint(
                condition=Q(urgent=False) | Q(state__in=["pending", "sent", "failed"]),
                name="urgent_is_never_kept_back",
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, digest__isnull=False)
                | Q(digest__isnull=True) & ~Q(state="gathered"),
                name="gathered_in_a_digest",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["urgent", "next_attempt_at", "id"],
                condition=Q(state="pending"),
                name="delivery_due",
            ),
            models.Index(
                fields=["reader", "channel", "urgent", "id"],
                condition=Q(state="pending"),
                name="delivery_in_order",
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=["held", "listed"]),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["reader"],
                condition=Q(state__in=["held", "listed"]),
                name="delivery_waiting_for",
            ),
            models.Index(
                fields=["digest"], condition=Q(digest__isnull=False), name="delivery_contents"
            ),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

    @property
    def reason(self) -> str:
        """Why the last attempt failed, in the active language where it is our own reason."""
        return str(REASONS.get(self.last_error, self.last_error))

    @property
    def about(self) -> str:
        """What it speaks of, as a list names it."""
        return self.notice.subject if self.notice else str(_("Digest"))


def every_day() -> list[int]:
    """The days of the week, Monday being 0."""
    return list(range(7))


class Preference(models.Model):
    """When a person wants to be told, on the clock where they are; who has none is told at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference"
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_days = models.JSONField(default=every_day, help_text="days on which quiet hours begin")
    days_off = models.JSONField(default=list, help_text="days that are quiet all day; Monday is 0")
    digest_first = models.TimeField(null=True, blank=True)
    digest_second = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("preference for notices")
        verbose_name_plural = _("preferences for notices")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(digest_second__isnull=True)
                | Q(digest_first__isnull=False) & ~Q(digest_first=F("digest_second")),
                name="two_digests_at_two_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user_id)

    def habits(self, zone: str) -> Habits:
        """What this means in a time zone."""
        quiet_from, quiet_until = self.quiet_from, self.quiet_until
        return Habits(
            zone=zone,
            quiet=(quiet_from, quiet_until) if quiet_from and quiet_until else None,
            quiet_days=frozenset(self.quiet_days),
            days_off=frozenset(self.days_off),
            digest_at=tuple(at for at in (self.digest_first, self.digest_second) if at),
        )

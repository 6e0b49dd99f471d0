"""Letters to the customer, and the queue in which those that go by mail wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint

if TYPE_CHECKING:
    from departments.models import User


class LetterQuerySet(models.QuerySet[Any]):
    """The vocabulary of letters."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read."""
        return self.filter(complaint__in=Complaint.objects.visible_to(user))  # type: ignore[attr-defined]


class Letter(models.Model):
    """A letter: a draft until it goes out, and never changed afterwards."""

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        HOLDING = "holding", _("Holding letter")
        FINAL = "final", _("Final letter")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent by mail")
        FAILED = "failed", _("Could not be sent")
        POSTED = "posted", _("Sent by post or handed over")
        WITHDRAWN = "withdrawn", _("Discarded")

    OUT: ClassVar = (State.SENT, State.POSTED)

    reference = models.CharField(max_length=32, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    subject = models.CharField(_("subject"), max_length=160)
    text = models.TextField(_("text"))
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+", help_text="whose letterhead"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    extension = models.OneToOneField(
        "complaints.Extension", models.PROTECT, null=True, blank=True,
        related_name="holding_letter", help_text="the later date that it tells of",
    )  # fmt: skip
    written_at = models.DateTimeField()
    # What went out: to whom, the very file, and when.
    email = models.EmailField(_("to"), blank=True)
    pdf = models.FileField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    posted_on = models.DateField(_("sent or handed over on"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "posted"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "posted"]) & Q(sent_at__isnull=True)),
                name="letters_out_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "-written_at"], name="letter_by_case"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="letters_out_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["sent", "posted"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return self.subject

    @property
    def owner_id(self) -> int | None:
        """Who has it in hand."""
        return self.author_id

    @property
    def is_out(self) -> bool:
        """Whether the customer has it."""
        return self.state in self.OUT


class PostingQuerySet(models.QuerySet["Posting"]):
    """The vocabulary of the queue."""

    def pending(self) -> PostingQuerySet:
        """On their way."""
        return self.filter(state=Posting.State.PENDING)


class Posting(models.Model):
    """A letter on its way by mail; the row is the queue. Each sending of a letter is a row."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed for good")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="postings")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    message_id = models.CharField(max_length=320, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Posting]] = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(state="pending"), name="one_posting_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", next_attempt_at__isnull=False)
                | Q(state__in=["sent", "failed"], next_attempt_at__isnull=True),
                name="pending_postings_have_a_next_attempt",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state="pending"), name="posting_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

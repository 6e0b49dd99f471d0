"""What people wrote and attached. Texts may be redacted; the journal holds their digest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.case import Complaint


class Message(models.Model):
    """The words that belong to a journal entry."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call note")
        MESSAGE = "message", _("Message")
        FACT = "fact", _("Fact")
        OPINION = "opinion", _("Opinion")
        QUESTION = "question", _("Question")
        ANSWER = "answer", pgettext_lazy("what is written", "Answer")
        MOVE = "move", _("Said with a move")

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    root_cause = models.ForeignKey(
        "complaints.RootCause", models.PROTECT, null=True, blank=True, related_name="messages"
    )
    entry = models.OneToOneField("journal.Entry", models.PROTECT, related_name="message")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    # A question is open until an answer cites it: the first that does.
    answered_by = models.ForeignKey(
        "journal.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            models.Index(fields=["complaint", "kind", "entry"], name="message_by_kind"),
            models.Index(
                fields=["complaint", "entry"],
                condition=Q(kind="question", answered_by=None),
                name="question_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id}"


class Attachment(models.Model):
    """A file: stored under a random name, always downloaded; what is shown are our own pictures."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="attachments")
    entry = models.ForeignKey("journal.Entry", models.PROTECT, related_name="attachments")
    token = models.UUIDField(unique=True)
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes: ClassVar = [models.Index(fields=["complaint"], name="attachment_by_case")]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A form that was sent; the same form sent again finds what it made."""

    token = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made = models.CharField(max_length=32, help_text="reference of what it made")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes: ClassVar = [models.Index(fields=["at"], name="submission_by_age")]

    def __str__(self) -> str:
        return f"{self.token} → {self.made}"

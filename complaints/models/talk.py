"""How people talk on a case: what was read, put aside, agreed, begun, and kept calm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint

STATUS_GROWS_OLD = timedelta(days=7)
"""A status line that nobody renewed for so long is shown as old."""
LONGEST_COOL_DOWN = timedelta(hours=24)


class Receipt(models.Model):
    """Somebody to whom an entry is addressed has had it before their eyes."""

    entry = models.ForeignKey("journal.Entry", models.CASCADE, related_name="receipts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("read receipt")
        verbose_name_plural = _("read receipts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "person"], name="one_receipt_each")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.person_id}"


class Parked(models.Model):
    """An entry put aside for the retrospective: folded away, never deleted."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="parked")
    entry = models.OneToOneField("journal.Entry", models.PROTECT, related_name="parked")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("parked entry")
        verbose_name_plural = _("parked entries")
        indexes: ClassVar = [models.Index(fields=["complaint", "entry"], name="parked_by_case")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.entry_id}"


class StatusLine(models.Model):
    """Where the case stands in one sentence, as those who take part agree."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="status_lines")
    text = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("status line")
        verbose_name_plural = _("status lines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(replaced_at=None), name="one_status_line"
            )
        ]

    def __str__(self) -> str:
        return self.text

    def is_old(self, now: datetime) -> bool:
        """Whether nobody renewed it for long: then it may not be so any more."""
        return now - self.proposed_at > STATUS_GROWS_OLD


class Agreement(models.Model):
    """Somebody who takes part agrees to a status line."""

    line = models.ForeignKey(StatusLine, models.CASCADE, related_name="agreements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "person"], name="one_agreement_each")
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.person_id}"


class CoolDown(models.Model):
    """The entry box of a case rests, for one person or for all; it opens again by itself."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="cool_downs")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("cool-down")
        verbose_name_plural = _("cool-downs")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("set_at"))
                & Q(until__lte=models.F("set_at") + LONGEST_COOL_DOWN),
                name="a_cool_down_is_short",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["complaint", "until"],
                condition=Q(lifted_at=None),
                name="cool_down_by_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.until}"


class HeatedWord(models.Model):
    """A word that makes a gentle notice ask: send it so? Never more than that."""

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        CHINESE = "zh-hans", _("Simplified Chinese")

    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    word = models.CharField(_("word"), max_length=60)

    class Meta:
        verbose_name = _("heated word")
        verbose_name_plural = _("heated words")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "word"], name="one_heated_word")
        ]

    def __str__(self) -> str:
        return self.word


class Draft(models.Model):
    """What somebody typed and has not sent: of one form of one thing, seen by nobody else."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=32, help_text="of the thing that would move")
    verb = models.CharField(max_length=32)
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "reference", "verb"], name="one_draft_each")
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.reference} {self.verb}"

"""What happened: an append-only journal, hash-chained per stream."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stream(models.Model):
    """The head of one case's chain. Locking the row orders the appends."""

    reference = models.CharField(primary_key=True, max_length=32)
    last_seq = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, blank=True)
    # Without the key nobody can set the head back and so hide entries cut off at the end.
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """One thing that happened: timeline, audit, statistics, and the cause of notices."""

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    subject = models.CharField(max_length=32, help_text="reference of what moved")
    tag = models.CharField(max_length=64, help_text="kind:verb")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    prev_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_entry_per_seq")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tag", "at"], name="entry_by_tag"),
            models.Index(fields=["subject", "seq"], name="entry_by_subject"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'journal_entry is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq} {self.tag}"

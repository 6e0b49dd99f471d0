"""Whose hours have changed, and how far their clocks have been counted again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Recount(models.Model):
    """A department and the hours by which all of its clocks are counted.

    While `since` is set they are being counted by `target` instead: in passes over the clocks in
    order of their ids, `after_id` being the last one seen. Lost work is work done twice.
    """

    department = models.OneToOneField(
        "departments.Department", models.CASCADE, primary_key=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64)
    target = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    after_id = models.BigIntegerField(default=0)
    again = models.BooleanField(
        default=False, help_text="another pass follows: this one came early, or met clocks in use"
    )
    moved = models.PositiveIntegerField(default=0, help_text="dates moved since `since`")
    entry = models.ForeignKey(
        "journal.Entry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the change that asked for it; empty where only the hours were found changed",
    )

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=Q(since__isnull=False), name="recount_pending")
        ]

    def __str__(self) -> str:
        return f"{self.department_id} since {self.since}" if self.since else f"{self.department_id}"

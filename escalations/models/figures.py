"""The sweep's heartbeat, and what happened day by day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SweepTick(models.Model):
    """The sweep's heartbeat: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ticked_at = models.DateTimeField()
    fired = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("heartbeat of the sweep")
        verbose_name_plural = _("heartbeat of the sweep")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_heartbeat")]

    def __str__(self) -> str:
        return f"{self.ticked_at:%Y-%m-%d %H:%M:%S}"


class DailyFigure(models.Model):
    """What happened in one department on one day, counted from the journal."""

    day = models.DateField()
    department = models.ForeignKey("departments.Department", models.CASCADE, related_name="+")
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    promises_kept = models.PositiveIntegerField(default=0)
    promises_broken = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "department"], name="one_figure_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.department_id}"

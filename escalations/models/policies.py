"""Policies in data: a name, and versions that carry the rules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.names import LocalizedName


class Severity(models.TextChoices):
    """How grave a case is; policies are written by it."""

    ORDINARY = "ordinary", _("Ordinary")
    SERIOUS = "serious", _("Serious")
    MAJOR = "major", _("Major")


class Policy(LocalizedName):
    """A named set of targets and ladders; its versions carry the rules."""

    code = models.SlugField(_("code"), unique=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")


class PolicyVersion(models.Model):
    """The rules as they were at one time; a used version never changes."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    rules = models.JSONField(_("rules"), help_text=_("See docs/policies.md for the format."))
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(activated_at__isnull=False, retired_at__isnull=True),
                name="one_active_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

"""Policies in data: a name, and versions that carry the rules."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
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
    """A named set of targets and ladders; its versions carry the rules and say for which cases."""

    code = models.SlugField(_("code"), unique=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"),
        default=100,
        help_text=_("Of the policies that apply to a case, the one with the lowest rank is taken."),
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar = ["rank", "id"]


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """The vocabulary of versions."""

    def active(self) -> PolicyVersionQuerySet:
        """Those that hold now, in the order in which a case asks them."""
        held = self.filter(activated_at__isnull=False, retired_at__isnull=True)
        return held.select_related("policy").order_by("policy__rank", "policy_id")

    def drafts(self) -> PolicyVersionQuerySet:
        """Those that never held."""
        return self.filter(activated_at__isnull=True)


class PolicyVersion(models.Model):
    """The rules as they were at one time; a used version never changes."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    rules = models.JSONField(_("rules"), help_text=_("See docs/policies.md for the format."))
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    created_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Counts the saves of a draft, so that two editors do not overwrite each other.
    revision = models.PositiveIntegerField(default=1, editable=False)
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects: ClassVar = PolicyVersionQuerySet.as_manager()

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

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed: it never held."""
        return self.activated_at is None

    @property
    def is_active(self) -> bool:
        """Whether it holds now."""
        return self.activated_at is not None and self.retired_at is None


class CasePolicy(models.Model):
    """By which version the clocks of a case start, and what it was chosen by."""

    stream = models.CharField(max_length=32, primary_key=True)
    traits = models.JSONField(help_text="`escalations.policy.Traits`")
    version = models.ForeignKey(
        PolicyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty where only the built-in rules applied",
    )

    class Meta:
        verbose_name = _("policy of a case")
        verbose_name_plural = _("policies of cases")

    def __str__(self) -> str:
        return f"{self.stream} {self.version_id}"


class Rollout(models.Model):
    """A version on its way to cases that ran already: in passes, in the order of their clocks.

    `after_id` is the last clock seen. Lost work is work done twice.
    """

    version = models.OneToOneField(
        PolicyVersion, models.CASCADE, primary_key=True, related_name="rollout"
    )
    since = models.DateTimeField()
    after_id = models.BigIntegerField(default=0)
    again = models.BooleanField(default=False, help_text="a case was in use: another pass follows")
    moved = models.PositiveIntegerField(default=0, help_text="clocks that follow the version now")
    done_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey("journal.Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("rollout of a policy")
        verbose_name_plural = _("rollouts of policies")
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=Q(done_at__isnull=True), name="rollout_open")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} since {self.since}"


class Replay(models.Model):
    """A version tried on the clocks of the last days; the figures are for reading, not for law."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="replays")
    # The draft as it was then: a later save makes the figures old.
    revision = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0, help_text="clocks replayed so far")
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("replay of a policy")
        verbose_name_plural = _("replays of policies")
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="replay_open",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_open_replay_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.days} d {self.state}"


class Preset(LocalizedName):
    """A regulator's or a standard's deadlines, as data; not verified until a person says so."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    data = models.JSONField(help_text="as in escalations/presets.yaml")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(
        _("checked against"), max_length=300, blank=True, help_text="the official text, and where"
    )

    class Meta:
        verbose_name = _("preset")
        verbose_name_plural = _("presets")
        ordering: ClassVar = ["code"]

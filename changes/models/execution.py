"""What was done in the target, who looked at it afterwards, and whether it lasted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes.models.request import ChangeRequest, apart, someone

EXECUTOR = ("executor", "executor_for")


class Execution(models.Model):
    """One attempt, by somebody who approved neither side."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("running")
        APPLIED = "applied", _("applied")
        NOT_APPLIED = "not_applied", _("not applied")
        STALE = "stale", _("the data had changed")
        UNKNOWN = "unknown", _("unknown")

    LIVE: ClassVar = (State.CLAIMED, State.UNKNOWN)

    attempt = models.UUIDField(unique=True)
    change = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="executions")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    executor = someone(_("executor"))
    executor_for = someone("")
    business_side = models.CharField(max_length=10, default="business", editable=False)
    authorised_by = someone(_("authorised by"))
    authorised_for = someone("")
    technology_side = models.CharField(max_length=10, default="technology", editable=False)
    approved_by = someone(_("approved by"))
    approved_for = someone("")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CLAIMED)
    claimed_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    # Before the first word to the target, so that a step is known to have been reached.
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Codes and counts, never values.
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("execution")
        verbose_name_plural = _("executions")
        constraints: ClassVar = [
            # One that runs, or whose outcome is not known, or that was applied, bars every other.
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(state__in=["claimed", "unknown", "applied"]),
                name="one_execution_lives",
            ),
            models.UniqueConstraint(
                fields=["id", "executor", "executor_for"], name="an_execution_and_its_hand"
            ),
            models.CheckConstraint(
                condition=Q(business_side="business", technology_side="technology"),
                name="both_sides_let_it_pass",
            ),
            models.CheckConstraint(
                condition=apart(
                    EXECUTOR, ("authorised_by", "authorised_for"), ("approved_by", "approved_for")
                ),
                name="nobody_executes_what_they_approved",
            ),
            models.CheckConstraint(
                condition=apart(
                    ("authorised_by", "authorised_for"), ("approved_by", "approved_for")
                ),
                name="two_people_approve",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "unknown"], ended_at__isnull=True)
                | Q(state__in=["applied", "not_applied", "stale"], ended_at__isnull=False),
                name="ended_executions_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "unknown"]),
                name="execution_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.attempt} {self.state}"


class Verification(models.Model):
    """Business looked at the record itself: as it was meant, or not."""

    execution = models.ForeignKey(Execution, models.PROTECT, related_name="verifications")
    # Copied from the execution, so that they can be compared.
    executor = someone("")
    executor_for = someone("")
    verifier = someone(_("verifier"))
    verifier_for = someone("")
    as_meant = models.BooleanField(_("as it was meant"))
    remark = models.TextField(_("what was seen"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=apart(("verifier", "verifier_for"), EXECUTOR),
                name="nobody_verifies_what_they_executed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.execution_id} {self.as_meant}"


class Recheck(models.Model):
    """The rows are read again later: does the application keep the change?"""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("as it was left")
        BEFORE = "before", _("as it was before the change")
        OTHER = "other", _("changed since")
        UNREADABLE = "unreadable", _("could not be read")

    execution = models.ForeignKey(Execution, models.PROTECT, related_name="rechecks")
    hours = models.PositiveSmallIntegerField(help_text="after the execution")
    due_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("re-read")
        verbose_name_plural = _("re-reads")
        ordering: ClassVar = ["due_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["execution", "hours"], name="each_recheck_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(at__isnull=True), name="recheck_due")
        ]

    def __str__(self) -> str:
        return f"{self.execution_id} +{self.hours} h"

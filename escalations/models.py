"""Clocks and what they set off: policies, deadlines, firings, escalations.

The engine times things without knowing what they are: a deadline names its
subject and its case by reference and carries what it needs to speak.
"""

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


class Deadline(models.Model):
    """A running clock: what is due when, from whom, and when to speak next."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("acknowledge the customer")
        ACCEPT = "accept", _("accept")
        COMPLETE = "complete", _("supply what is missing")
        DELIVER = "deliver", _("deliver as promised")
        CONFIRM = "confirm", _("confirm the answer")
        UPDATE_CUSTOMER = "update_customer", _("tell the customer where it stands")
        RESOLVE = "resolve", _("resolve")
        DECIDE = "decide", _("decide")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        MET = "met", _("met")
        MET_LATE = "met_late", _("met late")
        CANCELLED = "cancelled", _("cancelled")

    LIVE: ClassVar = (State.RUNNING, State.PAUSED)

    subject = models.CharField(max_length=32)
    stream = models.CharField(max_length=32)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    label = models.CharField(max_length=200)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="deadlines"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    wake_at = models.DateTimeField(null=True, blank=True)
    ladder = models.JSONField(default=list, help_text="the rungs, as they were when it started")
    rung = models.PositiveSmallIntegerField(default=0, help_text="index of the next rung")
    version = models.PositiveIntegerField(default=1)
    moves = models.PositiveSmallIntegerField(default=0)
    left_seconds = models.IntegerField(null=True, blank=True, help_text="working time, if paused")
    pause_reason = models.CharField(max_length=32, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=Q(state__in=["running", "paused"]),
                name="one_live_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state="running") | Q(wake_at__isnull=True),
                name="only_running_deadlines_wake",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at__isnull=True)
                | Q(state__in=["met", "met_late", "cancelled"], ended_at__isnull=False),
                name="ended_deadlines_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["wake_at", "id"],
                condition=Q(state="running", wake_at__isnull=False),
                name="deadline_to_wake",
            ),
            models.Index(
                fields=["stream"],
                condition=Q(state__in=["running", "paused"]),
                name="deadline_live_by_case",
            ),
            models.Index(
                fields=["owner", "due_at"],
                condition=Q(state__in=["running", "paused"]),
                name="deadline_live_by_owner",
            ),
            models.Index(
                fields=["department", "due_at"],
                condition=Q(state__in=["running", "paused"]),
                name="deadline_live_by_dept",
            ),
            models.Index(
                fields=["due_at"], condition=Q(state="running"), name="deadline_live_by_due"
            ),
            models.Index(fields=["subject"], name="deadline_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class Firing(models.Model):
    """Proof of what a rung did, or why it did nothing."""

    class State(models.TextChoices):
        FIRED = "fired", _("fired")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="firings")
    version = models.PositiveIntegerField()
    rung = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=200, blank=True)
    planned_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    route = models.JSONField(default=list, help_text="each step taken to find whom to tell")
    entry = models.ForeignKey(
        "journal.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("firing")
        verbose_name_plural = _("firings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deadline", "version", "rung"], name="each_rung_fires_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} v{self.version} #{self.rung} {self.state}"


class Escalation(models.Model):
    """A case raised to a leader until a decision is recorded."""

    class Reason(models.TextChoices):
        OVERDUE = "overdue", _("overdue")
        RETURNED_TWICE = "returned_twice", _("returned twice")
        BY_HAND = "by_hand", _("asked for by a person")

    class State(models.TextChoices):
        RAISED = "raised", _("raised")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outcome(models.TextChoices):
        NEW_DATE = "new_date", _("A new date")
        OTHER_OWNER = "other_owner", _("Another owner")
        MORE_PEOPLE = "more_people", _("More people")
        RISK_ACCEPTED = "risk_accepted", _("The risk is accepted")
        INSTRUCTION = "instruction", _("An instruction")
        NO_ACTION = "no_action", _("No action")

    OPEN: ClassVar = (State.RAISED, State.ACKNOWLEDGED)

    reference = models.CharField(max_length=32, unique=True)
    stream = models.CharField(max_length=32)
    subject = models.CharField(max_length=32)
    label = models.CharField(max_length=200)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    level = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="escalations"
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="escalations"
    )
    deadlines = models.ManyToManyField(Deadline, related_name="escalations", blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RAISED)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    note = models.TextField(_("reason"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stream", "reason"],
                condition=Q(state__in=["raised", "acknowledged"]),
                name="one_open_escalation_per_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="a_decision_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["leader", "raised_at"],
                condition=Q(state__in=["raised", "acknowledged"]),
                name="escalation_open_by_leader",
            ),
            models.Index(fields=["stream"], name="escalation_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.stream} {self.reason}"


class SweepTick(models.Model):
    """The sweep's heartbeat: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ticked_at = models.DateTimeField()
    fired = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("heartbeat of the sweep")
        verbose_name_plural = _("heartbeat of the sweep")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_heartbeat")
        ]

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

"""A running clock, and the proof of what each of its rungs did."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.formatting import Clock
from departments.worktime import Unit
from escalations.models.policies import PolicyVersion, Severity


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """The vocabulary of clocks."""

    def dated(self) -> DeadlineQuerySet:
        """With a date that can be shown: that of a lazy one is behind the truth until it wakes."""
        return self.filter(_DATED)

    def live(self) -> DeadlineQuerySet:
        """What is due: running or paused."""
        return self.dated().filter(state__in=Deadline.LIVE)

    def running(self) -> DeadlineQuerySet:
        """What is due and not paused."""
        return self.dated().filter(state=Deadline.State.RUNNING)


# Also the condition of the partial indexes that serve lists: both must say the same.
_DATED = ~Q(kind="stall")


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
        REVIEW = "review", _("review what the customer does not accept")
        DECIDE = "decide", _("decide")
        APPROVE = "approve", _("approve")
        MILESTONE = "milestone", _("reach the milestone")
        STALL = "stall", _("move the case on")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        MET = "met", _("met")
        MET_LATE = "met_late", _("met late")
        CANCELLED = "cancelled", _("cancelled")

    LIVE: ClassVar = (State.RUNNING, State.PAUSED)
    # Put there by `queries.with_working_left`; seconds.
    working_left: int
    working_total: int
    clock: Clock
    tone: str
    # Put there by the sweep: the place in the order of what is due at which it was claimed.
    claimed: tuple[datetime, int]

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
    unit = models.CharField(
        max_length=16,
        choices=[(unit.value, unit.value) for unit in Unit],
        default=Unit.WORKING_HOUR.value,
        help_text="what the target counts: days and hours of the calendar pause in real time",
    )
    started_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    counted_from = models.DateTimeField(
        null=True, blank=True, help_text="what its date follows from; empty where a person gave it"
    )
    counted_amount = models.FloatField(null=True, blank=True)
    counted_unit = models.CharField(
        max_length=16, choices=[(unit.value, unit.value) for unit in Unit], blank=True
    )
    total_seconds = models.IntegerField(
        default=0, help_text="the whole span without its pauses: half-way is half of it"
    )
    wake_at = models.DateTimeField(null=True, blank=True)
    ladder = models.JSONField(default=list, help_text="the rungs, as they were when it started")
    rung = models.PositiveSmallIntegerField(default=0, help_text="index of the next rung")
    version = models.PositiveIntegerField(default=1)
    moves = models.PositiveSmallIntegerField(default=0)
    left_seconds = models.IntegerField(null=True, blank=True, help_text="by its unit, if paused")
    pause_reason = models.CharField(max_length=32, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    decided = models.BooleanField(
        default=False, help_text="a leader decided about it: silent until it is moved"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = DeadlineQuerySet.as_manager()

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
                condition=_DATED & Q(state__in=["running", "paused"]),
                name="deadline_live_by_owner",
            ),
            models.Index(
                fields=["department", "due_at"],
                condition=_DATED & Q(state__in=["running", "paused"]),
                name="deadline_live_by_dept",
            ),
            models.Index(
                fields=["due_at"],
                include=["stream"],
                condition=_DATED & Q(state="running"),
                name="deadline_live_by_due",
            ),
            models.Index(fields=["subject"], name="deadline_by_subject"),
            models.Index(
                fields=["department", "due_at"],
                condition=_DATED & Q(state__in=["running", "paused"], owner__isnull=True),
                name="deadline_untaken_by_dept",
            ),
            models.Index(
                fields=["ended_at"],
                include=["state", "severity", "department", "stream"],
                condition=Q(kind="resolve", state__in=["met", "met_late"]),
                name="deadline_resolved",
            ),
            # A replay reads what ended in its window, and then the cases of that.
            models.Index(
                fields=["ended_at", "id"],
                include=["stream"],
                condition=Q(ended_at__isnull=False),
                name="deadline_ended",
            ),
            models.Index(
                fields=["stream"],
                include=["ended_at", "started_at"],
                condition=Q(ended_at__isnull=False),
                name="deadline_ended_by_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    def count(self, start: datetime, amount: float, unit: Unit) -> None:
        """Its date follows from so many units since then, and moves with the hours."""
        self.counted_from, self.counted_amount, self.counted_unit = start, amount, unit.value

    def give(self) -> None:
        """Its date is a person's word: it stays, whatever the hours become."""
        self.counted_from, self.counted_amount, self.counted_unit = None, None, ""


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

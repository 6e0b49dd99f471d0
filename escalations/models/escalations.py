"""A case raised to a leader until a decision is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from departments.standing import standing_of
from escalations.models.deadlines import Deadline
from escalations.models.policies import Severity

if TYPE_CHECKING:
    from departments.models import User
    from departments.standing import Standing
    from journal.models import Entry


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """The vocabulary of reading escalations."""

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state__in=Escalation.OPEN)

    def visible_to(self, user: User) -> Self:
        """Those the person may read: addressed to them, below them, or all of them."""
        standing = standing_of(user)
        if not standing.is_active:
            return self.none()
        if standing.sees_every_case:
            return self
        below = standing.oversees
        causes_below = Escalation.deadlines.through.objects.filter(
            escalation=OuterRef("pk"), deadline__department__in=below
        )
        return self.filter(
            _addressed_to(standing)
            | Q(raised_by=standing.user.pk)
            | Q(department__in=below)
            | Q(seat__in=below)
            | Q(Exists(causes_below))
        )

    def addressed_to(self, standing: Standing) -> Self:
        """Those the person is asked to decide, also as a deputy or a stand-in."""
        return self.filter(_addressed_to(standing)) if standing.is_active else self.none()


def _addressed_to(standing: Standing) -> Q:
    people = {standing.user.pk, *standing.stands_in_for}
    return Q(leader__in=people) | Q(seat__in=standing.leads)


class Escalation(models.Model):
    """A case raised to a leader until a decision is recorded."""

    class Reason(models.TextChoices):
        OVERDUE = "overdue", _("overdue")
        RETURNED_TWICE = "returned_twice", _("returned twice")
        HANDED_ON = "handed_on", _("handed on again and again")
        DATES_MOVED = "dates_moved", _("its date was moved again and again")
        STALLED = "stalled", _("nothing moves")
        RECURRED = "recurred", _("the same again")
        BY_HAND = "by_hand", _("asked for by a person")

    class State(models.TextChoices):
        RAISED = "raised", _("raised")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outcome(models.TextChoices):
        OPTIONS = "options", _("Options chosen")
        NEW_DATE = "new_date", _("A new date")
        OTHER_OWNER = "other_owner", _("Another owner")
        MORE_PEOPLE = "more_people", _("More people")
        RISK_ACCEPTED = "risk_accepted", _("The risk is accepted")
        INSTRUCTION = "instruction", _("An instruction")
        NO_ACTION = "no_action", _("No action")

    OPEN: ClassVar = (State.RAISED, State.ACKNOWLEDGED)
    # Raised by a clock, and withdrawn when it is in time again.
    BY_CLOCK: ClassVar = (Reason.OVERDUE, Reason.STALLED)

    # What a service has just journalled about it, for callers who keep the words with that entry.
    last_entry: Entry

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
    seat = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        related_name="+",
        help_text="whose leader is asked now; climbs with the level",
    )
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="escalations")
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
    text = models.TextField(_("what is to be decided"), blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    note = models.TextField(_("reason"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = EscalationQuerySet.as_manager()

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
            models.Index(
                fields=["seat"],
                condition=Q(state__in=["raised", "acknowledged"]),
                name="escalation_open_by_seat",
            ),
            models.Index(fields=["stream"], name="escalation_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.stream} {self.reason}"

    @property
    def is_urgent(self) -> bool:
        """A major complaint that has climbed above the first leader waits for nobody's morning."""
        return self.level > 1 and self.severity == Severity.MAJOR

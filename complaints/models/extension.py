"""What a leader lets pass: a later date for the whole case, and a risk for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint

if TYPE_CHECKING:
    from departments.models import User


class ExtensionQuerySet(models.QuerySet[Any]):
    """The vocabulary of extensions."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read."""
        return self.filter(complaint__in=Complaint.objects.visible_to(user))  # type: ignore[attr-defined]

    def waiting(self) -> Self:
        """Those that somebody has to approve."""
        return self.filter(state=Extension.State.ASKED)


class Extension(models.Model):
    """A later date for resolving a case: asked for with a reason, approved by somebody else."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=32, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="extensions")
    kind = models.CharField(max_length=20, help_text="which clock of the case: resolve or review")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    before = models.DateTimeField(help_text="the date that it moves")
    due_at = models.DateTimeField(_("new date"))
    reason = models.TextField(_("reason"))
    letter = models.TextField(_("holding letter"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="for whom the person stood in who asked",
    )
    asking_department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    department = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        related_name="+",
        help_text="whose leader is asked",
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who is asked; nobody where the policy needs no approval",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, help_text="what the leader said")
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(state="asked"), name="one_extension_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True)
                | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="ended_extensions_say_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="nobody_approves_their_own_extension",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["leader"], condition=Q(state="asked"), name="extension_waits_for"),
            models.Index(fields=["complaint", "asked_at"], name="extension_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.due_at:%Y-%m-%d}"

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return _now("A later date for %(case)s") % {"case": self.complaint.title}

    @property
    def owner_id(self) -> int | None:
        """Who has it in hand."""
        return self.leader_id


class RiskAcceptance(models.Model):
    """A leader answers by name for what being late may cause, until a day."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="accepted_risks")
    escalation = models.OneToOneField(
        "escalations.Escalation", models.PROTECT, related_name="accepted_risk"
    )
    text = models.TextField(_("the risk"))
    until = models.DateTimeField(_("accepted until"))
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("accepted risk")
        verbose_name_plural = _("accepted risks")
        ordering: ClassVar = ["-accepted_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["until"], name="risk_accepted_until")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.until:%Y-%m-%d}"

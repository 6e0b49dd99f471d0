"""Every word with the customer: when and how, in or out, and which promises were quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint

if TYPE_CHECKING:
    from departments.models import User

WORST, BEST = 1, 5


class ContactQuerySet(models.QuerySet[Any]):
    """The vocabulary of contacts."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read."""
        return self.filter(complaint__in=Complaint.objects.visible_to(user))  # type: ignore[attr-defined]


class Contact(models.Model):
    """One contact with the customer. Never changed; what was said is the entry's message."""

    class Means(models.TextChoices):
        PHONE = "phone", _("Phone")
        MAIL = "mail", _("E-mail")
        LETTER = "letter", _("Letter")
        VISIT = "visit", _("Visit")
        MESSAGE = "message", _("Text message or app")
        UNSAID = "", _("Not said")

    class Direction(models.TextChoices):
        OUT = "out", _("We told the customer")
        IN = "in", _("The customer told us")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="contacts")
    entry = models.OneToOneField("journal.Entry", models.PROTECT, related_name="contact")
    at = models.DateTimeField(_("when"))
    means = models.CharField(_("how"), max_length=8, choices=Means.choices, blank=True)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        help_text="who of us",
    )  # fmt: skip
    with_whom = models.CharField(
        _("with whom"), max_length=80, blank=True, help_text="empty for the customer"
    )
    quoted = models.JSONField(
        default=list, help_text="the promises that were named: reference, what, date"
    )

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar = [models.Index(fields=["complaint", "-at"], name="contact_by_case")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at:%Y-%m-%d}"


class FollowUp(models.Model):
    """The call after the customer agreed: did it work, and how satisfied are they?"""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="follow_ups")
    entry = models.OneToOneField("journal.Entry", models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+", help_text="of first contact"
    )
    at = models.DateTimeField(_("when"))
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, help_text="from 1 to 5"
    )
    words = models.TextField(_("in the customer's words"), blank=True)

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True)
                | Q(satisfaction__gte=WORST, satisfaction__lte=BEST),
                name="satisfaction_from_one_to_five",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "-at"], name="follow_up_by_case"),
            models.Index(
                fields=["at", "department"],
                condition=Q(satisfaction__isnull=False),
                name="satisfaction_by_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.satisfaction or '–'}"

"""A promise: somebody does something by a date."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.models.promised import FOR_THE_RECORD, Promised
from complaints.models.ticket import Ticket
from complaints.querysets import CommitmentQuerySet


class Commitment(Promised):
    """Owner, first and present date, and how it ended. Measured by the first date."""

    class Kind(models.TextChoices):
        DELIVER = "deliver", _("deliver")
        UNBLOCK = "unblock", _("remove what blocks")
        INFORM = "inform", _("tell the customer")
        WAIT = "wait", _("look after what is waited for")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="commitments")
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DELIVER)
    made_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField(
        _("since when"), null=True, blank=True, help_text="since when it lacks, if from before"
    )

    objects: ClassVar[models.Manager[Commitment]] = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "kind"],
                condition=Q(state="made", ticket__isnull=False),
                name="one_live_promise_per_ticket",
            ),
            models.CheckConstraint(
                condition=Q(state="made", ended_at__isnull=True)
                | (~Q(state="made") & Q(ended_at__isnull=False)),
                name="ended_promises_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "made_at"], name="commitment_by_case"),
            models.Index(
                fields=["owner", "promised_at"],
                condition=Q(state="made"),
                name="commitment_live_by_owner",
            ),
            models.Index(
                fields=["made_to", "promised_at"],
                condition=Q(state="made"),
                name="commitment_live_by_promisee",
            ),
            models.Index(
                fields=["ended_at"], condition=Q(state="kept_late"), name="commitment_kept_late"
            ),
            models.Index(
                fields=["department", "first_promised_at"],
                include=["owner", "kind", *FOR_THE_RECORD],
                name="commitment_record_of_house",
            ),
            models.Index(
                fields=["owner", "first_promised_at"],
                include=["department", "kind", *FOR_THE_RECORD],
                name="commitment_record_of_person",
            ),
        ]

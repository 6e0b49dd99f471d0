"""A question or task that one department puts to another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.querysets import TicketQuerySet


class Ticket(models.Model):
    """What is asked of a department, by when, and who took it."""

    class State(models.TextChoices):
        OPEN = "open", _("Not accepted")
        ACCEPTED = "accepted", _("In work")
        RETURNED = "returned", _("Returned")
        BLOCKED = "blocked", _("Blocked")
        ANSWERED = "answered", _("Answered")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Purpose(models.TextChoices):
        ASK = "ask", _("Question")
        TASK = "task", _("Task")
        CHANGE = "change", _("Production data change")
        RECONCILE = "reconcile", _("Reconciliation")

    ENDED: ClassVar = (State.DONE, State.WITHDRAWN)
    # What an option may need of a department.
    NEEDED: ClassVar = Purpose.choices[1:]

    reference = models.CharField(max_length=32, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="tickets")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.ASK
    )
    title = models.CharField(_("in one line"), max_length=160)
    ask = models.TextField(_("what is asked"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="asked_tickets"
    )
    asking_department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="asked_tickets"
    )
    department = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        related_name="tickets",
        verbose_name=_("department"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_tickets",
    )
    needed_by = models.DateTimeField(_("needed by"))
    answer = models.TextField(_("answer"), blank=True)
    missing = models.TextField(_("what is missing"), blank=True)
    missing_from = models.CharField(_("who can supply it"), max_length=120, blank=True)
    missing_by = models.DateTimeField(_("needed by then"), null=True, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    handovers = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Ticket]] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "returned", "withdrawn"]) | Q(owner__isnull=False),
                name="taken_tickets_have_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["done", "withdrawn"]) & Q(ended_at__isnull=True)),
                name="ended_tickets_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "opened_at"], name="ticket_by_case"),
            models.Index(
                fields=["department", "moved_at"],
                condition=~Q(state__in=["done", "withdrawn"]),
                name="ticket_open_by_department",
            ),
            models.Index(
                fields=["owner", "complaint"],
                condition=~Q(state__in=["done", "withdrawn"]),
                name="ticket_open_by_owner",
            ),
            models.Index(
                fields=["asked_by", "needed_by"],
                condition=Q(state="open"),
                name="ticket_untaken_by_asker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether anybody still owes something on it."""
        return self.state not in self.ENDED

"""The case: a customer's complaint, who holds it, who is involved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.customer import Category, Customer
from complaints.querysets import ComplaintQuerySet
from escalations.models import Preset, Severity
from escalations.wording import pause_words


class Complaint(models.Model):
    """One case, one record."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        IN_PROGRESS = "in_progress", _("In progress")
        PROPOSED = "proposed", _("Resolution proposed")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        COUNTER = "counter", _("Counter")
        WEB = "web", _("Web")
        MAIL = "mail", _("Mail")
        APP = "app", _("App")
        REGULATOR = "regulator", _("Regulator")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY = "partly", _("Partly upheld")
        NOT_UPHELD = "not_upheld", _("Not upheld")

    ENDED: ClassVar = (State.CLOSED, State.WITHDRAWN)

    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    statutory_major = models.BooleanField(_("statutory major"), default=False)
    channel = models.CharField(_("received by"), max_length=10, choices=Channel.choices)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="complaints")
    title = models.CharField(_("in one line"), max_length=160)
    description = models.TextField(_("what happened"))
    remedy_sought = models.TextField(_("what does the customer want?"))
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="complaints", verbose_name=_("business type")
    )
    cause = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cause"),
    )
    root_cause = models.ForeignKey(
        "complaints.RootCause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("root cause"),
    )
    no_root_cause = models.TextField(
        blank=True, help_text="why there is none to be mended: signed by who said so"
    )
    no_root_cause_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    preset = models.CharField(
        _("regulator's rules"), max_length=40, blank=True, help_text="code of a Preset"
    )
    product = models.CharField(_("product"), max_length=80, blank=True)
    account = models.CharField(_("order or account"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("when received"))
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="filed_complaints"
    )
    contact_department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="first_contacts"
    )
    contact_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="first_contacts"
    )
    holder_department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="held_complaints"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="held_complaints",
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    redress = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    follow_up = models.TextField(
        blank=True, help_text="how and when the customer was called afterwards"
    )
    evidence = models.CharField(
        max_length=200, blank=True, help_text="where the evidence is kept, if not attached"
    )
    keep_until = models.DateField(
        null=True, blank=True, help_text="by the policy, from when it was closed"
    )
    paused_for = models.CharField(
        max_length=32, blank=True, help_text="why its date stands still; empty while it runs"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    search = SearchVectorField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Complaint]] = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["closed", "withdrawn"], closed_at__isnull=False)
                | (~Q(state__in=["closed", "withdrawn"]) & Q(closed_at__isnull=True)),
                name="ended_complaints_say_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(outcome="") & ~Q(reply="")),
                name="closed_with_outcome_and_reply",
            ),
            models.CheckConstraint(
                condition=Q(no_root_cause="")
                | Q(root_cause__isnull=True, no_root_cause_by__isnull=False),
                name="no_root_cause_is_signed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("received_at").desc(), F("id").desc(), name="complaint_newest"),
            models.Index(
                F("state"), F("received_at").desc(), F("id").desc(), name="complaint_by_state"
            ),
            models.Index(
                F("severity"), F("received_at").desc(), F("id").desc(), name="complaint_by_severity"
            ),
            models.Index(
                F("holder_department"),
                F("received_at").desc(),
                F("id").desc(),
                include=["severity", "reference"],
                condition=~Q(state__in=["closed", "withdrawn"]),
                name="complaint_open_by_holder",
            ),
            models.Index(
                F("contact_owner"),
                F("received_at").desc(),
                F("id").desc(),
                name="complaint_by_contact",
            ),
            models.Index(
                F("received_at").desc(),
                F("id").desc(),
                condition=~Q(state__in=["closed", "withdrawn"]),
                name="complaint_open_newest",
            ),
            GinIndex(fields=["search"], name="complaint_search"),
            models.Index(
                F("root_cause"),
                F("received_at").desc(),
                F("id").desc(),
                condition=Q(root_cause__isnull=False),
                name="complaint_by_root_cause",
            ),
            models.Index(
                fields=["cause", "product", "received_at"],
                condition=Q(cause__isnull=False) & ~Q(product=""),
                name="complaint_same_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether anybody still owes something."""
        return self.state not in self.ENDED

    @property
    def preset_name(self) -> str:
        """Whose rules hold, as they are called; one query where any do."""
        preset = Preset.objects.filter(code=self.preset).first() if self.preset else None
        return preset.name if preset else self.preset

    @property
    def paused_words(self) -> str:
        """Why its date stands still."""
        return pause_words(self.paused_for) if self.paused_for else ""


class Holding(models.Model):
    """Who held the case from when to when: one open span per case."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="holdings")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=16, blank=True, help_text="verb that ended it")

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering: ClassVar = ["since", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(until__isnull=True),
                name="one_holder_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="holding_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "since"], name="holding_by_case"),
            models.Index(
                fields=["department", "until"],
                condition=Q(until__isnull=False),
                name="holding_ended_by_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} · {self.department_id}"


class Involvement(models.Model):
    """A department that has or had a part in the case; its members may read it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="involvements")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("involvement")
        verbose_name_plural = _("involvements")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "department"], name="involved_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["department", "complaint"], name="involved_department")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} · {self.department_id}"

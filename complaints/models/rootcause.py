"""Why complaints come: the root cause, its milestones, and whom it may hit."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.customer import Category, Customer
from complaints.models.promised import FOR_THE_RECORD, Promised
from complaints.querysets import OfRootCauseQuerySet, RootCauseQuerySet
from escalations.models import Severity


class RootCause(models.Model):
    """One cause that many complaints share. It always has an owner, and a history of its own."""

    class State(models.TextChoices):
        SUSPECTED = "suspected", _("Suspected")
        CONFIRMED = "confirmed", _("Confirmed")
        FIX_PLANNED = "fix_planned", _("Fix planned")
        FIX_READY = "fix_ready", _("Fix ready")
        FIX_TESTED = "fix_tested", _("Fix tested")
        RELEASED = "released", _("Released")
        VERIFIED = "verified", _("Verified")
        ACCEPTED_RISK = "accepted_risk", _("Risk accepted")
        MERGED = "merged", _("Merged")
        WITHDRAWN = "withdrawn", pgettext_lazy("root cause", "Withdrawn")

    ENDED: ClassVar = (State.VERIFIED, State.MERGED, State.WITHDRAWN)

    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.SUSPECTED)
    title = models.CharField(_("in one line"), max_length=160)
    symptoms = models.TextField(_("symptoms"))
    cause = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"axis": "C"},
        verbose_name=_("cause"),
        help_text=_("a neutral code; its owner sets it"),
    )
    product = models.CharField(_("product"), max_length=80, blank=True)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.ORDINARY
    )
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="root_causes"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="root_causes"
    )
    workaround = models.JSONField(
        default=dict, blank=True, help_text="template of a proposal: title, summary, steps, needs"
    )
    knowledge = models.TextField(_("where to read more"), blank=True)
    regression_case = models.TextField(_("regression case"), blank=True)
    retrospective = models.TextField(_("retrospective"), blank=True)
    risk = models.TextField(_("the risk"), blank=True)
    accepted_until = models.DateTimeField(_("accepted until"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    linked = models.PositiveIntegerField(default=0, help_text="how many complaints it has")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    search = SearchVectorField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[RootCause]] = RootCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["verified", "merged", "withdrawn"], ended_at__isnull=False)
                | (
                    ~Q(state__in=["verified", "merged", "withdrawn"]) & Q(ended_at__isnull=True)
                ),
                name="ended_root_causes_say_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted_risk")
                | (Q(accepted_until__isnull=False, accepted_by__isnull=False) & ~Q(risk="")),
                name="accepted_root_causes_say_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="merged_root_causes_say_where",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("opened_at").desc(), F("id").desc(), name="root_cause_newest"),
            models.Index(
                F("department"), F("opened_at").desc(), F("id").desc(), name="root_cause_by_dept"
            ),
            models.Index(
                F("owner"), F("opened_at").desc(), F("id").desc(), name="root_cause_by_owner"
            ),
            models.Index(
                F("opened_at").desc(),
                F("id").desc(),
                condition=~Q(state__in=["verified", "merged", "withdrawn"]),
                name="root_cause_open",
            ),
            models.Index(
                fields=["accepted_until"],
                condition=Q(state="accepted_risk"),
                name="root_cause_to_wake",
            ),
            models.Index(fields=["cause", "product"], name="root_cause_by_cause"),
            GinIndex(fields=["search"], name="root_cause_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether anybody still owes something."""
        return self.state not in self.ENDED

    @property
    def is_known_error(self) -> bool:
        """Whether the next complaint can start from its workaround."""
        return bool(self.workaround.get("title"))


class CausePart(models.Model):
    """A department that has or had a part in a root cause; its members may read it."""

    root_cause = models.ForeignKey(RootCause, models.CASCADE, related_name="parts")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("part in a root cause")
        verbose_name_plural = _("parts in root causes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["root_cause", "department"], name="cause_part_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["department", "root_cause"], name="cause_part_by_dept")
        ]

    def __str__(self) -> str:
        return f"{self.root_cause_id} · {self.department_id}"


class Milestone(Promised):
    """A step of the lasting fix: owned, dated, and blocked only by somebody else's promise."""

    class Step(models.TextChoices):
        CODED = "coded", _("coded")
        ENVIRONMENT = "environment", _("environment ready")
        TESTED = "tested", _("tested by business")
        RELEASED = "released", _("released")
        MEASURE = "measure", _("rectification measure")
        EFFECT_CHECK = "effect_check", _("effect check")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        MADE = "made", _("Promised")
        BLOCKED = "blocked", _("Blocked")
        KEPT = "kept", _("Kept")
        KEPT_LATE = "kept_late", _("Kept late")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIVE: ClassVar[tuple[str, ...]] = (State.MADE, State.BLOCKED)

    root_cause = models.ForeignKey(RootCause, models.PROTECT, related_name="milestones")
    step = models.CharField(_("step"), max_length=16, choices=Step.choices, default=Step.OTHER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MADE)
    blocks = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="blockers",
        help_text="what cannot go on until this is kept",
    )

    objects: ClassVar[models.Manager[Milestone]] = OfRootCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["made", "blocked"], ended_at__isnull=True)
                | (~Q(state__in=["made", "blocked"]) & Q(ended_at__isnull=False)),
                name="ended_milestones_say_when",
            ),
            models.UniqueConstraint(
                fields=["blocks"],
                condition=Q(state__in=["made", "blocked"], blocks__isnull=False),
                name="one_blocker_per_milestone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["root_cause", "promised_at"], name="milestone_by_cause"),
            models.Index(
                fields=["owner", "promised_at"],
                condition=Q(state__in=["made", "blocked"]),
                name="milestone_live_by_owner",
            ),
            models.Index(
                fields=["ended_at"], condition=Q(state="kept_late"), name="milestone_kept_late"
            ),
            models.Index(
                fields=["department", "first_promised_at"],
                include=["owner", *FOR_THE_RECORD],
                name="milestone_record_of_house",
            ),
            models.Index(
                fields=["owner", "first_promised_at"],
                include=["department", *FOR_THE_RECORD],
                name="milestone_record_of_person",
            ),
        ]


class AffectedCustomer(models.Model):
    """A customer or record that the cause hits or may hit: contacted before they complain."""

    class State(models.TextChoices):
        TO_CONTACT = "to_contact", _("To contact")
        CONTACTED = "contacted", _("Contacted")
        NO_NEED = "no_need", _("No need")

    reference = models.CharField(max_length=32, unique=True)
    root_cause = models.ForeignKey(RootCause, models.PROTECT, related_name="affected")
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_CONTACT)
    record = models.CharField(_("customer or record"), max_length=160)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, help_text="how it went, or why there is no need")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[AffectedCustomer]] = OfRootCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("affected customer")
        verbose_name_plural = _("affected customers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="to_contact", settled_at__isnull=True)
                | (~Q(state="to_contact") & Q(settled_at__isnull=False)),
                name="settled_customers_say_when",
            ),
            models.UniqueConstraint(
                fields=["root_cause", "record"], name="affected_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["root_cause", "state", "id"], name="affected_by_cause")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.record}"

    @property
    def owner_id(self) -> int:
        """Who answers for it: the owner of the cause."""
        return self.root_cause.owner_id

    @property
    def department_id(self) -> int:
        """The department that answers for it."""
        return self.root_cause.department_id

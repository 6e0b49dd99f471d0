"""Ways out that people offer, what each risks and needs, and which of them a leader chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.models.commitment import Commitment
from complaints.models.ticket import Ticket
from departments.names import LocalizedName

if TYPE_CHECKING:
    from departments.models import User


class RiskKind(LocalizedName):
    """What a risk is about, and whose leader decides when an option brings it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    department = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department whose leader decides"),
        help_text=_("Empty: the lowest leader above everybody concerned."),
    )
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("kind of risk")
        verbose_name_plural = _("kinds of risk")
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class ProposalQuerySet(models.QuerySet[Any]):
    """The vocabulary of proposals."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read."""
        return self.filter(complaint__in=Complaint.objects.visible_to(user))  # type: ignore[attr-defined]

    def offered(self) -> Self:
        """Those that can still be chosen."""
        return self.filter(state=Proposal.State.OFFERED)


class Proposal(models.Model):
    """One option: in plain words what would be done, by when, at which risks, needing what."""

    class Track(models.TextChoices):
        REMEDY = "remedy", _("Remedy for the customer")
        LASTING = "lasting", _("Lasting fix")

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        CHOSEN = "chosen", _("Chosen")
        NOT_CHOSEN = "not_chosen", _("Not chosen")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=32, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="proposals")
    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="the ticket that it answers, if one asked for it",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    track = models.CharField(_("track"), max_length=8, choices=Track.choices)
    title = models.CharField(_("in one line"), max_length=160)
    summary = models.TextField(_("in plain words"))
    steps = models.JSONField(default=list, blank=True, help_text="one line for each step")
    expected_at = models.DateTimeField(_("done by"))
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="offered", ended_at__isnull=True)
                | (~Q(state="offered") & Q(ended_at__isnull=False)),
                name="settled_proposals_say_when",
            ),
            models.CheckConstraint(condition=~Q(summary=""), name="proposals_in_plain_words"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["complaint", "proposed_at"], name="proposal_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def owner_id(self) -> int | None:
        """Who has it in hand."""
        return self.proposed_by_id


class Risk(models.Model):
    """What may go wrong with an option, how likely and how bad, and who answers for it."""

    class Size(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="risks")
    kind = models.ForeignKey(
        RiskKind, models.PROTECT, related_name="+", verbose_name=_("kind of risk")
    )
    text = models.TextField(_("what may happen"))
    likelihood = models.CharField(_("likelihood"), max_length=6, choices=Size.choices)
    impact = models.CharField(_("impact"), max_length=6, choices=Size.choices)
    mitigation = models.TextField(_("what reduces it"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="risks_are_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.text[:40]}"


class Need(models.Model):
    """What an option needs of a department; becomes a ticket when the option is chosen."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="needs")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    what = models.CharField(_("what is needed"), max_length=160)
    by_when = models.DateTimeField(_("by when"))
    purpose = models.CharField(
        _("kind"), max_length=10, choices=Ticket.NEEDED, default=Ticket.Purpose.TASK
    )
    ticket = models.OneToOneField(
        Ticket, models.PROTECT, null=True, blank=True, related_name="need"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.what}"


class NeedInput(models.Model):
    """Something without which a need cannot be met, and the department that supplies it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="inputs")
    name = models.CharField(_("what has to be supplied"), max_length=120)
    from_department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+"
    )
    ticket = models.OneToOneField(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supplies",
        help_text="asks the department for it; its answer is the value",
    )
    value = models.TextField(blank=True)
    supplied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    supplied_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("required input")
        verbose_name_plural = _("required inputs")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(supplied_by__isnull=True, supplied_at__isnull=True, value="")
                | Q(supplied_by__isnull=False, supplied_at__isnull=False) & ~Q(value=""),
                name="inputs_are_supplied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.name}"


class ProposedDate(models.Model):
    """A promise that exists already, and the date to which the option moves it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="dates")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("new date"))

    class Meta:
        verbose_name = _("date of a promise")
        verbose_name_plural = _("dates of promises")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "commitment"], name="one_date_per_promise_and_option"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """Which options a leader chose, and on which conditions."""

    escalation = models.OneToOneField(
        "escalations.Escalation", models.PROTECT, related_name="decision"
    )
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="decisions")
    chosen = models.ManyToManyField(Proposal, related_name="decisions")
    conditions = models.TextField(_("conditions"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.escalation_id} {self.decided_at:%Y-%m-%d}"


class OptionAsked(models.Model):
    """A leader wants another option before deciding: who was asked for it, by which ticket."""

    escalation = models.ForeignKey(
        "escalations.Escalation", models.PROTECT, related_name="options_asked"
    )
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="option_asked")
    by_when = models.DateTimeField(_("by when"))

    class Meta:
        verbose_name = _("option asked for")
        verbose_name_plural = _("options asked for")

    def __str__(self) -> str:
        return f"{self.escalation_id} {self.ticket_id}"

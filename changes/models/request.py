"""A change request: why (business), how (technology), and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from changes.models.target import Group, Target, Template
from complaints.encryption import seal, unseal
from complaints.models import Complaint, Need, Ticket
from departments.standing import standing_of

if TYPE_CHECKING:
    from changes.models.approval import DryRun
    from departments.models import User

_GROUPS = ("authorisers", "approvers", "executors", "on_call_authorisers", "on_call_approvers")


def someone(name: Any, **options: Any) -> Any:
    """A person who has a hand in it; nobody yet, where it may be empty."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=name, **options
    )


def apart(*sides: tuple[str, str]) -> Q:
    """None of the people of the first side is one of the others, nor for whom they act."""
    (first, *others) = sides
    held = Q()
    for one in first:
        for other in (name for side in others for name in side):
            held &= ~Q(**{one: F(other)})
    return held


class ChangeQuerySet(models.QuerySet[Any]):
    """The vocabulary of change requests."""

    def visible_to(self, user: User) -> Self:
        """Those of cases that the person may read, and of targets they approve or execute for."""
        standing = standing_of(user)
        if not standing.is_active:
            return self.none()
        if standing.sees_every_case:
            return self
        return self.filter(
            Q(complaint__in=Complaint.objects.visible_to(user))
            | Q(_of_groups({user.pk, *standing.stands_in_for}))
        )

    def live(self) -> Self:
        """On which somebody has something to do."""
        return self.exclude(state__in=ChangeRequest.ENDED)


def _of_groups(people: set[int]) -> Exists:
    members = Group.members.through.objects
    places: Any = [OuterRef(f"target__{name}") for name in _GROUPS]
    return Exists(members.filter(user_id__in=people, group_id__in=places))


class ChangeRequest(models.Model):
    """One change of production data. What was approved is the picture of its revision."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DRY_RUN_FAILED = "dry_run_failed", _("Dry run failed")
        READY = "ready", _("Dry run passed")
        AWAITING_BUSINESS = "awaiting_business", _("Waiting for business")
        AWAITING_TECHNOLOGY = "awaiting_technology", _("Waiting for technology")
        APPROVED = "approved", _("Approved")
        EXECUTING = "executing", _("Being executed")
        APPLIED = "applied", _("Executed, to be verified")
        NOT_APPLIED = "not_applied", _("Not executed: it would do otherwise")
        STALE = "stale", _("Not executed: the data has changed")
        UNKNOWN = "unknown", _("Outcome unknown")
        RECONCILING = "reconciling", _("Verified, being reconciled")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Kind(models.TextChoices):
        NORMAL = "normal", _("ordinary")
        EMERGENCY = "emergency", _("emergency")

    class Mode(models.TextChoices):
        CONNECTED = "connected", _("executed by Duban")
        RECORDED = "recorded", _("executed elsewhere, recorded here")

    ENDED: ClassVar = (State.CLOSED, State.WITHDRAWN)

    reference = models.CharField(max_length=32, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="changes")
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="changes")
    undo_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NORMAL)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.CONNECTED)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    digest = models.CharField(
        max_length=64, blank=True, help_text="of this revision's picture; empty until it is ready"
    )
    title = models.CharField(_("in one line"), max_length=160)
    business = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+", verbose_name=_("business")
    )
    technology = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="+", verbose_name=_("technology")
    )
    needed_by = models.DateTimeField(_("needed by"))
    opened_by = someone(_("opened by"))
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    # --- Part A: why ------------------------------------------------------------------------------
    candidates = models.JSONField(_("records that come into question"), default=list, blank=True)
    chosen = models.CharField(_("record to change"), max_length=200, blank=True)
    effect = models.TextField(_("effect in plain words"), blank=True)
    authority = models.TextField(_("the customer's authority"), blank=True)
    requester = someone(_("requester"), null=True, blank=True)
    requester_for = someone("", null=True, blank=True)
    signed_a_at = models.DateTimeField(null=True, blank=True)

    # --- Part B: how ------------------------------------------------------------------------------
    target = models.ForeignKey(
        Target, models.PROTECT, null=True, blank=True, related_name="changes",
        verbose_name=_("target"),
    )  # fmt: skip
    template = models.ForeignKey(
        Template, models.PROTECT, null=True, blank=True, related_name="changes",
        verbose_name=_("template"),
    )  # fmt: skip
    statement_sealed = models.TextField(blank=True, editable=False)
    rendered_sealed = models.TextField(blank=True, editable=False)
    expected_rows = models.PositiveSmallIntegerField(_("rows expected"), default=1)
    undo_remarks = models.TextField(_("how it is undone"), blank=True)
    side_effects = models.TextField(_("what else happens"), blank=True)
    execute_from = models.DateTimeField(_("not before"), null=True, blank=True)
    execute_until = models.DateTimeField(_("not after"), null=True, blank=True)
    author = someone(_("author"), null=True, blank=True)
    author_for = someone("", null=True, blank=True)
    signed_b_at = models.DateTimeField(null=True, blank=True)

    # Who looks at it again after an emergency.
    review = models.OneToOneField(
        Ticket, models.PROTECT, null=True, blank=True, related_name="reviewed_change"
    )
    pictures_gone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("production data change request")
        verbose_name_plural = _("production data change requests")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["closed", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "withdrawn"]) & Q(ended_at__isnull=True)),
                name="ended_changes_say_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    requester__isnull=True, requester_for__isnull=True, signed_a_at__isnull=True
                )
                | Q(
                    requester__isnull=False, requester_for__isnull=False, signed_a_at__isnull=False
                ),
                name="part_a_is_signed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True, author_for__isnull=True, signed_b_at__isnull=True)
                | Q(author__isnull=False, author_for__isnull=False, signed_b_at__isnull=False),
                name="part_b_is_signed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(requester__isnull=True)
                | Q(author__isnull=True)
                | apart(("requester", "requester_for"), ("author", "author_for")),
                name="nobody_writes_both_parts",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        "ready", "awaiting_business", "awaiting_technology", "approved",
                        "executing", "applied", "unknown", "reconciling", "closed",
                    ]
                )
                | (
                    ~Q(digest="")
                    & Q(requester__isnull=False, author__isnull=False, target__isnull=False)
                ),
                name="changes_go_on_with_a_picture",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["complaint", "opened_at"], name="change_by_case"),
            models.Index(
                fields=["state", "moved_at"],
                condition=~Q(state__in=["closed", "withdrawn"]),
                name="change_live_by_state",
            ),
            models.Index(
                fields=["target", "-opened_at", "-id"], name="change_by_target"
            ),
            models.Index(fields=["-opened_at", "-id"], name="change_newest"),
            models.Index(
                fields=["template", "opened_at"],
                condition=Q(template__isnull=False),
                name="change_by_template",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False, pictures_gone_at__isnull=True),
                name="change_to_shred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def __repr__(self) -> str:
        return f"<ChangeRequest {self.reference}>"

    # --- What the frame of moves asks of everything in a case -------------------------------------
    @property
    def department_id(self) -> int:
        """Who has the work in hand."""
        return self.business_id if self.state in _WITH_BUSINESS else self.technology_id

    @property
    def asking_department_id(self) -> int:
        """The other side."""
        return self.technology_id if self.state in _WITH_BUSINESS else self.business_id

    @property
    def owner_id(self) -> int | None:
        """Who has it in hand by name: the signer of the part whose side it is with."""
        return self.requester_id if self.state in _WITH_BUSINESS else self.author_id

    @property
    def is_open(self) -> bool:
        """Whether anybody still has something to do."""
        return self.state not in self.ENDED

    # --- What stands sealed -----------------------------------------------------------------------
    @property
    def statement(self) -> str:
        """As the author wrote it."""
        return unseal(self.statement_sealed)

    @statement.setter
    def statement(self, text: str) -> None:
        self.statement_sealed = seal(text)

    @property
    def rendered(self) -> str:
        """In the standard form: what is run."""
        return unseal(self.rendered_sealed)

    @rendered.setter
    def rendered(self, text: str) -> None:
        self.rendered_sealed = seal(text)

    @property
    def dry_run(self) -> DryRun | None:
        """The one that passed in this revision: what is approved."""
        return self.dry_runs.filter(revision=self.revision, state="passed").first()


_WITH_BUSINESS = frozenset({"awaiting_business", "applied", "reconciling"})


class Reconciliation(models.Model):
    """What has to be put right elsewhere because of the change: a ticket once it is applied."""

    change = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="reconciliations")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    what = models.CharField(_("what is to be done"), max_length=160)
    by_when = models.DateTimeField(_("by when"))
    ticket = models.OneToOneField(
        Ticket, models.PROTECT, null=True, blank=True, related_name="reconciles"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering: ClassVar = ["order", "id"]

    def __str__(self) -> str:
        return self.what

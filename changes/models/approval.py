"""The frozen picture of a revision, and who approved it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes.models.request import ChangeRequest, apart, someone
from changes.picture.image import Picture
from changes.picture.stored import Stored, load
from complaints.encryption import unseal

HANDS: tuple[tuple[str, str], ...] = (
    ("requester", "requester_for"),
    ("author", "author_for"),
)


class DryRun(models.Model):
    """One rehearsal of one revision. A passed one is what is approved, and never changes.

    In the recorded way nothing is rehearsed: its digest is of the paper alone.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("running")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")

    change = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="dry_runs")
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.ASKED)
    # Both signers, copied: approvals point at them, so that they can be compared.
    requester = someone("")
    requester_for = someone("")
    author = someone("")
    author_for = someone("")
    asked_by = someone("")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    rows = models.PositiveSmallIntegerField(default=0)
    footprint = models.JSONField(default=list, blank=True)
    # Picture and undo, encrypted; empty once they are shredded.
    picture_sealed = models.TextField(blank=True, editable=False)
    # Whose sentence is shown: that of the gate, of the dry run, or of Duban itself.
    failed_in = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change"], condition=Q(state="asked"), name="one_dry_run_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["change", "revision"],
                condition=Q(state="passed"),
                name="one_picture_per_revision",
            ),
            # What approvals point at.
            models.UniqueConstraint(
                fields=[
                    "change", "revision", "digest",
                    "requester", "requester_for", "author", "author_for",
                    "state", "id",
                ],
                name="a_picture_and_its_signers",
            ),
            models.CheckConstraint(
                condition=Q(state="passed") & ~Q(digest="")
                | ~Q(state="passed") & Q(digest="", picture_sealed=""),
                name="passed_dry_runs_have_a_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(code=""), name="failed_dry_runs_say_why"
            ),
            models.CheckConstraint(
                condition=apart(*HANDS), name="a_picture_has_two_signers"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], condition=Q(state="asked"), name="dry_run_to_do"
            )
        ]

    def __str__(self) -> str:
        return f"{self.change_id} r{self.revision} {self.state}"

    def __repr__(self) -> str:
        return f"<DryRun {self.pk}>"

    @property
    def stored(self) -> Stored | None:
        """Picture and undo, decrypted; None where there is none, or none any more."""
        return load(unseal(self.picture_sealed)) if self.picture_sealed else None

    @property
    def picture(self) -> Picture | None:
        """What is approved."""
        stored = self.stored
        return stored.picture if stored else None


class Approval(models.Model):
    """One side's signature under the picture of one revision. Written once, never changed."""

    class Side(models.TextChoices):
        BUSINESS = "business", _("business")
        TECHNOLOGY = "technology", _("technology")

    change = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="approvals")
    dry_run = models.ForeignKey(DryRun, models.PROTECT, related_name="approvals")
    # The composite key of a passed dry run, so that its signers are compared here.
    passed = models.CharField(max_length=6, default="passed", editable=False)
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    requester = someone("")
    requester_for = someone("")
    author = someone("")
    author_for = someone("")
    side = models.CharField(max_length=10, choices=Side.choices)
    person = someone(_("person"))
    # For whom: themselves, unless they stand in. Never empty, so that it can be compared.
    on_behalf_of = someone("")
    note = models.TextField(_("remark"), blank=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "revision", "side"], name="each_side_approves_once"
            ),
            models.UniqueConstraint(
                fields=["change", "revision", "person"], name="nobody_approves_for_both_sides"
            ),
            models.UniqueConstraint(
                fields=["change", "revision", "on_behalf_of"],
                name="nobody_is_represented_on_both_sides",
            ),
            # What executions point at.
            models.UniqueConstraint(
                fields=["change", "revision", "digest", "side", "person", "on_behalf_of"],
                name="an_approval_and_its_hand",
            ),
            models.CheckConstraint(
                condition=apart(("person", "on_behalf_of"), *HANDS),
                name="nobody_approves_what_they_signed",
            ),
            models.CheckConstraint(
                condition=Q(passed="passed"), name="only_passed_dry_runs_are_approved"
            ),
            models.CheckConstraint(
                condition=Q(side__in=["business", "technology"]), name="two_sides_approve"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("at")), name="approvals_hold_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} r{self.revision} {self.side}"

    @property
    def acting_for(self) -> object | None:
        """For whom the person stood in."""
        return self.on_behalf_of if self.on_behalf_of_id != self.person_id else None

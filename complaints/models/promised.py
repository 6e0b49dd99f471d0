"""What every promise is, on a case or on a root cause: owner, first date, present date."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# All that a person's or a department's record asks of a promise: it is counted from an index.
FOR_THE_RECORD = ("state", "ended_at", "held_up_until", "blocked_since", "date_moves")


class Promised(models.Model):
    """Somebody does something by a date. Measured by the first date, however often it moved."""

    class State(models.TextChoices):
        MADE = "made", _("Promised")
        KEPT = "kept", _("Kept")
        KEPT_LATE = "kept_late", _("Kept late")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MADE)
    what = models.CharField(_("what is promised"), max_length=200)
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss"
    )
    made_at = models.DateTimeField()
    first_promised_at = models.DateTimeField()
    promised_at = models.DateTimeField(_("promised for"))
    moves = models.JSONField(default=list, help_text="each earlier date with its reason")
    date_moves = models.PositiveSmallIntegerField(default=0, help_text="how often it moved")
    # While others block the work, being late is not the owner's: see services/fairness.py.
    blocked_since = models.DateTimeField(
        null=True, blank=True, help_text="by somebody else, from before the owner was late"
    )
    held_up_until = models.DateTimeField(
        null=True, blank=True, help_text="the first date, later by the time others blocked it"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference} {self.what}"

    @property
    def moved(self) -> int:
        """How often its date was moved."""
        return len(self.moves)

    LIVE: ClassVar[tuple[str, ...]] = (State.MADE,)

    @property
    def is_live(self) -> bool:
        """Whether it is still to be kept."""
        return self.state in self.LIVE

"""What is known of a file's pictures: drawn by ourselves, so that no browser opens the file."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.message import Attachment


class Preview(models.Model):
    """Whether an attachment can be drawn, and how many pages of it are."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DRAWING = "drawing", _("Being drawn")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Cannot be drawn")

    class Why(models.TextChoices):
        BROKEN = "broken", _("The file is damaged, or is not what its name says.")
        ENCRYPTED = "encrypted", _("The file is protected with a password.")
        TOO_LARGE = "too_large", _("The picture in it is too large to be drawn safely.")
        TOO_SLOW = "too_slow", _("Drawing it took too long.")

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="preview")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    # Of the file, however many of them are drawn.
    pages = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=("waiting", "drawing")),
                name="preview_to_draw",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.state}"

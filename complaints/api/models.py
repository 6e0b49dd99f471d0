"""Who may come in by the API, and what was answered to a request that may come again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from departments.models import User


class Scope(models.TextChoices):
    """What a token may be used for: never more than its person may do."""

    READ = "read", _("Read")
    WRITE = "write", _("Write: file, ask, make moves")
    CHANGES = "changes", _("Moves of data changes")


class AccessTokenQuerySet(models.QuerySet[Any]):
    """The vocabulary of tokens."""

    def live(self, now: datetime) -> Self:
        """Those that open a door now."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)

    def of(self, person: User) -> Self:
        """Those of one person, the latest first."""
        return self.filter(person=person).order_by("-pk")


class AccessToken(models.Model):
    """A key of one person for a program of theirs. Of the key itself only a digest is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=20)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope.choices), verbose_name=_("scopes")
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0), name="token_opens_something"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="token_by_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_live(self, now: datetime) -> bool:
        """Whether it opens a door now."""
        return self.revoked_at is None and self.expires_at > now


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered: the same one again gets it again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="of method, path and what was given")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_for_each_key")
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return self.key

"""Who: people and departments, who leads and stands in; and when they work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import rules
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.hours import check_spans, validate_week
from departments.names import LocalizedName
from departments.public_holidays import validate_country
from departments.validation import (
    clean_absence,
    clean_department,
    clean_deputy,
    clean_person,
    validate_zone,
)

if TYPE_CHECKING:
    from departments.standing import Standing


def default_zone() -> str:
    """The installation's zone; a callable, so that no migration depends on it."""
    return settings.TIME_ZONE


def languages() -> Sequence[tuple[str, str | Promise]]:
    """The product's languages; a callable for the same reason."""
    return settings.LANGUAGES


class User(AbstractUser):
    """A person who signs in."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=12, choices=languages, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_zone, validators=[validate_zone]
    )
    is_auditor = models.BooleanField(
        _("auditor"), default=False, help_text=_("Reads everything; each reading is journalled.")
    )
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)

    # What `standing_of` has found, for as long as this instance lives: one request.
    kept_standing: Standing | None = None

    objects: ClassVar[UserManager[Self]] = UserManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            # People type their name or e-mail to sign in, and do not mind the case.
            models.UniqueConstraint(
                Lower("username"),
                name="one_person_per_username",
                violation_error_message=_("Somebody has this user name already."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_email",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        super().clean()
        clean_person(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As Django's, but rules bind superusers too: running it is not reading cases."""
        if rules.perm_exists(perm):
            return self.is_active and bool(rules.has_perm(perm, self, obj))
        return super().has_perm(perm, obj)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class WorkCalendar(LocalizedName):
    """Weekly working hours in a zone, with a country's holidays and own overrides."""

    zone = models.CharField(
        _("time zone"), max_length=64, default=default_zone, validators=[validate_zone]
    )
    country = models.CharField(
        _("country of holidays"),
        max_length=8,
        blank=True,
        help_text=_("ISO code, such as CN or DE-BY; empty: no public holidays."),
        validators=[validate_country],
    )
    week = models.JSONField(
        _("weekly hours"),
        help_text=_('Per weekday from Monday: [["09:00", "12:00"], …]'),
        validators=[validate_week],
    )
    earlier_weeks = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text='the weeks before this one: [{"until": "2026-12-01", "week": [...]}, ...]',
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")


class CalendarDay(models.Model):
    """One day that differs from the week: closed, or open at other hours."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, related_name="days", verbose_name=_("work calendar")
    )
    date = models.DateField(_("date"))
    spans = models.JSONField(_("hours"), default=list, blank=True, validators=[check_spans])
    label = models.CharField(_("why"), max_length=120)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "date"], name="one_override_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.label}"


class Department(LocalizedName):
    """A department in the tree: who leads it, who deputises, when it works."""

    class Kind(models.TextChoices):
        CUSTOMER_SERVICE = "customer_service", _("customer service")
        BUSINESS = "business", _("business")
        TECHNOLOGY = "technology", _("technology")
        OPERATIONS = "operations", _("operations")
        COMPLIANCE = "compliance", _("compliance")
        EXECUTIVE = "executive", _("management")

    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent department"),
    )
    leader = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("leader"),
    )
    deputies = models.ManyToManyField(
        User,
        through="Deputyship",
        related_name="deputises",
        blank=True,
        verbose_name=_("deputies"),
    )
    members = models.ManyToManyField(
        User, through="Membership", related_name="departments", verbose_name=_("members")
    )
    calendar = models.ForeignKey(
        WorkCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="departments",
        verbose_name=_("work calendar"),
        help_text=_("Empty: the parent department's."),
    )
    mailbox = models.EmailField(_("mailbox"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="department_not_its_own_parent",
                violation_error_message=_("A department cannot be its own parent."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        clean_department(self)


class Membership(models.Model):
    """Who works where."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.CASCADE, related_name="memberships", verbose_name=_("department")
    )
    since = models.DateField(_("since"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department"], name="member_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.department}"


class Deputyship(models.Model):
    """A deputy leader; the lowest rank is asked first."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="deputyships", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.CASCADE, related_name="deputyships", verbose_name=_("department")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering: ClassVar = ["rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department"], name="deputy_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.department}"

    def clean(self) -> None:
        super().clean()
        clean_deputy(self)


class Absence(models.Model):
    """When a person is away, and who stands in."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    stand_in = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        verbose_name=_("stand-in"),
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes: ClassVar = [models.Index(fields=["person", "starts_at"], name="absence_by_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message=_("The absence ends before it starts: correct the dates."),
            ),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("person")),
                name="stand_in_is_another",
                violation_error_message=_("Nobody stands in for themselves: choose another."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d}–{self.ends_at:%Y-%m-%d}"

    def clean(self) -> None:
        super().clean()
        clean_absence(self)

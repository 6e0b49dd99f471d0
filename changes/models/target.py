"""Databases that changes are made in: what may be changed there, how it is called, and by whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.targets.catalogue import Dialect
from departments.names import LocalizedName

# Where a password is read from when it is needed; never the password itself.
SECRET = RegexValidator(
    r"\A(env:[A-Z][A-Z0-9_]{0,99}|file:/[^\0\n]{1,300})\Z",
    _("Write env:NAME or file:/path: where the password is, never the password itself."),
)


class Group(LocalizedName):
    """People of one department who may approve or execute. An empty one lets nothing pass."""

    department = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        related_name="change_groups",
        verbose_name=_("department"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="change_groups",
        blank=True,
        verbose_name=_("members"),
    )

    class Meta:
        verbose_name = _("group of approvers or executors")
        verbose_name_plural = _("groups of approvers and executors")


def _group(name: Any) -> Any:
    return models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class Target(LocalizedName):
    """One database. Its secret is a reference to the environment or a file."""

    class Environment(models.TextChoices):
        PRODUCTION = "production", _("production")
        ACCEPTANCE = "acceptance", _("acceptance test")
        TEST = "test", _("test")

    code = models.SlugField(_("code"), unique=True)
    dialect = models.CharField(
        _("database"),
        max_length=10,
        choices=[(Dialect.POSTGRES.value, "PostgreSQL"), (Dialect.MYSQL.value, "MySQL/MariaDB")],
    )
    environment = models.CharField(
        _("environment"),
        max_length=12,
        choices=Environment.choices,
        default=Environment.PRODUCTION,
    )
    recorded = models.BooleanField(
        _("out of reach"),
        default=False,
        help_text=_("Changes are run elsewhere, and recorded here with their evidence."),
    )
    host = models.CharField(_("host"), max_length=255, blank=True)
    port = models.PositiveIntegerField(_("port"), null=True, blank=True)
    database = models.CharField(_("database name"), max_length=100, blank=True)
    username = models.CharField(_("account"), max_length=100, blank=True)
    secret = models.CharField(_("password is in"), max_length=310, blank=True, validators=[SECRET])
    schema = models.CharField(
        _("schema"), max_length=100, blank=True, help_text=_("Where names without one are sought.")
    )
    department = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        related_name="change_targets",
        verbose_name=_("owner"),
    )
    authorisers = _group(_("business approvers"))
    approvers = _group(_("technology approvers"))
    executors = _group(_("executors"))
    on_call_authorisers = _group(_("business approvers on call"))
    on_call_approvers = _group(_("technology approvers on call"))
    window = models.ForeignKey(
        "departments.WorkCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hours of execution"),
        help_text=_("Empty: at any time."),
    )
    row_cap = models.PositiveSmallIntegerField(
        _("rows at most"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    lock_seconds = models.FloatField(_("seconds to wait for a lock"), default=2)
    statement_seconds = models.FloatField(_("seconds for a statement"), default=10)
    transaction_seconds = models.FloatField(_("seconds for all of it"), default=30)
    approval_hours = models.PositiveSmallIntegerField(_("hours an approval holds"), default=24)
    emergency_minutes = models.PositiveSmallIntegerField(
        _("minutes an approval holds in an emergency"), default=60
    )
    keep_days = models.PositiveSmallIntegerField(
        _("days to keep pictures after closing"), default=180
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("target of changes")
        verbose_name_plural = _("targets of changes")
        ordering: ClassVar = ["code"]

    def __repr__(self) -> str:
        return f"<Target {self.code}>"

    def group_ids(self) -> set[int]:
        """Every group that has a say in it."""
        found = (
            self.authorisers_id,
            self.approvers_id,
            self.executors_id,
            self.on_call_authorisers_id,
            self.on_call_approvers_id,
        )
        return {pk for pk in found if pk is not None}


class TargetTable(LocalizedName):
    """A table that the owner of a target lets be changed, in words that business knows."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="tables")
    schema = models.CharField(_("schema"), max_length=100)
    table = models.CharField(_("table"), max_length=100)
    allowed = models.BooleanField(_("may be changed"), default=True)
    key = models.JSONField(_("key"), default=list, blank=True, help_text=_("names of columns"))

    class Meta:
        verbose_name = _("table of a target")
        verbose_name_plural = _("tables of targets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["target", "schema", "table"], name="one_entry_per_table"
            )
        ]


class TargetColumn(LocalizedName):
    """A column: how business calls it, whether it may be seen, whether it changes by itself."""

    table = models.ForeignKey(TargetTable, models.CASCADE, related_name="columns")
    column = models.CharField(_("column"), max_length=100)
    masked = models.BooleanField(
        _("masked"), default=False, help_text=_("Not shown, unless the change is its own.")
    )
    volatile = models.BooleanField(
        _("volatile"), default=False, help_text=_("The application changes it by itself.")
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("column of a table")
        verbose_name_plural = _("columns of tables")
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "column"], name="one_entry_per_column")
        ]


class Template(LocalizedName):
    """A repair that is known: a statement with places for values, and what it means in words.

    That it is used again and again says that its cause is still there.
    """

    code = models.SlugField(_("code"), unique=True)
    target = models.ForeignKey(Target, models.PROTECT, related_name="templates")
    statement = models.TextField(
        _("statement"), help_text=_("Places for values are written :name, without quotation marks.")
    )
    values = models.JSONField(
        _("values"),
        default=list,
        help_text=_('[{"name": "order_no", "kind": "text", "en": "Order", "zh": "订单"}]'),
    )
    expected_rows = models.PositiveSmallIntegerField(_("rows expected"), default=1)
    effect = models.TextField(_("effect in plain words"), blank=True)
    undo_remarks = models.TextField(_("how it is undone"), blank=True)
    side_effects = models.TextField(_("what else happens"), blank=True)
    often = models.PositiveSmallIntegerField(
        _("uses that ask for the cause"), default=3, help_text=_("within the days below")
    )
    often_days = models.PositiveSmallIntegerField(_("days"), default=90)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("template of a change")
        verbose_name_plural = _("templates of changes")
        ordering: ClassVar = ["code"]

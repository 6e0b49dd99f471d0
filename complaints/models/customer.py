"""Whom a complaint is from, and what it is about."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.names import LocalizedName


class Customer(models.Model):
    """Whom the complaint is from. The identity number is encrypted at rest."""

    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    identity_type = models.CharField(_("identity document"), max_length=60, blank=True)
    identity_sealed = models.TextField(blank=True, editable=False)
    identity_index = models.CharField(max_length=64, blank=True, editable=False)
    identity_tail = models.CharField(max_length=4, blank=True, editable=False)
    search = SearchVectorField(null=True, editable=False)
    group = models.ForeignKey(
        "complaints.Category",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"axis": "G"},
        related_name="+",
        verbose_name=_("customer group"),
    )
    language = models.CharField(
        _("language of letters"), max_length=10, choices=settings.LANGUAGES, blank=True
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity_index"],
                condition=~Q(identity_index=""),
                name="one_customer_per_identity",
            )
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="customer_search"),
            models.Index(fields=["phone"], name="customer_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class Category(LocalizedName):
    """A node of the category tree: the three axes of JR/T 0169-2018, and groups of customers."""

    class Axis(models.TextChoices):
        CHANNEL = "A", _("channel")
        BUSINESS = "B", _("business type")
        CAUSE = "C", _("cause")
        GROUP = "G", _("customer group")

    axis = models.CharField(_("axis"), max_length=1, choices=Axis.choices)
    code = models.CharField(_("code"), max_length=20, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent category"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["axis", "code"]

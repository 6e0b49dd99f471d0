"""Serializers from the named columns of a model: each as its type is shown everywhere."""

from __future__ import annotations

from typing import Any

from django.db import models
from rest_framework import serializers

from complaints.api.fields import (
    CategoryRefSerializer,
    DepartmentRefSerializer,
    Instant,
    PersonSerializer,
    Rows,
    ThingSerializer,
)
from complaints.models import Category
from departments.models import Department, User

Field = serializers.Field[Any, Any, Any, Any]
_NAMED: dict[type[models.Model], type[serializers.Serializer[Any]]] = {
    User: PersonSerializer,
    Department: DepartmentRefSerializer,
    Category: CategoryRefSerializer,
}
_PLAIN: tuple[tuple[type[models.Field[Any, Any]], type[Field]], ...] = (
    (models.DateTimeField, Instant),
    (models.DateField, serializers.DateField),
    (models.BooleanField, serializers.BooleanField),
    (models.IntegerField, serializers.IntegerField),
    (models.DecimalField, serializers.FloatField),
    (models.JSONField, Rows),
)


def shape(
    name: str, model: type[models.Model], columns: str, says: str, **more: Field
) -> type[ThingSerializer]:
    """A serializer of a thing that moves: what all have, its columns, and what else is given."""
    fields = {column: _shown(model, column) for column in ["state", *columns.split()]}
    return type(f"{name}Serializer", (ThingSerializer,), {"__doc__": says, **fields, **more})


def record(
    name: str, model: type[models.Model], columns: str, says: str, **more: Field
) -> type[serializers.Serializer[Any]]:
    """The same for what does not move."""
    fields = {column: _shown(model, column) for column in columns.split()}
    bases = (serializers.Serializer,)
    return type(f"{name}Serializer", bases, {"__doc__": says, **fields, **more})


def _shown(model: type[models.Model], column: str) -> Field:
    field = model._meta.get_field(column)
    assert isinstance(field, models.Field)
    if isinstance(field, models.ForeignKey):
        return _other(field)
    if field.choices:
        codes = [code for code, _label in field.flatchoices]
        return serializers.ChoiceField(choices=codes, allow_blank=field.blank)
    for kind, shown in _PLAIN:
        if isinstance(field, kind):
            return shown(allow_null=field.null) if field.null else shown()
    return serializers.CharField(allow_blank=True)


def _other(field: models.ForeignKey[Any, Any]) -> Field:
    """Who or what a row points to: named, or by its reference."""
    model = field.related_model
    if isinstance(model, type) and model in _NAMED:
        return _NAMED[model](allow_null=True) if field.null else _NAMED[model]()
    known = {one.name for one in model._meta.concrete_fields}  # type: ignore[union-attr]
    by = "reference" if "reference" in known else "code"
    return serializers.CharField(source=f"{field.name}.{by}", allow_null=field.null)

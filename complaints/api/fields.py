"""What representations are made of: people, departments, instants, links, moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.kinds import kind_of
from complaints.permissions import allowed_moves


class Instant(serializers.DateTimeField):
    """ISO 8601, in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody who works here."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class DepartmentRefSerializer(serializers.Serializer[Any]):
    """A department, as far as it is named."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the reader's language.")


class CategoryRefSerializer(DepartmentRefSerializer):
    """A node of the tree of categories."""


def person(**kwargs: Any) -> PersonSerializer:
    """A field with somebody, or nobody."""
    return PersonSerializer(allow_null=True, **kwargs)


def department(**kwargs: Any) -> DepartmentRefSerializer:
    """A field with a department, or none."""
    return DepartmentRefSerializer(allow_null=True, **kwargs)


def category(**kwargs: Any) -> CategoryRefSerializer:
    """A field with a category, or none."""
    return CategoryRefSerializer(allow_null=True, **kwargs)


def choice(model: type[models.Model], name: str, *, blank: bool = False) -> serializers.ChoiceField:
    """One of the codes of a model's field."""
    choices = [code for code, _label in model._meta.get_field(name).flatchoices]  # type: ignore[union-attr]
    return serializers.ChoiceField(choices=choices, allow_blank=blank)


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "string", "format": "uri-reference"}}
)
class Links(serializers.Field[Any, Any, Any, Any]):
    """Where this and what belongs to it are found."""

    def __init__(self, of: Callable[[Any], dict[str, str]]) -> None:
        super().__init__(source="*", read_only=True)
        self.of = of

    def to_representation(self, value: Any) -> dict[str, str]:
        return self.of(value)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class AllowedMoves(serializers.Field[Any, Any, Any, Any]):
    """What the reader may do now: the verbs at the end of this thing's address."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, value: Any) -> list[str]:
        return allowed_moves(self.context["user"], value)


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Rows(serializers.Field[Any, Any, Any, Any]):
    """JSON as it is kept, such as the earlier dates of a promise."""

    def to_representation(self, value: Any) -> Any:
        return value


class ThingSerializer(serializers.Serializer[Any]):
    """What everything that moves has."""

    reference = serializers.CharField()
    version = serializers.IntegerField(help_text="Also the ETag.")
    state = serializers.CharField()
    allowed_moves = AllowedMoves()
    links = Links(lambda thing: links_of(thing))  # noqa: PLW0108 - it stands below


def links_of(thing: Any) -> dict[str, str]:
    """Its own address, its page, and its case."""
    from complaints.api.resources import address_of  # noqa: PLC0415 - they need these fields

    noun = kind_of(thing).noun
    links = {"self": address_of(noun, thing.reference), "page": f"/go/{thing.reference}/"}
    case = case_reference(thing)
    if case and case != thing.reference:
        links["complaint"] = address_of("complaint", case)
    return links


def case_reference(thing: Any) -> str:
    """Of the case that it belongs to; "" for none."""
    case = getattr(thing, "complaint", None)
    return case.reference if case else getattr(thing, "stream", "")



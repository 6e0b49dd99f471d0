"""Which things the API shows, and how. A kind that nobody described is shown by what all have.

A floor above describes its own with `present`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from rest_framework.serializers import Serializer

from complaints.api.fields import ThingSerializer
from complaints.api.models import Scope
from complaints.kinds import Kind, kind_named, kinds
from departments.models import User
from departments.standing import standing_of

BASE = "/api/v1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """How things of one kind are shown: short in lists, in full alone."""

    noun: str
    plural: str
    short: type[Serializer[Any]]
    full: type[Serializer[Any]]
    # Fetched with the rows of a list, besides what the kind names.
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    # Which of them concern the person: what a list without a case shows.
    concerns: Callable[[User], Q] | None = None
    # States that have ended: a list without a case leaves them out.
    ended: tuple[str, ...] = ()
    # What a token needs to move it.
    scope: Scope = Scope.WRITE
    example: dict[str, Any] | None = None

    @property
    def kind(self) -> Kind:
        return kind_named(self.noun)


_BY_NOUN: dict[str, Resource] = {}


def present(resource: Resource) -> None:
    """Show things of this noun so."""
    _BY_NOUN[resource.noun] = resource


def resource_of(noun: str) -> Resource:
    """How things of this noun are shown."""
    if noun not in _BY_NOUN:
        _BY_NOUN[noun] = _plain(noun)
    return _BY_NOUN[noun]


def resources() -> list[Resource]:
    """Of every kind."""
    return [resource_of(kind.noun) for kind in kinds()]


def address_of(noun: str, reference: str = "") -> str:
    """Of one thing, or of all of its kind."""
    plural = f"{BASE}{resource_of(noun).plural}/"
    return f"{plural}{reference}/" if reference else plural


def _plain(noun: str) -> Resource:
    names = [part.title() for part in noun.split("_")]
    serializer = type(f"{''.join(names)}Serializer", (ThingSerializer,), {})
    serializer.__doc__ = f"{' '.join(names)}."
    scope = Scope.CHANGES if noun == "change" else Scope.WRITE
    plural = f"{noun.replace('_', '-')}s"
    return Resource(noun=noun, plural=plural, short=serializer, full=serializer, scope=scope)


def concerning(resource: Resource, user: User) -> Q:
    """What the person has a hand in, by what the rows have to say about it."""
    if resource.concerns:
        return resource.concerns(user)
    names = field_names(resource.kind.model)
    mine = Q(pk__in=[])
    if "owner" in names:
        mine |= Q(owner=user)
    if "department" in names:
        mine |= Q(department__in=standing_of(user).departments)
    return mine if mine != Q(pk__in=[]) else Q()


def field_names(model: type[Model]) -> set[str]:
    """Of its own columns."""
    return {field.name for field in model._meta.concrete_fields}

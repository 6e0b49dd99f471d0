"""The timeline as data: each entry as it reads, with what it brought about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from complaints.api.fields import DepartmentRefSerializer, Instant, PersonSerializer
from complaints.timeline import Fold, Item


class FactSerializer(serializers.Serializer[Any]):
    """A detail: words, or an instant and the one that it replaced."""

    label = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    at = Instant(allow_null=True)
    before = Instant(allow_null=True)


class FileSerializer(serializers.Serializer[Any]):
    """A file that somebody attached."""

    id = serializers.UUIDField(source="token")
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Where its content is.")

    def get_url(self, file: Any) -> str:
        return f"/api/v1/attachments/{file.token}/content/"


class LineSerializer(serializers.Serializer[Any]):
    """One thing that happened."""

    seq = serializers.IntegerField(source="entry.seq")
    at = Instant(source="entry.at")
    tag = serializers.CharField(source="entry.tag", help_text="`kind:verb`, the same for ever.")
    subject = serializers.CharField(source="entry.subject", help_text="Reference of what moved.")
    title = serializers.CharField(allow_blank=True, help_text="What that is called.")
    actor = PersonSerializer(
        source="entry.actor", allow_null=True, help_text="Null where a clock acted."
    )
    acting_for = PersonSerializer(source="entry.acting_for", allow_null=True)
    department = DepartmentRefSerializer(source="entry.department", allow_null=True)
    kind = serializers.CharField(source="reading.kind", allow_blank=True)
    says = serializers.CharField(source="reading.says", allow_blank=True)
    words = serializers.CharField(allow_blank=True)
    redacted_at = Instant(allow_null=True)
    facts = FactSerializer(source="reading.facts", many=True)
    attachments = FileSerializer(many=True)


class ItemSerializer(LineSerializer):
    """One thing that happened, and what it brought about."""

    also = LineSerializer(many=True)


def entries_of(items: Iterable[Item | Fold]) -> list[Any]:
    """Unfolded: a program is not drowned by the clocks' murmur."""
    flat: list[Item] = []
    for one in items:
        flat += one.items if isinstance(one, Fold) else [one]
    return list(ItemSerializer(flat, many=True).data)

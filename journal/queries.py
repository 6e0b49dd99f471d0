"""Reads of the timeline."""

from __future__ import annotations

from django.db.models import QuerySet

from journal.models import Entry


def entries_of(stream: str, *, before_seq: int | None = None, limit: int = 50) -> list[Entry]:
    """Return a case's entries, newest first; continue with the last one's number."""
    entries = _with_people().filter(stream=stream)
    if before_seq is not None:
        entries = entries.filter(seq__lt=before_seq)
    return list(entries.order_by("-seq")[:limit])


def entries_since(subject: str, seq: int) -> list[Entry]:
    """Return what happened to one subject after entry number `seq`, oldest first."""
    return list(_with_people().filter(subject=subject, seq__gt=seq).order_by("seq"))


def _with_people() -> QuerySet[Entry]:
    return Entry.objects.select_related("actor", "acting_for", "department")

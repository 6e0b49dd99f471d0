"""The locks of many cases at once, without waiting for any."""

from __future__ import annotations

from collections.abc import Collection

from journal.models import Stream
from journal.services import lock_stream


def free_heads(streams: Collection[str]) -> dict[str, Stream]:
    """Lock the cases that nobody is moving; a case without history is free, too."""
    heads = Stream.objects.filter(pk__in=streams)
    locked = heads.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    free = {head.pk: head for head in locked}
    if missing := set(streams) - free.keys():
        known = set(heads.values_list("pk", flat=True))
        free |= {reference: lock_stream(reference) for reference in sorted(missing - known)}
    return free

"""The one way to write history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from departments.models import Department, User
from journal.canonical import digest_of, plain, seal_of
from journal.models import Entry, Stream


def record(
    *,
    stream: str,
    subject: str,
    tag: str,
    actor: User | None,
    now: datetime,
    department: Department | None = None,
    acting_for: User | None = None,
    data: Mapping[str, object] | None = None,
) -> Entry:
    """Append what happened to a case's chain; `actor` is None where a clock acted."""
    entry = Entry(
        subject=subject,
        tag=tag,
        actor=actor,
        acting_for=acting_for,
        department=department,
        at=now,
        # Refused, if it must be, before the caller's transaction is touched.
        data=plain(data or {}),
    )
    with transaction.atomic(savepoint=False):
        head = lock_stream(stream)
        chain(stream=head, rows=[entry])
        entry.save(force_insert=True)
        head.save(update_fields=["last_seq", "last_digest", "seal"])
    return entry


def lock_stream(reference: str) -> Stream:
    """Lock the head of a chain, new or old, until the caller's transaction ends."""
    locked = Stream.objects.select_for_update(no_key=True)
    head = locked.filter(pk=reference).first()
    if head is None:
        # Whoever loses this race waits here for the winner, and then finds the winner's row.
        Stream.objects.bulk_create([Stream(reference=reference)], ignore_conflicts=True)
        head = locked.get(pk=reference)
    return head


def chain(*, stream: Stream, rows: Iterable[Entry]) -> list[Entry]:
    """Number and seal unsaved entries behind a stream's head, which moves along; save nothing.

    For bulk inserts: save first the stream (new, or locked by `lock_stream`), then the entries.
    """
    chained = list(rows)
    for entry in chained:
        entry.stream = stream
        entry.seq = stream.last_seq + 1
        entry.prev_digest = stream.last_digest
        entry.data = plain(entry.data)
        entry.digest = digest_of(entry)
        stream.last_seq, stream.last_digest = entry.seq, entry.digest
    stream.seal = seal_of(stream)
    return chained

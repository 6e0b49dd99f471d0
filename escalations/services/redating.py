"""The one way in which many clocks say at once that their dates are other ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from escalations.models import Deadline
from journal.models import Entry, Stream
from journal.services import chain


def journal_dates(
    moved: Iterable[tuple[Deadline, datetime]],
    *,
    tag: str,
    heads: Mapping[str, Stream],
    because: Entry | None,
    now: datetime,
) -> None:
    """One entry for each clock and the date it had, in the history of its locked case."""
    cause = None if because is None else {"stream": because.stream_id, "seq": because.seq}
    rows: defaultdict[str, list[Entry]] = defaultdict(list)
    for deadline, before in moved:
        entry = _entry(deadline, before, tag=tag, cause=cause, now=now)
        rows[deadline.stream].append(entry)
    entries = [entry for stream in rows for entry in chain(stream=heads[stream], rows=rows[stream])]
    Entry.objects.bulk_create(entries)
    Stream.objects.bulk_update(
        [heads[stream] for stream in rows], ["last_seq", "last_digest", "seal"]
    )


def _entry(
    deadline: Deadline,
    before: datetime,
    *,
    tag: str,
    cause: dict[str, object] | None,
    now: datetime,
) -> Entry:
    return Entry(
        subject=deadline.subject,
        tag=tag,
        department=deadline.department,
        at=now,
        data={
            "kind": deadline.kind,
            "due_at": deadline.due_at,
            "from": before,
            "to": deadline.due_at,
            "because": cause,
        },
    )

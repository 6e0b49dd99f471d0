"""Which cases a window has, batch by batch along indexes: each once, whatever ends meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from escalations.models import Deadline


@dataclass(frozen=True, slots=True)
class Place:
    """How far a window has been read: first what ended in it, then what ran at its end."""

    ended_at: datetime | None = None
    pk: int = 0
    stream: str = ""
    is_second: bool = False

    def as_json(self) -> dict[str, Any]:
        """As `place_of` reads it back."""
        ended = self.ended_at.isoformat() if self.ended_at else None
        return {**asdict(self), "ended_at": ended}


def place_of(raw: Mapping[str, Any]) -> Place:
    """A place that was kept between two batches."""
    ended = raw["ended_at"]
    return Place(**{**raw, "ended_at": datetime.fromisoformat(ended) if ended else None})


@dataclass(frozen=True, slots=True)
class Batch:
    """The next cases, how many clocks were passed, and where to go on; None at the end."""

    streams: Sequence[str]
    clocks: int
    place: Place | None


def ended_in(since: datetime, until: datetime) -> QuerySet[Deadline]:
    """Those that ended in the window: one range of the index `deadline_ended`."""
    return Deadline.objects.filter(ended_at__gte=since, ended_at__lte=until)


def open_at(until: datetime) -> QuerySet[Deadline]:
    """Those that run or ended after it. Two indexes: live ones by case, ended ones by time."""
    live = Q(state__in=Deadline.LIVE)
    return Deadline.objects.filter(live | Q(ended_at__gt=until), started_at__lte=until)


def clocks_of(streams: Collection[str]) -> QuerySet[Deadline]:
    """All clocks of these cases. Both conditions name an index by case; together they are all."""
    live, ended = Q(state__in=Deadline.LIVE), Q(ended_at__isnull=False)
    return Deadline.objects.filter(live | ended, stream__in=streams)


def count(since: datetime, until: datetime) -> int:
    """How many clocks ran at any time within the window."""
    return ended_in(since, until).count() + open_at(until).count()


def next_batch(place: Place, since: datetime, until: datetime, size: int) -> Batch:
    """The cases of the next clocks."""
    if place.is_second:
        return _open_batch(place, until, size)
    return _ended_batch(place, since, until, size)


def _ended_batch(place: Place, since: datetime, until: datetime, size: int) -> Batch:
    rows = ended_in(place.ended_at or since, until)
    if place.ended_at is not None:
        rows = rows.exclude(ended_at=place.ended_at, pk__lte=place.pk)
    found = list(rows.order_by("ended_at", "pk").values_list("ended_at", "pk", "stream")[:size])
    if not found:
        return Batch((), 0, Place(is_second=True))
    ended_at, pk, _ = found[-1]
    here = {(ended, number) for ended, number, _ in found if ended is not None}
    firsts = _first_seen({stream for *_, stream in found}, since, until)
    streams = [stream for stream, key in firsts.items() if key in here]
    return Batch(streams, len(found), Place(ended_at, pk))


def _first_seen(
    streams: Collection[str], since: datetime, until: datetime
) -> dict[str, tuple[datetime, int]]:
    """By case the first of its clocks to end in the window; none if one is open at its end."""
    first: dict[str, tuple[datetime, int]] = {}
    later: set[str] = set()
    rows = clocks_of(streams).filter(started_at__lte=until)
    for stream, ended, pk in rows.values_list("stream", "ended_at", "pk"):
        if ended is None or ended > until:
            later.add(stream)
        elif ended >= since:
            first[stream] = min(first.get(stream, (ended, pk)), (ended, pk))
    return {stream: key for stream, key in first.items() if stream not in later}


def _open_batch(place: Place, until: datetime, size: int) -> Batch:
    live = Deadline.objects.filter(state__in=Deadline.LIVE, stream__gt=place.stream)
    since = Deadline.objects.filter(ended_at__gt=until, stream__gt=place.stream)
    # Each along its own index; what both find is one case.
    names = sorted(set(_names(live, size)) | set(_names(since, size)))[:size]
    if not names:
        return Batch((), 0, None)
    is_open = Q(ended_at__isnull=True) | Q(ended_at__gt=until)
    rows = clocks_of(names).filter(is_open, started_at__lte=until)
    passed = list(rows.values_list("stream", flat=True))
    return Batch(sorted(set(passed)), len(passed), Place(stream=names[-1], is_second=True))


def _names(rows: QuerySet[Deadline], size: int) -> Iterator[str]:
    yield from rows.order_by("stream").values_list("stream", flat=True).distinct()[:size]

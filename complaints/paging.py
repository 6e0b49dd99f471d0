"""Pages by key, newest first: their cost is the page, whatever lies before or behind it.

No OFFSET, which reads what it skips; no COUNT of everything, which reads it all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet

PAGE = 50
CAP = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?\d{1,17})-(\d{1,18})", re.ASCII)
_TICK = timedelta(microseconds=1)
_NEWEST_FIRST = ("-received_at", "-pk")
_OLDEST_FIRST = ("received_at", "pk")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row in the order: when it was received, then its id."""

    received_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.received_at - _EPOCH) // _TICK}-{self.pk}"

    @classmethod
    def of(cls, row: Any) -> Self:
        """Where this row stands."""
        return cls(row.received_at, row.pk)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` wrote; None for anything else."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            return None
        try:
            return cls(_EPOCH + int(match[1]) * _TICK, int(match[2]))
        except OverflowError:
            return None

    def older(self) -> Q:
        """What comes after this row. The first condition is the one an index can begin at."""
        return Q(received_at__lte=self.received_at) & (
            Q(received_at__lt=self.received_at) | Q(pk__lt=self.pk)
        )

    def newer(self) -> Q:
        """What comes before this row."""
        return Q(received_at__gte=self.received_at) & (
            Q(received_at__gt=self.received_at) | Q(pk__gt=self.pk)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """The rows, and where the neighbouring pages begin; None where there is none."""

    rows: list[Any]
    newer: Cursor | None = None
    older: Cursor | None = None


def page_of(
    rows: QuerySet[Any],
    *,
    any_of: Sequence[Q] = (),
    older: Cursor | None = None,
    newer: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """The page after `older`, before `newer`, or the first one.

    Each condition of `any_of` is read by its own index, and the heads are joined: what is on a
    page of all of them is on that page of one of them. A page that reaches the beginning is the
    first page.
    """
    if newer is not None:
        found = _read(rows.filter(newer.newer()), any_of, _OLDEST_FIRST, size + 1)
        if len(found) <= size:
            return page_of(rows, any_of=any_of, size=size)
        found = found[:size][::-1]
        return Page(found, newer=Cursor.of(found[0]), older=Cursor.of(found[-1]))
    after = rows.filter(older.older()) if older else rows
    found = _read(after, any_of, _NEWEST_FIRST, size + 1)
    more, found = len(found) > size, found[:size]
    return Page(
        found,
        newer=Cursor.of(found[0]) if older and found else None,
        older=Cursor.of(found[-1]) if more else None,
    )


def _read(
    rows: QuerySet[Any], any_of: Sequence[Q], order: tuple[str, str], limit: int
) -> list[Any]:
    if not any_of:
        return list(rows.order_by(*order)[:limit])
    lean = rows.select_related(None).order_by(*order)
    heads = [lean.filter(one).values("pk", "received_at")[:limit] for one in any_of]
    joined = heads[0].union(*heads[1:]).order_by(*order)[:limit]
    return list(rows.filter(pk__in=[row["pk"] for row in joined]).order_by(*order))


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, as far as anybody counted."""

    number: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.capped else f"{self.number:,}"


def capped_count(rows: QuerySet[Any], *, any_of: Sequence[Q] = (), cap: int = CAP) -> Count:
    """How many rows there are, or that there are more than `cap`."""
    # In the order of the pages, so that it goes by the index that the page goes by.
    ordered = rows.select_related(None).order_by(*_NEWEST_FIRST)
    heads = [ordered.filter(one).values("pk")[: cap + 1] for one in any_of or [Q()]]
    joined = heads[0].union(*heads[1:])[: cap + 1] if len(heads) > 1 else heads[0]
    found = joined.count()
    return Count(min(found, cap), capped=found > cap)

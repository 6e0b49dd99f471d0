"""One byte form for every entry, and the keyed digests that chain them."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from types import NoneType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from journal.models import Entry, Stream

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


@singledispatch
def plain(value: object) -> Any:
    """Return `value` as the database will give it back, so that its digest lasts.

    Times become ISO 8601 in UTC, decimals and ids text, whole floats integers (JSONB keeps no
    exponent). Raises TypeError for what JSON does not hold, ValueError for what JSONB does not.
    """
    raise TypeError(f"The journal cannot hold a {type(value).__name__}.")


@plain.register(NoneType)
@plain.register(bool)
def _(value: bool | None) -> Any:
    return value


@plain.register
def _(value: int) -> Any:
    return int(value)


@plain.register
def _(value: float) -> Any:
    if not math.isfinite(value):
        raise ValueError("The journal holds no infinite number.")
    return int(Decimal(repr(value))) if value.is_integer() else value


@plain.register
def _(value: str) -> Any:
    # PostgreSQL's text holds neither; better said here than by a failed transaction.
    if UNSTORABLE.search(value):
        raise ValueError("The journal holds no NUL and no half of a surrogate pair.")
    return str.__str__(value)


@plain.register(Decimal)
@plain.register(UUID)
def _(value: Decimal | UUID) -> Any:
    return str(value)


@plain.register
def _(value: Enum) -> Any:
    return plain(value.value)


@plain.register
def _(value: date) -> Any:
    return instant(value) if isinstance(value, datetime) else value.isoformat()


@plain.register(list)
@plain.register(tuple)
def _(value: Sequence[object]) -> Any:
    return [plain(inner) for inner in value]


@plain.register
def _(value: Mapping) -> Any:  # type: ignore[type-arg]
    if not all(isinstance(key, str) for key in value):
        raise TypeError("The journal's keys are text.")
    return {plain(key): plain(inner) for key, inner in value.items()}


def instant(value: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with microseconds; ValueError if it is naive."""
    if value.tzinfo is None:
        raise ValueError("The journal holds no time without a zone.")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: object) -> bytes:
    """Return the one UTF-8 form of a plain value: keys sorted, no blanks, nothing escaped."""
    return ENCODER.encode(value).encode()


def digest_of(entry: Entry, *, seq: int | None = None) -> str:
    """Return the digest that an entry must bear, if asked as though it were number `seq`."""
    return _sealed(
        "entry",
        entry.stream_id,
        entry.seq if seq is None else seq,
        entry.subject,
        entry.tag,
        entry.actor_id,
        entry.acting_for_id,
        entry.department_id,
        instant(entry.at),
        entry.data,
        entry.prev_digest,
    )


def seal_of(stream: Stream) -> str:
    """Return the seal that the head of a chain must bear."""
    return _sealed("head", stream.reference, stream.last_seq, stream.last_digest)


def _sealed(*fields: object) -> str:
    key = settings.JOURNAL_KEY.encode()
    return hmac.new(key, canonical(list(fields)), hashlib.sha256).hexdigest()

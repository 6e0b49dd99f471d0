"""One byte form for every entry, and the keyed digests that chain them."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from journal.models import Entry, Stream


def plain(value: object) -> Any:
    """Return `value` as the database will give it back, so that its digest lasts.

    Times become ISO 8601 in UTC, decimals and ids text, whole floats integers (JSONB keeps no
    exponent). Raises TypeError for what JSON does not hold, ValueError for what JSONB does not.
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | bool():
            return value
        case str():
            return _storable(str(value))
        case int():
            return int(value)
        case float():
            return _number(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case Mapping():
            return {_key(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    raise TypeError(f"The journal cannot hold a {type(value).__name__}.")


def instant(value: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with microseconds; ValueError if it is naive."""
    if value.tzinfo is None:
        raise ValueError("The journal holds no time without a zone.")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: object) -> bytes:
    """Return the one UTF-8 form of a plain value: keys sorted, no blanks, nothing escaped."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


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


def _storable(text: str) -> str:
    # PostgreSQL's text holds neither; better said here than by a failed transaction.
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("The journal holds no NUL and no half of a surrogate pair.")
    return text


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise ValueError("The journal holds no infinite number.")
    return int(Decimal(repr(value))) if value.is_integer() else value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"The journal's keys are text, not {type(key).__name__}.")
    return _storable(str(plain(key)))

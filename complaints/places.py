"""The place of a row in a list that is ordered by an instant, soonest first: pages begin there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_WRITTEN = re.compile(r"(-?\d{1,17})_([A-Z0-9-]{1,32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """An instant, and what tells rows of the same instant apart: an id or a reference."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _TICK}_{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` wrote; None for anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            return None
        try:
            return cls(_EPOCH + int(match[1]) * _TICK, match[2])
        except OverflowError:
            return None

    @property
    def number(self) -> int | None:
        """The key as an id of the database; None if it is none."""
        return int(self.key) if self.key.isdigit() and len(self.key) < 19 else None

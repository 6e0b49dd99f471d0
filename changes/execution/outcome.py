"""How an attempt ended, and what can be said of one whose executor is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["applied", "not_applied", "stale", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Codes, names and counts; never values."""

    kind: Kind
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


# in_flight: wait and ask again. unreachable: the same. ambiguous: two people decide.
Found = Literal["applied", "never", "in_flight", "unreachable", "ambiguous"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the target itself says of an attempt."""

    found: Found
    code: str = ""

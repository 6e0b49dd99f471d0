"""Fire what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep did."""

    fired: int = 0
    failed: int = 0
    busy: int = 0


def sweep(*, now: datetime, batch: int = 200) -> SweepResult:
    """Fire every rung that is due at `now`, each once, however many sweep at once."""
    raise NotImplementedError

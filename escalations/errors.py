"""What can go wrong with clocks; all of them are moves that were not made."""

from __future__ import annotations

from collections.abc import Sequence

from journal.errors import MoveError


class EscalationError(MoveError):
    """The base of this floor's own errors."""


class PolicyError(EscalationError, ValueError):
    """Rules that cannot be followed; `problems` has one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class NobodyToTell(EscalationError):
    """No active person has any role: the rung waits until somebody has one."""

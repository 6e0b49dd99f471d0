"""What can go wrong with clocks; all of them are moves that were not made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from journal.errors import MoveError


class EscalationError(MoveError):
    """The base of this floor's own errors."""


class Problem(str):
    """A sentence that says what is wrong, and the part of the rules in which it is."""

    __slots__ = ("part",)

    part: str

    def __new__(cls, sentence: str, part: str = "") -> Self:
        """The sentence is the text itself: who only reads it needs no more."""
        made = super().__new__(cls, sentence)
        made.part = part
        return made


class PolicyError(EscalationError, ValueError):
    """Rules that cannot be followed; `problems` has one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)

    def of(self, *parts: str) -> list[str]:
        """The sentences about these parts of the rules."""
        return [each for each in self.problems if getattr(each, "part", "") in parts]


class NobodyToTell(EscalationError):
    """No active person has any role: the rung waits until somebody has one."""

"""Why a move could not be made. One handler shows them as pages, one as API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal.models import Entry


class MoveError(Exception):
    """A move that was not made; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class IllegalMove(MoveError):
    """The state does not allow this move."""


class NotAllowed(MoveError):
    """This person may see the thing, but not move it so."""


class Invalid(MoveError):
    """What was given does not fit; `field` names where, if it is one field."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(MoveError):
    """Changed since the caller opened it; `since` says what happened meanwhile."""

    def __init__(self, message: str, since: Sequence[Entry] = ()) -> None:
        super().__init__(message)
        self.since = list(since)

"""What happened to a clock, in order: rebuilt from its row and from the history of its case."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.policy import Rules, Span
from journal.models import Entry


class What(IntEnum):
    """A turn in a life; of several at one instant the lower comes first."""

    START = 0
    PAUSE = 1
    RESUME = 2
    MOVE = 3
    RECOUNT = 4
    FOLLOW = 5
    SILENCE = 6
    END = 7


TAGS = {
    "deadline:paused": What.PAUSE,
    "deadline:resumed": What.RESUME,
    "deadline:moved": What.MOVE,
    "deadline:recomputed": What.RECOUNT,
    "deadline:policy_changed": What.FOLLOW,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to a clock.

    `to` is its date from then on, or the end of a silence; `left` seconds, `reason` of a pause.
    """

    at: datetime
    what: What
    to: datetime | None = None
    left: int = 0
    reason: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Who had a clock when it spoke; `owner` is only told where its rung looked for them."""

    at: datetime
    department: int
    owner: int | None = None
    knows_owner: bool = False


@dataclass(frozen=True, slots=True)
class Hands:
    """Who had a clock at which time, as far as its firings show; last, who has it in its row."""

    owner: int | None
    department: int
    seen: Sequence[Seen] = ()

    def at(self, at: datetime) -> tuple[int | None, int]:
        """Owner and department, by the next time it spoke."""
        later = self.seen[bisect_left(self.seen, at, key=lambda each: each.at) :]
        department = later[0].department if later else self.department
        owner = next((each.owner for each in later if each.knows_owner), self.owner)
        return owner, department


@dataclass(frozen=True, slots=True)
class Life:
    """A clock, what happened to it, who had it, and what its date was counted by, if it was."""

    deadline: Deadline
    turns: Sequence[Turn]
    hands: Hands
    target: Span | None = None
    counted: bool = False
    # Of the clock of an escalation: the leader who was asked at first, and who asked.
    own_leader: int | None = None
    asked_by: int | None = None

    @property
    def changed_policy(self) -> bool:
        """Whether another version gave it another date while it ran."""
        return any(turn.what is What.FOLLOW and turn.moved for turn in self.turns)


def turns_of(
    deadline: Deadline,
    entries: Iterable[Entry],
    silences: Iterable[datetime],
    spoke: Sequence[Seen],
) -> list[Turn]:
    """Its turns in order. A silence ends when it next spoke in truth: until when is not kept."""
    turns = [Turn(deadline.started_at, What.START)]
    turns += [turn for entry in entries if (turn := _turn(entry)) is not None]
    for at in silences:
        again = next((each.at for each in spoke if each.at > at), None)
        turns.append(Turn(at, What.SILENCE, to=again))
    if deadline.ended_at is not None:
        turns.append(Turn(deadline.ended_at, What.END))
    # Stable: of two entries at one instant the earlier in the history stays first.
    return sorted(turns, key=lambda turn: (turn.at, _rank(turn)))


def _rank(turn: Turn) -> int:
    return turn.what if turn.what in {What.START, What.SILENCE, What.END} else What.PAUSE


def _turn(entry: Entry) -> Turn | None:
    what = TAGS.get(entry.tag)
    if what is None:
        return None
    data = entry.data
    to = data.get("to") or data["due_at"]
    return Turn(
        entry.at,
        what,
        to=datetime.fromisoformat(to),
        left=data.get("left") or 0,
        reason=data.get("reason") or "",
        moved=data.get("from") != data.get("to"),
    )


def was_counted(
    deadline: Deadline, turns: Sequence[Turn], target: Span | None, work: WorkTime
) -> bool:
    """Whether its first date followed from a target, not from a person's word."""
    if deadline.counted_from is not None:
        return True
    before_a_person = [turn.what for turn in turns if turn.moved or turn.what is What.MOVE]
    if before_a_person[:1] in ([What.RECOUNT], [What.FOLLOW]):
        return True
    if target is None:
        return False
    return work.due(deadline.started_at, target.amount, target.unit) == deadline.first_due_at


def target_of(deadline: Deadline, rules: Rules) -> Span | None:
    """What these rules allow a clock like this."""
    return rules.target(deadline.kind, deadline.severity)

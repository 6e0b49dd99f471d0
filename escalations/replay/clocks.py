"""One clock under other rules: the moves of `services.deadlines` and of the sweep, unsaved."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import datetime

from departments.worktime import WorkTime
from escalations.clock import Clock, clock_for
from escalations.policy import Rules, Rung
from escalations.replay.lives import Life, Turn, What, target_of
from escalations.timetable import Timetable


class Played:
    """A clock as these rules let it run.

    Its dates are the real ones where they were a person's word, or where these rules give the same
    target, or are the very ones it ran by (`is_own`); else they are counted from the same start.
    """

    def __init__(self, life: Life, rules: Rules, work: WorkTime, *, is_own: bool) -> None:
        self.life = life
        self.deadline = copy(life.deadline)
        self.rules = rules
        self.work = work
        self.is_own = is_own
        target = target_of(life.deadline, rules)
        same = target == life.target and not life.changed_policy
        self.as_it_was = is_own or same or not life.counted
        self._target = target
        # These rules start no clock like this without a promise.
        self.never_started = not self.as_it_was and target is None
        self.unit = life.deadline.unit
        self.due_at = life.deadline.first_due_at
        self.total = 0
        self.is_live = self.is_silent = self.was_resumed = False
        self.left: int | None = None
        self.rung = 0
        self._until: datetime | None = None
        self._since = life.deadline.started_at
        self._takes = {
            What.PAUSE: self._pause,
            What.RESUME: self._resume,
            What.MOVE: self._move,
            What.RECOUNT: self._recount,
            What.FOLLOW: self._follow,
            What.SILENCE: self._silence,
            What.END: self._end,
        }
        self._coming: Iterator[tuple[int, datetime]] = iter(())
        self._next: tuple[int, datetime] | None = None

    @property
    def wakes_at(self) -> datetime | None:
        """When the sweep would find it due; None while it is paused, silent, or ended."""
        if not self.is_live or self.left is not None:
            return None
        if self.is_silent:
            return self._until
        return None if self._next is None else max(self._next[1], self._since)

    def take(self, turn: Turn) -> None:
        """What happened to it in truth happens to it here, as far as these rules let it."""
        if turn.what is What.START:
            self._start(turn.at)
        elif self.is_live:
            self._takes[turn.what](turn)

    def speak(self, now: datetime) -> tuple[int, Rung] | None:
        """The highest rung that has passed, once; None if only a silence is over."""
        passed = self._pass(now)
        self.is_silent, self._until = False, None
        return passed

    def rung_of(self, index: int) -> Rung:
        return self._table().rung(index)

    # Turns

    def _start(self, now: datetime) -> None:
        if self.never_started:
            return
        if self._target is not None and not self.as_it_was:
            self.due_at = self.work.due(now, self._target.amount, self._target.unit)
            self.unit = self._target.unit.value
        self.total = max(0, self._clock().between(now, self.due_at))
        self.is_live = True
        self._arm(now)

    def _pause(self, turn: Turn) -> None:
        if not self.rules.may_pause(self.deadline.kind, turn.reason):
            # From here on its dates are others than they were.
            self.as_it_was = False
            return
        self.left = turn.left if self.as_it_was else self._clock().between(turn.at, self.due_at)

    def _resume(self, turn: Turn) -> None:
        if self.left is None:
            return
        assert turn.to is not None
        self.due_at = turn.to if self.as_it_was else self._clock().add(turn.at, self.left)
        self.left, self.was_resumed = None, True
        self._go_on(self.rung, turn.at)

    def _move(self, turn: Turn) -> None:
        assert turn.to is not None
        clock = self._clock()
        left = clock.between(turn.at, turn.to)
        was_left = clock.between(turn.at, self.due_at) if self.left is None else self.left
        self.total = max(left, self.total - was_left + left)
        self.due_at = turn.to
        # A person's word: whatever was different until now, this is the date in both.
        self.is_silent, self.as_it_was = False, True
        if self.left is not None:
            self.left = left
        self._arm(turn.at)

    def _recount(self, turn: Turn) -> None:
        if not self.as_it_was:
            return  # counted by the hours of today from the beginning
        assert turn.to is not None
        self.due_at = turn.to
        if not self.was_resumed:
            self.total = max(0, self._clock().between(self.deadline.started_at, turn.to))
        self._arm(turn.at)
        self._until = None

    def _follow(self, turn: Turn) -> None:
        """Another version held from then on: these rules hold all the time, unless it is theirs."""
        if not self.is_own or self.left is not None:
            return
        assert turn.to is not None
        if turn.to != self.due_at:
            self.due_at = turn.to
            self.total = max(0, self._clock().between(self.deadline.started_at, turn.to))
        self._go_on(0, turn.at)
        self._pass(turn.at)

    def _silence(self, turn: Turn) -> None:
        self.is_silent, self._until = True, turn.to

    def _end(self, _turn: Turn) -> None:
        self.is_live = False

    # The timetable

    def _clock(self) -> Clock:
        return clock_for(self.unit, self.work)

    def _table(self) -> Timetable:
        ladder = self.rules.ladder(self.deadline.kind, self.deadline.severity)
        return Timetable(
            ladder, due_at=self.due_at, total_seconds=self.total, unit=self.unit, work=self.work
        )

    def _arm(self, now: datetime) -> None:
        """As `services.arming.arm`: what is past already is left out, unless it is late already."""
        self._go_on(0, now)
        if self.due_at > now:
            self._pass(now)

    def _go_on(self, rung: int, now: datetime) -> None:
        self._coming = self._table().since(rung)
        self._next = next(self._coming, None)
        self.rung, self._since = rung, now

    def _pass(self, now: datetime) -> tuple[int, Rung] | None:
        last = None
        while self._next is not None and self._next[1] <= now:
            last = self._next[0]
            self._next = next(self._coming, None)
        if last is None:
            return None
        self.rung = last + 1
        return last, self.rung_of(last)

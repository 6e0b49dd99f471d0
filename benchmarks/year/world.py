"""Simulated time: people act in the order of their instants, sweepers tick in between."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import time_machine

from departments.models import User
from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.services import sweep
from journal.errors import MoveError

# A story yields for how many working hours nothing happens in it.
Story = Generator[float, None, None]
Span = tuple[datetime, datetime]

# Slower than the product's beat, so that a sweep finds more than one clock due.
TICK = timedelta(minutes=20)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Sweeper:
    """Ticks at its own offset, except while it is down."""

    offset: timedelta
    down: list[Span] = field(default_factory=list)

    def tick(self, due: datetime) -> datetime:
        """Its first tick at or after an instant."""
        since = due - EPOCH - self.offset
        at = EPOCH + self.offset + -(-since // TICK) * TICK
        for begin, end in self.down:
            if begin <= at < end:
                return self.tick(end)
        return at


class World:
    """What time it is, what comes next, and what was refused. Same seed, same year."""

    def __init__(self, *, seed: int, start: datetime, end: datetime, work: WorkTime) -> None:
        self.seed, self.start, self.now, self.end, self.work = seed, start, start, end, work
        self.sweepers = [Sweeper(timedelta()), Sweeper(timedelta(minutes=7))]
        self.swept: list[datetime] = []
        self.fired = 0
        self.made: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.away: dict[int, list[tuple[datetime, datetime, User | None]]] = {}
        self.inactive: dict[int, Span] = {}
        # Rows are numbered by the database, which goes on counting where another run ended.
        self.numbers = count()
        self.followed: set[int] = set()
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def random(self, *name: object) -> Random:
        """Luck of one's own: what others draw does not change it."""
        return Random("/".join(map(str, (self.seed, *name))))

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Let something happen then."""
        heapq.heappush(self._queue, (when, next(self._order), act))

    def begin(self, story: Story, *, at: datetime | None = None) -> None:
        """Let a story begin then, or now, and go on after each of its pauses."""

        def go_on() -> None:
            pause = next(story, None)
            if pause is not None:
                self.at(self.work.add(self.now, int(pause * 3600) + 60), go_on)

        self.at(at or self.now, go_on)

    def run(self) -> None:
        """Play everything until the end."""
        with time_machine.travel(self.now, tick=False) as machine:
            while self._queue and self._queue[0][0] < self.end:
                when, _, act = heapq.heappop(self._queue)
                self._sweep_until(when, machine)
                self.now = when
                machine.move_to(when)
                act()
            self._sweep_until(self.end, machine)
            self.now = self.end

    def _sweep_until(self, end: datetime, machine: Any) -> None:
        while (due := _next_rung()) is not None:
            at = min(sweeper.tick(max(due, self.now)) for sweeper in self.sweepers)
            if at > end:
                return
            self.now = at
            machine.move_to(at)
            self.fired += sweep(now=at, seconds=600).fired
            self.swept.append(at)

    # People

    def move(self, move: Callable[..., Any], **given: Any) -> Any:
        """Make a move now; None if it is refused, which is counted."""
        name = f"{move.__module__.rpartition('.')[2]}.{move.__name__}"
        try:
            done = move(**given, now=self.now)
        except MoveError as error:
            self.refused[f"{name}: {type(error).__name__}"] += 1
            return None
        self.made[name] += 1
        return done

    def hands_of(self, person: User | None) -> User | None:
        """The person, or who stands in now, as they come to the desk; None while nobody does."""
        seen: set[int] = set()
        while person is not None and person.pk not in seen:
            seen.add(person.pk)
            absences = self.away.get(person.pk, [])
            current = [each for each in absences if each[0] <= self.now < each[1]]
            if not current:
                return User.objects.filter(pk=person.pk, is_active=True).first()
            person = current[-1][2]
        return None

    def later(self, hours: float) -> datetime:
        """So many working hours on."""
        return self.work.add(self.now, int(hours * 3600))


def _next_rung() -> datetime | None:
    waking = Deadline.objects.filter(state="running", wake_at__isnull=False)
    return waking.order_by("wake_at").values_list("wake_at", flat=True).first()

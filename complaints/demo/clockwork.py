"""Plays stories in simulated time: whoever is next acts, and the engine fires in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import count

from departments.worktime import WorkTime
from escalations.models import Deadline
from escalations.services import sweep

# A story yields for how many working hours nothing happens, and is told the new instant.
Story = Generator[float, datetime, None]
_MORE_IN_BETWEEN = timedelta(minutes=1)


class Clockwork:
    """Stories side by side, in the order of their instants, none of them after `end`."""

    def __init__(self, work: WorkTime, end: datetime) -> None:
        self.work, self.end = work, end
        self._queue: list[tuple[datetime, int, Story]] = []
        self._order = count()

    def begin(self, tell: Callable[[datetime], Story], *, hours_ago: float) -> None:
        """Let a story begin so many working hours before the end, if that is not later."""
        if hours_ago <= 0:
            return
        start = self.work.subtract(self.end, int(hours_ago * 3600))
        story = tell(start)
        heapq.heappush(self._queue, (start, next(self._order), story))

    def run(self) -> None:
        """Play all of them; what would come after the end is left untold."""
        started: set[int] = set()
        while self._queue:
            now, order, story = heapq.heappop(self._queue)
            self._fire_until(now)
            try:
                pause = story.send(now) if order in started else next(story)
            except StopIteration:
                continue
            started.add(order)
            then = self.work.add(now, int(pause * 3600))
            if then < self.end:
                heapq.heappush(self._queue, (then, order, story))
        self._fire_until(self.end)

    def _fire_until(self, now: datetime) -> None:
        while (due := self._next_rung()) is not None and due <= now:
            sweep(now=min(now, due + _MORE_IN_BETWEEN))

    def _next_rung(self) -> datetime | None:
        waking = Deadline.objects.filter(state="running", wake_at__isnull=False)
        return waking.order_by("wake_at").values_list("wake_at", flat=True).first()

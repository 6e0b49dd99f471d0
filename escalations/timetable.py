"""When each rung of a ladder speaks: pure, from the due date, the span and the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

from departments.worktime import WorkTime
from escalations.clock import clock_for, shifted
from escalations.models import Deadline
from escalations.policy import Ladder, Rung, parse_ladder


class Timetable:
    """The instants of one ladder. Rungs are numbered from 0; the last may go on repeating.

    Instants never step back: a rung that would speak before one below it speaks with that one.
    """

    def __init__(
        self, ladder: Ladder, *, due_at: datetime, total_seconds: int, unit: str, work: WorkTime
    ) -> None:
        self.ladder = ladder
        self.due_at = due_at
        self.work = work
        self._total = total_seconds
        self._clock = clock_for(unit, work)

    def rung(self, index: int) -> Rung:
        """The rung of this number; the numbers behind the last are its repetitions."""
        return self.ladder[min(index, len(self.ladder) - 1)]

    def at(self, index: int) -> datetime | None:
        """When this rung speaks; None past the end."""
        return next((at for number, at in self.since(index)), None)

    def since(self, index: int) -> Iterator[tuple[int, datetime]]:
        """The rungs from this one on, with their instants; without end if the last repeats."""
        for number, at in self._all():
            if number >= index:
                yield number, at

    def passed(self, index: int, now: datetime) -> list[tuple[int, datetime]]:
        """The rungs from this one on whose instant has come."""
        found = []
        for number, at in self.since(index):
            if at > now:
                break
            found.append((number, at))
        return found

    def _all(self) -> Iterator[tuple[int, datetime]]:
        yield from enumerate(self._written)
        every = self.ladder[-1].repeat if self.ladder else None
        if every is None:
            return
        number, at = len(self._written), self._written[-1]
        while True:
            # Strictly later, whatever the calendar says: a repetition never catches itself up.
            at = max(shifted(at, every, self.work).astimezone(UTC), at + timedelta(minutes=1))
            yield number, at
            number += 1

    @cached_property
    def _written(self) -> list[datetime]:
        instants: list[datetime] = []
        for rung in self.ladder:
            at = self._instant(rung).astimezone(UTC)
            instants.append(max(at, instants[-1]) if instants else at)
        return instants

    def _instant(self, rung: Rung) -> datetime:
        if rung.fraction is not None:
            # Counted back from due, so that time spent in a pause does not bring it nearer.
            return self._clock.add(self.due_at, -round(self._total * (1 - rung.fraction)))
        if rung.offset is None or not rung.offset.amount:
            return self.due_at
        return shifted(self.due_at, rung.offset, self.work)


def timetable_of(deadline: Deadline, work: WorkTime) -> Timetable:
    """The timetable of a deadline's own ladder; raises `PolicyError` if that cannot be read."""
    return Timetable(
        parse_ladder(deadline.ladder),
        due_at=deadline.due_at,
        total_seconds=deadline.total_seconds,
        unit=deadline.unit,
        work=work,
    )

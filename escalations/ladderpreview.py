"""What a ladder would say if its clock began now: pure but for the hours it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from departments.worktime import Unit, WorkTime
from escalations.clock import clock_for
from escalations.policy import Ladder, Rung, Span
from escalations.policywords import who_words
from escalations.timetable import Timetable
from escalations.wording import rung_words

# What a promise is taken to be, where only promises set the date.
A_PROMISE = Span(2, Unit.BUSINESS_DAY)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rung at its instant; `again` where it is the last one's first repetition."""

    at: datetime
    rung: Rung
    when: str
    who: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A clock that begins now, when it is due, and all that it would say."""

    span: Span
    promised: bool
    due_at: datetime
    spoken: Sequence[Spoken]


def preview(ladder: Ladder, target: Span | None, *, work: WorkTime, now: datetime) -> Preview:
    """Raises WorkTimeError where the hours reach no such date."""
    span = target or A_PROMISE
    due_at = work.due(now, span.amount, span.unit)
    table = Timetable(
        ladder,
        due_at=due_at,
        total_seconds=max(0, clock_for(span.unit, work).between(now, due_at)),
        unit=span.unit,
        work=work,
    )
    count = len(ladder) + bool(ladder and ladder[-1].repeat)
    spoken = []
    for number, at in table.since(0):
        if number >= count:
            break
        rung = table.rung(number)
        again = number >= len(ladder)
        spoken.append(Spoken(at, rung, rung_words(rung), who_words(rung), again))
    return Preview(span, target is None, due_at, spoken)

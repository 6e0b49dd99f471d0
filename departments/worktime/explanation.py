"""The answer to "why then?": what counted, and what did not. Codes and labels, no sentences."""

from dataclasses import dataclass
from datetime import date, datetime

from .plan import Reason


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """A half-open span that counted, in UTC, with the local day whose hours it is of."""

    start: datetime
    end: datetime
    day: date
    reason: Reason
    label: str
    assumed: bool

    @property
    def seconds(self) -> int:
        """Its length in real elapsed seconds."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class DayNotCounted:
    """A local day of which nothing counted."""

    day: date
    reason: Reason
    label: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """All spans that counted between two instants, and all days that did not, in order."""

    counted: tuple[CountedSpan, ...]
    not_counted: tuple[DayNotCounted, ...]

    @property
    def seconds(self) -> int:
        """What was counted; equals `WorkTime.between` of the same instants."""
        return sum(span.seconds for span in self.counted)

    @property
    def assumed_years(self) -> tuple[int, ...]:
        """Years without an official plan on which this answer rests."""
        days: tuple[CountedSpan | DayNotCounted, ...] = (*self.counted, *self.not_counted)
        return tuple(sorted({each.day.year for each in days if each.assumed}))

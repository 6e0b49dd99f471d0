"""The wall clock of a zone laid against UTC: exact wherever it jumps.

An instant is open exactly when the clock on the wall reads a time within a span. Where the clock
skips an hour nobody works that hour; where it repeats one, both are worked. Wall readings are
counted in seconds since 1970-01-01 00:00 on that wall, instants in seconds since the UTC epoch.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .errors import UnknownZone
from .plan import DayPlan

DAY = 24 * 60 * 60
# No zone is, or was, further than this from UTC.
FURTHEST_OFFSET = DAY
_FIRST_DAY = date(1970, 1, 1).toordinal()


class Stretch(NamedTuple):
    """A half-open stretch of time that belongs to one local day."""

    start: int
    end: int
    day: date


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; raises `UnknownZone`."""
    try:
        return ZoneInfo(name)
    # KeyError: not there; ValueError: not a name; OSError: a folder of zones such as "America".
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def readings(days: Iterable[tuple[date, DayPlan]]) -> list[Stretch]:
    """The spans of consecutive days as wall readings, in order, each reading once."""
    stretches: list[Stretch] = []
    for day, plan in days:
        midnight = midnight_of(day)
        for start, end in plan.minutes:
            first, last = midnight + start * 60, midnight + end * 60
            if stretches:  # a night that runs into this day keeps its hours
                first = max(first, stretches[-1].end)
            if first < last:
                stretches.append(Stretch(first, last, day))
    return stretches


def midnight_of(day: date) -> int:
    """The wall reading at the start of a local date."""
    return (day.toordinal() - _FIRST_DAY) * DAY


def instants(zone: ZoneInfo, read: Sequence[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """When, within start and end, the wall clock shows these readings; in order."""
    for since, until, offset in _offsets(zone, start, end):
        for first, last, day in read:
            opened, closed = max(first - offset, since), min(last - offset, until)
            if opened < closed:
                yield Stretch(opened, closed, day)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours of the same day as one, such as both sides of a clock change."""
    held: Stretch | None = None
    for stretch in stretches:
        if held and held.end == stretch.start and held.day == stretch.day:
            held = Stretch(held.start, stretch.end, held.day)
            continue
        if held:
            yield held
        held = stretch
    if held:
        yield held


def _offsets(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Stretches of one UTC offset: start, end, offset in seconds."""
    since, offset = start, _offset(zone, start)
    # Probing daily finds every change: no zone has ever changed twice within a day.
    for probe in chain(range(start + DAY, end, DAY), (end,)):
        if _offset(zone, probe) != offset:
            change = _first_change(zone, max(since, probe - DAY), probe)
            yield since, change, offset
            since, offset = change, _offset(zone, change)
    yield since, end, offset


def _first_change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant in (before, after] with another offset than before."""
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: int) -> int:
    reading = datetime.fromtimestamp(at, zone).replace(tzinfo=UTC)
    return int(reading.timestamp()) - at

"""Working time the slow way: look at the wall clock every minute. Shares no code with WorkTime."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Spans = Sequence[tuple[int, int]]


class Oracle:
    """Every minute from begin to end, open or not; nothing outside exists."""

    def __init__(
        self,
        zone: str,
        weekly: Mapping[int, Spans],
        overrides: Mapping[date, Spans],
        begin: datetime,
        end: datetime,
    ) -> None:
        self.begin, self.end = begin, end
        instants, wall = range(int(begin.timestamp()), int(end.timestamp()), 60), ZoneInfo(zone)
        self.walls = [datetime.fromtimestamp(at, wall).replace(tzinfo=None) for at in instants]
        self.planned = _planned(weekly, overrides, self.walls[0].date(), self.walls[-1].date())
        self.open = [wall in self.planned for wall in self.walls]

    def is_open(self, at: datetime) -> bool:
        return self.open[(at - self.begin) // MINUTE]

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self._seconds(i, start, end) for i in self._minutes(start, end))

    def add(self, start: datetime, seconds: int) -> datetime:
        for i in self._minutes(start, self.end):
            worked = self._seconds(i, start, self.end)
            if worked >= seconds:
                return max(start, self._at(i)) + timedelta(seconds=seconds)
            seconds -= worked
        raise LookupError

    def subtract(self, start: datetime, seconds: int) -> datetime:
        for i in reversed(self._minutes(self.begin, start)):
            worked = self._seconds(i, self.begin, start)
            if worked >= seconds:
                return min(start, self._at(i + 1)) - timedelta(seconds=seconds)
            seconds -= worked
        raise LookupError

    def next_open(self, at: datetime) -> datetime:
        return next(max(at, self._at(i)) for i in self._minutes(at, self.end) if self.open[i])

    def end_of_calendar_day(self, start: datetime, n: int) -> datetime:
        last = self.date(start) + timedelta(days=n)
        return next(self._at(i) for i, wall in enumerate(self.walls) if wall.date() > last)

    def end_of_business_day(self, start: datetime, n: int) -> datetime:
        closings = {}
        for i, wall in enumerate(self.walls):
            for day in self.planned.get(wall, ()):
                closings[day] = self._at(i + 1)
        after = sorted(day for day in closings if day > self.date(start))
        return closings[after[n - 1]]

    def date(self, at: datetime) -> date:
        return self.walls[(at - self.begin) // MINUTE].date()

    def _at(self, i: int) -> datetime:
        return self.begin + i * MINUTE

    def _minutes(self, start: datetime, end: datetime) -> range:
        return range((start - self.begin) // MINUTE, -((self.begin - end) // MINUTE))

    def _seconds(self, i: int, start: datetime, end: datetime) -> int:
        if not self.open[i]:
            return 0
        passed = min(end, self._at(i + 1)) - max(start, self._at(i))
        return int(passed.total_seconds())


def _planned(
    weekly: Mapping[int, Spans], overrides: Mapping[date, Spans], first: date, last: date
) -> Mapping[datetime, list[date]]:
    """Every open minute as the wall shows it, with the days of whose hours it is."""
    planned = defaultdict(list)
    for i in range(-2, (last - first).days + 1):
        day = first + timedelta(days=i)
        for start, end in overrides.get(day, weekly.get(day.weekday(), ())):
            for minute in range(start, end if end > start else end + 24 * 60):
                planned[datetime.combine(day, time()) + minute * MINUTE].append(day)
    return planned

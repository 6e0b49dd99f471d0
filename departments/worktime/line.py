"""Two sorted arrays that answer every question about working seconds by binary search."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from .wall import Stretch


class Line:
    """Open stretches between two instants, all in UTC epoch seconds.

    `starts[i]` is where the i-th open stretch starts and `worked[i]` what was worked before it, so
    its length is `worked[i + 1] - worked[i]`. A first stretch of no length stands at the beginning:
    every instant on the line has one at or before it.
    """

    __slots__ = ("begin", "end", "starts", "worked")

    def __init__(self, begin: int, end: int, stretches: Iterable[Stretch]) -> None:
        self.begin, self.end = begin, end
        self.starts, self.worked = [begin], [0, 0]
        until = None
        for start, stop, _ in stretches:
            if start == until:
                self.worked[-1] += stop - start
            else:
                self.starts.append(start)
                self.worked.append(self.worked[-1] + stop - start)
            until = stop

    @property
    def total(self) -> int:
        """All that is worked on this line."""
        return self.worked[-1]

    def worked_until(self, at: int) -> int:
        """Seconds worked from the beginning of the line."""
        i = bisect_right(self.starts, at) - 1
        return min(self.worked[i] + at - self.starts[i], self.worked[i + 1])

    def earliest(self, worked: int) -> int:
        """The first instant by which so much is worked; 0 < worked <= total."""
        i = bisect_left(self.worked, worked) - 1
        return self.starts[i] + worked - self.worked[i]

    def latest(self, worked: int) -> int:
        """The last instant until which no more is worked; 0 <= worked < total."""
        i = bisect_right(self.worked, worked) - 1
        return self.starts[i] + worked - self.worked[i]

    def is_open(self, at: int) -> bool:
        """Whether the instant lies within an open stretch."""
        i = bisect_right(self.starts, at) - 1
        return at - self.starts[i] < self.worked[i + 1] - self.worked[i]

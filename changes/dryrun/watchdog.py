"""Closes the line from our side: a server that hangs keeps no promise about timeouts."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing, suppress
from typing import Self


class Watchdog:
    """Runs from the first packet to the last; cutting the line makes the server roll back."""

    def __init__(self, seconds: float) -> None:
        self._fired = threading.Event()
        self._lines: list[int] = []
        self._guard = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def fired(self) -> bool:
        return self._fired.is_set()

    def watch(self, line: int) -> None:
        """Takes a descriptor of its own: the driver may close its one at any time."""
        with self._guard:
            self._lines.append(os.dup(line))
            if self.fired:
                self._shut()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        with self._guard:
            for line in self._lines:
                os.close(line)
            self._lines.clear()

    def _cut(self) -> None:
        with self._guard:
            # Under the guard: a line is either cut here, or knows when it comes.
            self._fired.set()
            self._shut()

    def _shut(self) -> None:
        for line in self._lines:
            # Gone already: all the better.
            with suppress(OSError), closing(socket.socket(fileno=os.dup(line))) as end:
                end.shutdown(socket.SHUT_RDWR)

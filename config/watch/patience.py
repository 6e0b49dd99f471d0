"""A database that is silent is as good as none: every wait for it ends after seconds.

The server's own timeouts do not help where the server stands still, and an open connection to it
would be waited on for ever.
"""

from __future__ import annotations

import select
import time
from functools import partial
from typing import Any

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback


def wait_no_longer_than(seconds: float) -> None:
    """From here on, for every connection of this process."""
    set_wait_callback(partial(wait, seconds=seconds))


def wait(connection: Any, *, seconds: float) -> None:
    """Raises OperationalError when an answer takes longer."""
    until = time.monotonic() + seconds
    while (state := connection.poll()) != POLL_OK:
        left = until - time.monotonic()
        reads, writes = ([connection], []) if state == POLL_READ else ([], [connection])
        if left <= 0 or not any(select.select(reads, writes, [], left)):
            raise OperationalError(f"No answer from the database within {seconds:g} seconds.")

"""Servers that this program starts, and that never outlive it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """Whom a program runs as, when it may not run as root."""

    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments of Popen; root's own groups would stand in the way of "others may pass"."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


class ServerError(Exception):
    """A server cannot be started; the message is a sentence for the person at the terminal."""


def dies_with_parent(number: int) -> Callable[[], None] | None:
    """Has Linux signal the child when this program is killed and cannot stop it itself."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, number)


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    stop_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Starts a server out of reach of the terminal's Ctrl-C: we stop it, in our order."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **(account.popen if account else {}),
            preexec_fn=dies_with_parent(stop_signal),  # noqa: PLW1509 - no threads run yet
            env={**os.environ, "LC_ALL": "C"},
        )


def stop(process: subprocess.Popen[bytes], *, stop_signal: int = signal.SIGTERM) -> None:
    """Asks, waits, and only then kills."""
    if process.poll() is not None:
        return
    process.send_signal(stop_signal)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

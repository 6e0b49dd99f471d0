"""One call of script/server, with handles for tests."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from tests.config.conftest import ROOT, bare


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """script/server on a port and a data folder of its own."""

    process: subprocess.Popen[bytes] | None = None
    refused = False

    def __init__(self, *, var: Path, port: int | None = None, **variables: str) -> None:
        self.var = var
        self.port = port or free_port()
        self.environment = bare(DUBAN_VAR=str(var), PORT=str(self.port), DUBAN_DEMO="no")
        self.environment |= variables
        self.output = var.parent / f"server-{self.port}.log"

    def spawn(self) -> None:
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [ROOT / "script" / "server"],
                cwd="/",
                env=self.environment,
                stdin=subprocess.DEVNULL,
                # As a terminal does: a group of its own, which Ctrl-C goes to as a whole.
                process_group=0,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> None:
        self.spawn()
        self.until(lambda: "Duban is ready" in self.said(), seconds=300)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def end(self) -> None:
        """Stops what a test left running, and clears away what a killed server could not."""
        if self.process and self.process.poll() is None:
            family = self.family()
            self.process.terminate()
            for process in psutil.wait_procs(family, timeout=30)[1]:
                process.kill()
            self.process.wait(timeout=30)
        # One that was refused may name the data of another that is running.
        for sockets in [] if self.refused else self.sockets:
            shutil.rmtree(sockets, ignore_errors=True)

    @property
    def sockets(self) -> list[Path]:
        """The folder that a killed server left, by the log of PostgreSQL."""
        log = self.var / "log" / "postgres.log"
        named = re.findall(
            r'on Unix socket "(\S+)/\.s\.PGSQL', log.read_text() if log.exists() else ""
        )
        return [Path(name) for name in set(named)]

    def refusal(self) -> str:
        """What it says instead of starting."""
        self.refused = True
        self.spawn()
        assert self.process.wait(timeout=60) == 1
        return self.said().replace("Starting …\n", "")

    def said(self) -> str:
        return self.output.read_text()

    def health(self) -> dict[str, Any]:
        with closing(HTTPConnection("localhost", self.port, timeout=10)) as connection:
            connection.request("GET", "/healthz")
            return json.loads(connection.getresponse().read())

    def addresses(self) -> dict[str, str]:
        return json.loads((self.var / "run" / "addresses.json").read_text())

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.1)

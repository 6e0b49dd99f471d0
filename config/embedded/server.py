"""The whole house on one machine: what script/server runs.

Starts the servers that are not given by DATABASE_URL and REDIS_URL, brings the database up to date,
runs the processes of Procfile, says where the site is, and stops it all on Ctrl-C.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psutil

from config.embedded.addresses import FILE_NAME, Addresses, write_addresses
from config.embedded.place import check_given, check_port, lock, make_folders, socket_folder
from config.embedded.postgres import Postgres
from config.embedded.process import ServerError, dies_with_parent, stop
from config.embedded.redis import Redis

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_ANSWER = 180


class Stopped(BaseException):
    """Somebody asked us to stop; passes every handler of errors."""


@dataclass(kw_only=True)
class House:
    """Everything that one call of script/server starts, and stops."""

    var: Path
    port: int
    site: str
    environment: dict[str, str]
    opened: ExitStack
    family: dict[int, psutil.Process] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Where the web server listens."""
        return self.environment.get("DUBAN_BIND") or "127.0.0.1"

    def start_servers(self) -> None:
        """PostgreSQL and Redis, unless others run them."""
        given = self.environment.get("DATABASE_URL"), self.environment.get("REDIS_URL")
        check_given(*given)
        if all(given):
            return
        sockets = socket_folder(self.var)
        self.opened.callback(shutil.rmtree, sockets, ignore_errors=True)
        run = self.var / "run"
        if not self.environment.get("DATABASE_URL"):
            postgres = Postgres(
                data=self.var / "postgres18",
                socket_dir=sockets,
                log=self.var / "log" / "postgres.log",
            )
            self.opened.callback(postgres.stop)
            postgres.start()
            self.environment["DATABASE_URL"] = postgres.url
        if not self.environment.get("REDIS_URL"):
            redis = Redis(
                data=self.var / "redis", socket_dir=sockets, log=self.var / "log" / "redis.log"
            )
            self.opened.callback(redis.stop)
            redis.start()
            self.environment["REDIS_URL"] = redis.url
        self.opened.callback((run / FILE_NAME).unlink, missing_ok=True)
        write_addresses(
            run,
            Addresses(
                database=self.environment["DATABASE_URL"], redis=self.environment["REDIS_URL"]
            ),
        )

    def manage(self, *arguments: str) -> str:
        """Runs a management command and returns what it printed; raises ServerError if it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(f"manage.py {' '.join(arguments)} failed; its message is above.")
        return done.stdout

    def start_processes(self) -> subprocess.Popen[bytes]:
        """What Procfile names, under honcho."""
        honcho = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "honcho",
                "--env",
                os.devnull,
                "--procfile",
                "Procfile",
                "start",
            ],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads run
        )
        self.opened.callback(self._stop_processes, honcho)
        return honcho

    def _stop_processes(self, honcho: subprocess.Popen[bytes]) -> None:
        self.look_around(honcho)
        stop(honcho)
        # Should honcho itself have been killed, its processes are still ours to stop.
        _gone, alive = psutil.wait_procs(self.family.values(), timeout=0.5)
        for process in alive:
            process.terminate()
        _gone, alive = psutil.wait_procs(alive, timeout=5)
        for process in alive:
            process.kill()

    def look_around(self, honcho: subprocess.Popen[bytes]) -> None:
        """Remembers every process below honcho, by pid and start time."""
        try:
            for process in psutil.Process(honcho.pid).children(recursive=True):
                self.family.setdefault(process.pid, process)
        except psutil.NoSuchProcess:
            pass

    def wait_until_it_answers(self, honcho: subprocess.Popen[bytes]) -> None:
        """Returns once /healthz says 200."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            if honcho.poll() is not None:
                raise ServerError(
                    "A process stopped before the site answered; its message is above."
                )
            if self._answers():
                return
            time.sleep(0.2)
        raise ServerError(
            f"The site does not answer after {SECONDS_TO_ANSWER} s; see the lines above."
        )

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared, not bound
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(self.site).netloc})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait(self, honcho: subprocess.Popen[bytes]) -> None:
        """Returns only by an exception: Stopped, or ServerError when a process gave up."""
        while honcho.poll() is None:
            self.look_around(honcho)
            time.sleep(1)
        raise ServerError("A process stopped, so everything was stopped; its message is above.")


def open_house(opened: ExitStack) -> House:
    """Checks what can be checked before anything is started."""
    # Only now: the settings draw secrets, and need the folder for them.
    var = Path(os.environ.get("DUBAN_VAR") or ROOT / "var").absolute()
    make_folders(var)
    from config.entry import load_settings  # noqa: PLC0415

    load_settings()
    from django.conf import settings  # noqa: PLC0415

    environment = {
        **os.environ,
        "DUBAN_VAR": str(var),
        "PORT": str(settings.PORT),
        # honcho gives each process a PORT of its own: links in mails would follow the worker's.
        "SITE_URL": settings.SITE_URL,
        "PYTHONUNBUFFERED": "1",
        # Named by hash and compressed, as in production: a page weighs a quarter.
        "DUBAN_STATIC_ROOT": os.environ.get("DUBAN_STATIC_ROOT") or str(var / "static"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    house = House(
        var=var, port=settings.PORT, site=settings.SITE_URL, environment=environment, opened=opened
    )
    environment.setdefault("GUNICORN_BIND", f"{house.host}:{house.port}")
    opened.enter_context(lock(var / "run", url=house.site))
    check_port(house.host, house.port)
    return house


def run(opened: ExitStack) -> None:
    """From nothing to a site that answers, then until Ctrl-C."""
    house = open_house(opened)
    print("Starting …", flush=True)
    house.start_servers()
    accounts = house.manage("prepare")
    honcho = house.start_processes()
    house.wait_until_it_answers(honcho)
    print(f"\nDuban is ready: {house.site}/\n{accounts}\nCtrl-C stops it.\n", flush=True)
    house.wait(honcho)


def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    """The first signal stops us; later ones must not interrupt the stopping."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    """The exit code: 0 when asked to stop, 1 with a sentence otherwise."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    try:
        with ExitStack() as opened:
            run(opened)
    except ServerError as error:
        print(f"duban: {error}", file=sys.stderr)
        return 1
    except Stopped:
        print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

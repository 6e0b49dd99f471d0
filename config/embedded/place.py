"""Where an installation lives: its folders, the lock that one server holds, its port."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import IO

import psycopg2
import redis

from config.embedded.process import ServerError

FOLDERS = ("attachments", "log", "mail", "run", "secrets")
# Socket paths are limited to about 100 bytes, and folders of sockets have short names.
SHORT_ENOUGH = 70


def make_folders(var: Path) -> None:
    """The data folder, open to its owner alone; raises ServerError if it cannot be written."""
    try:
        # PostgreSQL's own user, when we are root, passes through this one.
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        for name in FOLDERS:
            (var / name).mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=var / "run"):
            pass
    except OSError as error:
        raise ServerError(
            f"The data folder {var} cannot be written ({os.strerror(error.errno or 0)}): "
            "make it writable, or name another with DUBAN_VAR=/path/to/folder."
        ) from None


def lock(run: Path, *, url: str) -> IO[str]:
    """Held while the server runs; raises ServerError when another one holds it."""
    file = (run / "server.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "elsewhere"
        file.close()
        raise ServerError(f"Duban already runs from this data folder: {holder}.") from None
    file.truncate(0)
    file.write(f"process {os.getpid()}, {url}")
    file.flush()
    return file


def check_port(host: str, port: int) -> None:
    """Raises ServerError if the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # What a stopped server leaves in TIME_WAIT does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "is taken by another program",
                errno.EACCES: "is reserved for root",
            }.get(error.errno or 0, f"cannot be used ({error.strerror})")
            raise ServerError(
                f"Port {port} {why}: choose another, such as PORT={other_port(port)} script/server."
            ) from None


def check_given(database: str | None, redis_url: str | None) -> None:
    """Servers that others run must answer; raises ServerError with what the server said."""
    try:
        if database:
            psycopg2.connect(database, connect_timeout=5).close()
        if redis_url:
            with redis.Redis.from_url(redis_url, socket_connect_timeout=5) as client:
                client.ping()
    except psycopg2.OperationalError as error:
        why = str(error).strip().splitlines()[0]
        raise ServerError(f"The database that DATABASE_URL names does not answer: {why}") from None
    except redis.RedisError as error:
        raise ServerError(f"The Redis that REDIS_URL names does not answer: {error}") from None


def other_port(port: int) -> int:
    """A neighbour that is free now."""
    for candidate in range(max(port + 1, 8001), 65536):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    return port


def socket_folder(var: Path) -> Path:
    """A private folder with a path short enough for sockets, without a space."""
    # The same name every time: what a killed server left there is cleared away.
    name = f"duban-{os.geteuid()}-{sha256(bytes(var)).hexdigest()[:12]}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108
        if base and len(base) < SHORT_ENOUGH and " " not in base and os.access(base, os.W_OK):
            folder = Path(base, name)
            shutil.rmtree(folder, ignore_errors=True)
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                # Somebody else's, who may not read what passes through ours.
                return Path(tempfile.mkdtemp(prefix="duban-", dir=base))
            return folder
    raise ServerError("No temporary folder with a short path can be written: set TMPDIR to one.")

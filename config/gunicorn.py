"""The web server: a few processes with a few threads each."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = os.environ.get("GUNICORN_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Seconds. No page takes that long: what does is stuck.
timeout = 60
graceful_timeout = 20
# Slow leaks end with the process, and not all at once.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Nobody steers it from outside, and its default place is shared by every gunicorn of the user.
control_socket_disable = True
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """Each process counts its requests in a file; whichever is scraped adds them up."""
    # Not on the shared data folder: what is counted there would be that of all machines, mixed.
    folder = tempfile.mkdtemp(prefix="duban-metrics-", dir=worker_tmp_dir)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def pre_fork(server: Any, worker: Any) -> None:
    """A place of its own, the lowest that is free: a successor goes on in its file."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """By place instead of process id: the files stay as few as the processes that run."""
    from prometheus_client import values  # noqa: PLC0415 - only the web needs it

    values.ValueClass = values.MultiProcessValue(lambda: worker.place)


def on_exit(_server: Any) -> None:
    """Nothing is left behind."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)

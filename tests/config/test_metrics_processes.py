"""Requests counted by web processes that come and go: told as one, by whichever is asked."""

import re
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.config.conftest import ROOT, bare
from tests.config.serving import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]

COUNT = re.compile(rb'^django_http_responses\S*status="200",view="healthz"} (\S+)$', re.MULTILINE)


def get(port: int, path: str) -> bytes:
    """Asks again while a process is being replaced."""
    for _ in range(100):
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            try:
                connection.request("GET", path)
                return connection.getresponse().read()
            except OSError:
                time.sleep(0.1)
    raise AssertionError(path)


@pytest.fixture
def web(database_url, tmp_path):
    port = free_port()
    environment = bare(
        DUBAN_VAR=str(tmp_path / "var"),
        DATABASE_URL=database_url,
        REDIS_URL="redis://127.0.0.1:1/0",
        GUNICORN_BIND=f"127.0.0.1:{port}",
    )
    short = ["--max-requests", "5", "--max-requests-jitter", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", *short, "config.wsgi"],
        cwd=ROOT,
        env=environment,
    )
    yield process, port
    process.terminate()
    process.wait(timeout=30)


def folder_of(pid: int) -> Path:
    """What the processes below it hold open."""
    lines = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in lines:
        for line in Path(f"/proc/{child}/maps").read_text().splitlines():
            if "duban-metrics-" in line:
                return Path(line.split(maxsplit=5)[5].removesuffix(" (deleted)")).parent
    raise AssertionError("no folder of counts")


def test_counts_survive_processes_and_leave_nothing(web):
    process, port = web
    get(port, "/healthz")
    for _ in range(29):
        get(port, "/healthz")
    assert COUNT.search(get(port, "/metrics")).group(1) == b"30.0"
    folder = folder_of(process.pid)
    assert len(list(folder.iterdir())) <= 8, "as few as run at once, not as many as ever ran"
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert not folder.exists()

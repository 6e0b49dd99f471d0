"""The watch as a process beside a real worker and a real Redis, which go away."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from config.embedded.redis import Redis
from config.redis import celery_address
from config.watch.lock import somebody_watches
from tests.config.conftest import ROOT, bare
from tests.notifications.mailserver import MailServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("server"),
    pytest.mark.django_db(transaction=True),
]
LATE, WELL = "do not go out", "well again"


class House:
    """Redis, a worker and watches; the test itself is beat."""

    def __init__(self, opened: ExitStack, folder: Path, **variables: str) -> None:
        self.opened = opened
        self.mail = MailServer()
        self.mail.start()
        opened.callback(self.mail.stop)
        sockets = folder / "s"
        sockets.mkdir()
        self.redis = Redis(data=folder / "redis", socket_dir=sockets, log=folder / "redis.log")
        opened.callback(self.redis.stop)
        self.environment = bare(
            DUBAN_VAR=str(folder / "var"),
            REDIS_URL=self.redis.url,
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=str(self.mail.port),
            LATE_SECONDS="5",
            WATCH_SECONDS="1",
            **variables,
        )

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL
        )
        self.opened.callback(self.end, process)
        return process

    def watch(self) -> subprocess.Popen[bytes]:
        return self.run("manage.py", "watch")

    def worker(self) -> subprocess.Popen[bytes]:
        words = "--quiet -A config worker --pool solo --loglevel ERROR --without-mingle"
        return self.run("-m", "celery", *words.split())

    @staticmethod
    def end(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.kill()
            process.wait()

    def tick(self) -> None:
        """As beat does."""
        with (
            suppress(OperationalError),
            app.connection_for_write(celery_address(self.redis.url)) as connection,
        ):
            app.send_task("escalations.tasks.sweep", connection=connection, expires=2)

    def until(self, condition: Callable[[], bool], *, beat: bool, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, [mail["Subject"] for mail in self.mail.mails]
            if beat:
                self.tick()
            time.sleep(0.5)

    def said(self, words: str) -> list[str]:
        return [mail["X-RcptTo"] for mail in self.mail.mails if words in mail["Subject"]]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_without_worker_and_redis_a_mail_arrives_and_another_when_they_are_back(
    opened, org, database_url, tmp_path_factory
):
    house = House(opened, tmp_path_factory.mktemp("w"), DATABASE_URL=database_url)
    house.redis.start()
    worker, watches = house.worker(), [house.watch(), house.watch()]
    house.until(somebody_watches, beat=True)
    in_time = time.monotonic() + 7
    house.until(lambda: time.monotonic() > in_time, beat=True)
    assert house.mail.mails == []
    worker.kill()
    house.redis.stop()
    house.until(lambda: house.said(LATE) != [], beat=False)
    assert "Redis" in house.mail.mails[-1].get_content()
    house.redis.start()
    house.worker()
    house.until(lambda: house.said(WELL) != [], beat=True)
    assert house.said(LATE) == house.said(WELL) == ["admin@example.com"], "of two, one speaks"
    for watch in watches:
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(timeout=10) == 0
    assert not somebody_watches()


def test_a_database_that_stands_still_is_told(opened, tmp_path_factory):
    """It takes the connection and never answers, as one whose disk does not."""
    silent = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    house = House(
        opened,
        tmp_path_factory.mktemp("w"),
        DATABASE_URL=f"postgresql://duban@127.0.0.1:{silent.getsockname()[1]}/duban",
        ALERT_EMAILS="duty@example.org",
    )
    watch = house.watch()
    house.until(lambda: house.mail.mails != [], beat=False)
    assert house.said("the database does not answer") == ["duty@example.org"]
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(timeout=10) == 0

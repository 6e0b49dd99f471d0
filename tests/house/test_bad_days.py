"""The whole house on bad days: web, worker and beat as people run them, on servers that fail."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from tests.config.serving import Server
from tests.house.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
NOTE = "/complaints/{}/note/"


class House:
    """script/server on a PostgreSQL and a Redis that the test holds in its hand."""

    def __init__(self, root: Path) -> None:
        root.chmod(0o711)
        sockets = root / "run"
        sockets.mkdir(mode=0o700)
        self.postgres = Postgres(
            data=root / "pg", socket_dir=sockets, log=root / "pg.log", settings={"fsync": "off"}
        )
        self.redis = Redis(data=root / "redis", socket_dir=sockets, log=root / "redis.log")
        self.postgres.start()
        self.redis.start()
        self.server = Server(
            var=root / "var",
            DATABASE_URL=self.postgres.url,
            REDIS_URL=self.redis.url,
            DUBAN_DEMO="yes",
        )

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server.port}"

    def ask(self, question: str, *given: object) -> list[tuple]:
        connection = psycopg2.connect(self.postgres.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(question, given)
                return cursor.fetchall()
        finally:
            connection.close()

    def mails(self) -> list[str]:
        """Everything that was sent, by Message-ID."""
        folder = self.server.var / "mail"
        sent = (message_from_bytes(path.read_bytes()) for path in folder.glob("*.eml"))
        return [mail["Message-ID"] for mail in sent]

    def workers(self) -> list[psutil.Process]:
        return [one for one in self.server.family() if "worker" in one.cmdline()]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    root = Path(tempfile.mkdtemp(prefix="duban-house-", dir="/tmp"))
    made = House(root)
    try:
        made.server.start()
        yield made
    finally:
        made.server.end()
        made.redis.stop()
        made.postgres.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def kefu1(house: House) -> Visitor:
    visitor = Visitor(house.address)
    visitor.sign_in("kefu1")
    return visitor


def open_case(house: House) -> str:
    found = house.ask(
        "SELECT reference FROM complaints_complaint c JOIN departments_user u"
        " ON u.id = c.contact_owner_id WHERE u.username = 'kefu1'"
        " AND state NOT IN ('closed', 'withdrawn') ORDER BY c.id DESC LIMIT 1"
    )
    return found[0][0]


def note(visitor: Visitor, case: str, text: str, **more: str) -> int:
    fields = visitor.form(NOTE.format(case))
    return visitor.post(NOTE.format(case), kind="message", text=text, **fields, **more)[0]


def written(house: House, text: str) -> int:
    return house.ask("SELECT count(*) FROM complaints_message WHERE text = %s", text)[0][0]


def mention(house: House, visitor: Visitor, number: int) -> set[str]:
    """So many messages to the leader; the Message-IDs under which they must go out."""
    leader = "SELECT id FROM departments_user WHERE username = 'kefu_lead'"
    (who,), told = house.ask(leader)[0], told_by_mention(house)
    for n in range(number):
        assert note(visitor, open_case(house), f"mentioned {n}", mentions=str(who)) == 302
    return told_by_mention(house) - told


def told_by_mention(house: House) -> set[str]:
    rows = house.ask(
        "SELECT message_id FROM notifications_delivery d JOIN notifications_notice n"
        " ON n.id = d.notice_id WHERE n.kind = 'mentioned'"
    )
    return {message_id for (message_id,) in rows}


def each_arrives_once(house: House, wanted: set[str]) -> None:
    house.server.until(lambda: wanted <= set(house.mails()), seconds=120)
    time.sleep(1)
    assert sorted(sent for sent in house.mails() if sent in wanted) == sorted(wanted)


def test_redis_emptied_while_work_is_queued(house: House, kefu1: Visitor) -> None:
    broker, wanted = redis.Redis.from_url(house.redis.url), set()
    for _ in range(5):
        wanted |= mention(house, kefu1, 1)
        broker.flushall()
    assert len(wanted) == 5
    each_arrives_once(house, wanted)


def test_postgres_restarted_under_load(house: House, kefu1: Visitor) -> None:
    case, stop = open_case(house), threading.Event()
    answered: dict[str, int] = {}

    def saved() -> int:
        return sum(status == 302 for status in list(answered.values()))

    def keep_writing(who: int, visitor: Visitor) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            text = f"under load {who}.{number}"
            answered[text] = note(visitor, case, text)

    visitors = [Visitor(house.address) for _ in range(3)]
    for visitor in visitors:
        visitor.sign_in("kefu1")
    writers = [threading.Thread(target=keep_writing, args=given) for given in enumerate(visitors)]
    for writer in writers:
        writer.start()
    house.server.until(lambda: saved() > 5, seconds=60)
    house.postgres.stop()
    time.sleep(1)
    house.postgres.start()
    before = saved()
    house.server.until(lambda: saved() > before + 5, seconds=60)
    stop.set()
    for writer in writers:
        writer.join(60)
    house.server.until(lambda: note(kefu1, case, "recovered") == 302, seconds=20)
    house.server.until(lambda: house.server.health()["status"] == "ok", seconds=60)
    assert set(answered.values()) <= {302, 500, 503, 403}
    for text, status in answered.items():
        assert written(house, text) == 1 if status == 302 else written(house, text) <= 1


def test_workers_killed_while_mails_are_queued(house: House, kefu1: Visitor) -> None:
    workers = house.workers()
    assert workers
    for worker in workers:
        worker.suspend()
    wanted = mention(house, kefu1, 5)
    for worker in workers:
        worker.kill()
    # One that is missing is no house: it stops as a whole, and is started again.
    assert house.server.process.wait(timeout=60) == 1
    assert "A process stopped" in house.server.said()
    assert len(wanted) == 5
    assert not wanted & set(house.mails())
    house.server.start()
    each_arrives_once(house, wanted)

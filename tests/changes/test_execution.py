"""Executing on a real PostgreSQL and MariaDB: once, on these rows, or not at all."""

import os
import signal
import threading
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pymysql
import pytest

from changes.dryrun.limits import Limits
from changes.dryrun.rehearsal import rehearse
from changes.execution import marker
from changes.execution.execute import STEPS, Attempt, execute
from changes.execution.reconcile import by_rows, reconcile
from changes.gate import check
from changes.targets.catalogue import Dialect, TableRules
from changes.targets.connect import Address, engine
from changes.targets.readers import READERS
from tests.changes.maria import MARIADB

SCHEMA = (
    "CREATE TABLE {db}.shop (id bigint PRIMARY KEY, points int NOT NULL, word varchar(20))",
    "INSERT INTO {db}.shop VALUES (1, 10, 'a'), (2, 20, NULL), (3, 30, 'c')",
)
QUICK = Limits(lock=1, statement=5, idle=5)


@pytest.fixture
def postgres(address, sql):
    sql("CREATE SCHEMA till")
    for text in SCHEMA:
        sql(text.format(db="till"))
    sql(marker.script(Dialect.POSTGRES, "till", "duban"))
    yield address, sql
    sql("DROP SCHEMA till CASCADE")


@pytest.fixture
def mariadb(socket):
    people = pymysql.connect(unix_socket=socket, user="root", autocommit=True)

    def sql(text):
        with people.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall())

    sql("SET lock_wait_timeout = 5")
    sql("CREATE DATABASE till CHARACTER SET utf8mb4")
    for text in (*SCHEMA, *marker.script(Dialect.MYSQL, "till", "root@localhost").split(";\n")):
        if text:
            sql(text.format(db="till"))
    yield Address(dialect=Dialect.MYSQL, url=f"mysql://root@/till?unix_socket={socket}"), sql
    sql("DROP DATABASE till")
    people.close()


@pytest.fixture(params=["postgres", pytest.param("mariadb", marks=MARIADB)])
def shop(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def attempt(shop):
    def make(text="UPDATE shop SET points = points + 5 WHERE id IN (1, 2)", expected=2, **more):
        where, _sql = shop
        with engine(where).connect() as connection:
            found = READERS[where.dialect](
                connection, schemas=["till"], default_schema="till",
                rules={("till", "shop"): TableRules()},
            )  # fmt: skip
        done = rehearse(
            address=where, accepted=check(text, where.dialect, found), rules=TableRules(),
            expected=expected, search_schema="till",
        )  # fmt: skip
        given = {"id": uuid4(), "request": "CR-2026-0001", "limits": QUICK} | more
        return Attempt(address=where, search_schema="till", picture=done.picture, **given)

    return make


def points(shop):
    return [row[0] for row in shop[1]("SELECT points FROM till.shop ORDER BY id")]


@pytest.mark.parametrize("marked", [True, False])
def test_a_picture_becomes_true_once(marked, shop, attempt):
    first = attempt(marked=marked)
    assert execute(first).kind == "applied"
    assert points(shop) == [15, 25, 30]
    assert reconcile(first).found == "applied"
    again = execute(replace(first, id=uuid4()))
    assert (again.kind, again.code) in {("not_applied", "marked_already"), ("stale", "rows_differ")}
    assert points(shop) == [15, 25, 30]


def test_rows_and_new_rows(shop, attempt):
    assert execute(attempt("DELETE FROM shop WHERE id = 3", 1)).kind == "applied"
    added = attempt("INSERT INTO shop (id, points, word) VALUES (9, 1, 'x')", 1, request="CR-2")
    assert execute(added).kind == "applied"
    assert points(shop) == [10, 20, 1]


def test_a_row_that_changed_since_is_left_alone(shop, attempt):
    approved = attempt()
    shop[1]("UPDATE till.shop SET word = 'new' WHERE id = 2")
    found = execute(approved)
    assert (found.kind, found.facts) == ("stale", {"columns": "word"})
    assert points(shop) == [10, 20, 30]
    # The marker went with the rest.
    assert shop[1]("SELECT * FROM till.duban_marker") == []


def test_another_schema_and_a_missing_marker(shop, attempt):
    approved = attempt()
    shop[1]("DROP TABLE till.duban_marker")
    assert execute(approved).code == "no_marker"
    shop[1]("ALTER TABLE till.shop ADD more int")
    assert execute(replace(approved, marked=False)).code == "schema_changed"
    assert points(shop) == [10, 20, 30]


def test_what_was_buried_never_happens(shop, attempt):
    approved = attempt()
    assert reconcile(approved).found == "never"
    found = execute(approved)
    assert (found.kind, found.code) == ("not_applied", "marked_already")
    assert reconcile(approved).found == "never"
    assert points(shop) == [10, 20, 30]
    # Another attempt of the same request may still be made.
    assert execute(replace(approved, id=uuid4())).kind == "applied"


@pytest.mark.parametrize("marked", [True, False])
def test_one_that_is_still_at_work_is_waited_for(marked, shop, attempt):
    approved, there, go = attempt(marked=marked), threading.Event(), threading.Event()

    def reached(step):
        if step == "before commit":
            there.set()
            go.wait(10)

    worker = threading.Thread(target=lambda: execute(approved, reached=reached))
    worker.start()
    there.wait(10)
    assert reconcile(approved).found == "in_flight"
    go.set()
    worker.join()
    assert reconcile(approved).found == "applied"


def die():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("step", STEPS)
def test_an_executor_killed_at_any_step(step, shop, attempt):
    approved = attempt()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            execute(approved, reached=lambda at: at == step and die())
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), step
    found = reconcile(approved)
    assert (found.found == "applied") == (points(shop) == [15, 25, 30]), step
    assert (found.found == "never") == (points(shop) == [10, 20, 30]), step
    assert by_rows(approved).found == found.found


def test_two_at_once_apply_it_once(shop, attempt):
    first = attempt()
    both, found = [first, replace(first, id=uuid4())], []
    workers = [threading.Thread(target=lambda it=it: found.append(execute(it))) for it in both]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(it.kind for it in found) == ["applied", "not_applied"]
    assert points(shop) == [15, 25, 30]

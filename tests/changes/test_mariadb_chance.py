"""Statements by chance on a real MariaDB: the standard form does what was written."""

from __future__ import annotations

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.gate import Refused, check
from changes.targets.catalogue import Dialect
from changes.targets.connect import Address, engine
from changes.targets.mysql import reflect
from tests.changes.effects import literal
from tests.changes.mall import RULES
from tests.changes.maria import MARIADB
from tests.changes.statements import Author

pytestmark = MARIADB
SCHEMA = """
CREATE DATABASE mall CHARACTER SET utf8mb4;
USE mall;
CREATE TABLE orders (id bigint PRIMARY KEY, card_id bigint NOT NULL, shop int NOT NULL,
    code varchar(20) NOT NULL, status text, points int, paid boolean NOT NULL DEFAULT false,
    id_number text, UNIQUE (shop, code));
CREATE TABLE cards (id bigint PRIMARY KEY, number varchar(9) NOT NULL UNIQUE);
INSERT INTO orders (id, card_id, shop, code, status, points) VALUES
    (1, 1, 1, 'A', 'failed', 100), (2, 1, 1, 'B', 'failed', NULL), (3, 2, 2, 'A', 'new', -5),
    (4, 2, 2, 'it''s', '中文 😀', 7), (5, 3, 0, 'a', '1', 1);
INSERT INTO cards VALUES (1, 'K-1')
"""


@pytest.fixture(scope="module")
def people(socket):
    connection = pymysql.connect(unix_socket=socket, user="root", charset="utf8mb4")
    with connection.cursor() as cursor:
        for statement in SCHEMA.split(";\n"):
            cursor.execute(statement)
    connection.commit()
    yield connection
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE mall")
    connection.close()


@pytest.fixture(scope="module")
def catalogue(people, socket):
    address = Address(dialect=Dialect.MYSQL, url=f"mysql://root@/mall?unix_socket={socket}")
    with engine(address).connect() as connection:
        return reflect(connection, schemas=["mall"], default_schema="mall", rules=RULES)


def effect(connection, sql):
    """Rows before and after, or the server's error; undone."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT * FROM orders ORDER BY id")
            before = cursor.fetchall()
            cursor.execute(sql)
            cursor.execute("SELECT * FROM orders ORDER BY id")
            return before, cursor.fetchall()
        except pymysql.MySQLError as error:
            return error.args[0]
        finally:
            connection.rollback()


def named(connection, found):
    columns = ", ".join(found.key.columns)
    rows = ", ".join(f"({', '.join(map(literal, row))})" for row in found.key_values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM orders WHERE ({columns}) IN ({rows})")
        return {row[0] for row in cursor.fetchall()}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_the_standard_form_does_what_was_written(chance, catalogue, people):
    text = Author(chance).statement().replace('"', "`").replace("ORDERS", "orders")
    try:
        found = check(text, Dialect.MYSQL, catalogue)
    except Refused:
        return
    written, standard = effect(people, text), effect(people, found.sql)
    assert written == standard, (text, found.sql)
    if isinstance(standard, tuple):
        before, after = map(set, standard)
        assert {row[0] for row in before ^ after} <= named(people, found), text

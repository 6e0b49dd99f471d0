"""The catalogue of a real MariaDB, and what the gate lets through to it."""

import pymysql
import pytest

from changes.gate import Refused, check
from changes.targets.catalogue import Dialect, Family, Key, TableRules
from changes.targets.connect import SQL_MODE, Address, engine
from changes.targets.readers import READERS
from tests.changes.maria import MARIADB

pytestmark = MARIADB
SCHEMA = """
CREATE TABLE orders (id bigint PRIMARY KEY AUTO_INCREMENT, code varchar(20) NOT NULL UNIQUE,
    slug varchar(200) NOT NULL, status varchar(20) CHARACTER SET utf8mb3, points int,
    maybe int UNIQUE, doubled int AS (points * 2), made_at datetime DEFAULT current_timestamp(),
    note varchar(9) DEFAULT 'it''s', amount decimal(9, 2) DEFAULT -1.5, UNIQUE KEY (slug(10)))
    CHARACTER SET utf8mb4;
CREATE TABLE parcels (order_id bigint REFERENCES orders (id) ON DELETE CASCADE, no int,
    PRIMARY KEY (order_id, no));
CREATE TABLE notes (id int PRIMARY KEY) ENGINE = MyISAM;
CREATE TABLE loose (id int NOT NULL UNIQUE);
CREATE VIEW seen AS SELECT * FROM orders;
CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW SET new.note = 'x';
INSERT INTO orders (id, code, slug, status, points) VALUES
    (1, 'A', 'a', 'new', 1), (2, '0', 'b', 'new', 2), (3, 'abc', 'c', 'new', NULL)
"""
RULES = {("mall", name): TableRules() for name in ("orders", "parcels", "notes", "loose", "seen")}


@pytest.fixture(scope="module")
def people(socket):
    connection = pymysql.connect(unix_socket=socket, user="root", autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE mall")
        cursor.execute("USE mall")
        for statement in SCHEMA.split(";\n"):
            cursor.execute(statement)
    yield connection
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE mall")
        cursor.execute("SET GLOBAL sql_mode = DEFAULT")
    connection.close()


@pytest.fixture
def catalogue(people, socket):
    address = Address(dialect=Dialect.MYSQL, url=f"mysql://root@/mall?unix_socket={socket}")
    with engine(address).connect() as connection:
        return READERS[Dialect.MYSQL](
            connection, schemas=["mall"], default_schema="mall", rules=RULES
        )


def test_columns_and_keys(catalogue):
    table = catalogue.tables["mall", "orders"]
    assert set(table.keys) == {Key(columns=("id",), primary=True), Key(columns=("code",))}
    assert {c.name for c in table.columns if c.default_computed} == {"made_at"}
    assert {c.name for c in table.columns if c.generated} == {"doubled"}
    assert {c.name for c in table.columns if c.numbered} == {"id"}
    assert {c.name for c in table.columns if not c.four_byte} == {"status"}
    assert table.column("amount").family is Family.DECIMAL


@pytest.mark.parametrize(
    ("table", "code"), [("notes", "engine"), ("loose", "no_primary_key"), ("seen", "view")]
)
def test_tables_that_do_not_mean_what_they_seem(table, code, catalogue):
    with pytest.raises(Refused) as found:
        check(f"DELETE FROM {table} WHERE id = 1", Dialect.MYSQL, catalogue)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("UPDATE orders SET points = 9 WHERE id IN (1, 3) AND points IS NULL", {3}),
        ("UPDATE orders SET POINTS = points * -1 - -2 WHERE `code` = 'abc' AND Id > 0", {3}),
        ("UPDATE mall.orders SET points = 9 WHERE code = '0' AND status LIKE 'n%'", {2}),
        ("UPDATE orders SET status = '中文', points = 0 WHERE NOT (points > 1) AND id = 1", {1}),
        ("UPDATE orders SET points = 9 WHERE id = 1 AND slug = 'x'", set()),
    ],
)
def test_what_passes_touches_what_it_names(statement, ids, catalogue, people):
    found = check(statement, Dialect.MYSQL, catalogue)
    touched = []
    for sql in (statement, found.sql):
        with people.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(sql)
            cursor.execute("SELECT id FROM orders WHERE note = 'x'")
            touched.append({row[0] for row in cursor.fetchall()})
            cursor.execute("ROLLBACK")
    assert touched == [ids, ids]


@pytest.mark.parametrize("value", ["0", "'0' + 0", "1.0", "TRUE"])
def test_a_text_is_not_found_by_a_number(value, catalogue):
    """The server takes 'A' and 'abc' for 0, and would change two rows too many."""
    with pytest.raises(Refused):
        check(f"UPDATE orders SET points = 9 WHERE code = {value}", Dialect.MYSQL, catalogue)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE orders ADD extra int",
        "DROP TRIGGER stamp",
        "ALTER TABLE orders ADD CHECK (points < 100)",
        "CREATE TABLE more (id int PRIMARY KEY, o bigint REFERENCES orders (id) ON DELETE CASCADE)",
    ],
)
def test_the_fingerprint_differs_with_the_schema(change, catalogue, people, socket):
    with people.cursor() as cursor:
        cursor.execute(change)
    address = Address(dialect=Dialect.MYSQL, url=f"mysql://root@/mall?unix_socket={socket}")
    with engine(address).connect() as connection:
        now = READERS[Dialect.MYSQL](
            connection, schemas=["mall"], default_schema="mall", only=("mall", "orders")
        )
    before = catalogue.tables["mall", "orders"].fingerprint
    assert now.tables["mall", "orders"].fingerprint != before


def test_the_server_reads_as_the_gate_does(people, socket):
    with people.cursor() as cursor:
        cursor.execute("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'")
    address = Address(dialect=Dialect.MYSQL, url=f"mysql://root@/mall?unix_socket={socket}")
    with engine(address).connect() as connection:
        mode = connection.exec_driver_sql("SELECT @@sql_mode").scalar_one()
    assert set(mode.split(",")) == set(SQL_MODE.split(","))

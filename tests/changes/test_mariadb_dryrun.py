"""The dry run on a real MariaDB: there, back, and what triggers and cascades did along."""

import pymysql
import pytest

from changes.dryrun.failure import DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.rehearsal import rehearse
from changes.gate import check
from changes.picture.image import Touched
from changes.targets.catalogue import Dialect, TableRules
from changes.targets.connect import Address, engine
from changes.targets.mysql import reflect
from tests.changes.maria import MARIADB

pytestmark = MARIADB
SCHEMA = """
CREATE DATABASE dry CHARACTER SET utf8mb4;
USE dry;
CREATE TABLE cards (id bigint PRIMARY KEY, number varchar(9) NOT NULL UNIQUE,
    points int NOT NULL CHECK (points >= 0), up int);
CREATE TABLE orders (id bigint PRIMARY KEY, card_id bigint NOT NULL, status varchar(20),
    points int, doubled int AS (points * 2), seen_at timestamp(6) DEFAULT current_timestamp(6)
    ON UPDATE current_timestamp(6), KEY (card_id),
    CONSTRAINT owned FOREIGN KEY (card_id) REFERENCES cards (id) ON DELETE CASCADE);
CREATE TABLE parcels (order_id bigint, no int, PRIMARY KEY (order_id, no),
    FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
CREATE TABLE history (id bigint PRIMARY KEY AUTO_INCREMENT, was varchar(20));
CREATE TABLE rates (day date, kind varchar(9), rate decimal(10, 4), PRIMARY KEY (day, kind));
CREATE TRIGGER note AFTER UPDATE ON orders FOR EACH ROW
    INSERT INTO history (was) VALUES (old.status);
INSERT INTO cards VALUES (1, 'K-1', 500, NULL), (2, 'K-2', 20, NULL), (3, 'K-3', 0, NULL);
INSERT INTO orders (id, card_id, status, points) VALUES
    (1, 1, 'failed', 100), (2, 1, 'failed', NULL), (3, 2, '中文 😀', 7);
INSERT INTO parcels VALUES (1, 1), (1, 2), (3, 1);
INSERT INTO rates VALUES ('2026-01-01', 'gold', 1.5)
"""
RULES = {("dry", name): TableRules() for name in ("cards", "rates", "parcels")}
RULES["dry", "orders"] = TableRules(volatile=frozenset({"seen_at"}))


@pytest.fixture(scope="module")
def people(socket):
    connection = pymysql.connect(unix_socket=socket, user="root", autocommit=True)
    with connection.cursor() as cursor:
        for statement in SCHEMA.split(";\n"):
            cursor.execute(statement)
    yield connection
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE dry")
    connection.close()


@pytest.fixture
def target(people, socket):
    return Address(dialect=Dialect.MYSQL, url=f"mysql://root@/dry?unix_socket={socket}")


@pytest.fixture
def dry_run(target):
    def run(text, expected=1, **limits):
        with engine(target).connect() as connection:
            found = reflect(connection, schemas=["dry"], default_schema="dry", rules=RULES)
        accepted = check(text, Dialect.MYSQL, found)
        return rehearse(
            address=target, accepted=accepted, rules=RULES[accepted.table.place],
            expected=expected, search_schema="dry", limits=Limits(**limits),
        )  # fmt: skip

    return run


@pytest.fixture
def ask(people):
    def run(text):
        with people.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall()

    return run


def test_a_change_is_shown_with_what_triggers_did(dry_run, ask):
    before = ask("SELECT * FROM orders"), ask("SELECT * FROM history")
    found = dry_run("UPDATE orders SET status = 'it''s', points = 5 WHERE id IN (1, 3)", 2)
    (old, _other), (new, _another) = found.picture.before.rows, found.picture.after.rows
    assert (old.values[2:5], new.values[2:5]) == (("failed", "100", "200"), ("it's", "5", "10"))
    assert found.picture.footprint == (
        Touched(("dry", "*"), inserted=2), Touched(("dry", "orders"), updated=2),
    )  # fmt: skip
    assert found.undo_proven
    assert (ask("SELECT * FROM orders"), ask("SELECT * FROM history")) == before


def test_cascades_are_counted_to_the_end(dry_run):
    found = dry_run("DELETE FROM cards WHERE id = 1")
    assert set(found.picture.footprint) == {
        Touched(("dry", "cards"), deleted=1),
        Touched(("dry", "orders"), deleted=2),
        Touched(("dry", "parcels"), deleted=2),
    }
    assert not found.undo_proven


def test_a_new_row(dry_run):
    found = dry_run("INSERT INTO rates (day, kind, rate) VALUES ('2026-02-01', 'gold', 2)")
    assert found.picture.after.rows[0].values == ("2026-02-01", "gold", "2.0000")
    assert found.undo_proven


@pytest.mark.parametrize(
    ("statement", "expected", "code"),
    [
        ("UPDATE orders SET status = 'x' WHERE id = 99", 1, "zero_rows"),
        ("UPDATE orders SET status = 'x' WHERE id IN (1, 2)", 1, "more_rows"),
        ("UPDATE orders SET status = 'x' WHERE id IN (1, 99)", 2, "fewer_rows"),
        ("UPDATE orders SET status = 'failed' WHERE id = 1", 1, "nothing_changes"),
        ("UPDATE cards SET points = 0 - 1 WHERE id = 1", 1, "constraint"),
        ("UPDATE cards SET points = 99999999999 WHERE id = 1", 1, "value"),
        ("UPDATE orders SET card_id = 77 WHERE id = 1", 1, "constraint"),
        ("INSERT INTO rates (day, kind, rate) VALUES ('2026-01-01', 'gold', 2)", 1, "exists"),
    ],
)
def test_what_cannot_be_rehearsed_says_why(statement, expected, code, dry_run):
    with pytest.raises(DryRunFailed) as failed:
        dry_run(statement, expected)
    assert failed.value.code == code
    assert failed.value.__cause__ is failed.value.__context__ is None


def test_a_row_that_somebody_holds(dry_run, socket):
    other = pymysql.connect(unix_socket=socket, user="root", database="dry")
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM orders WHERE id = 1 FOR UPDATE")
    with pytest.raises(DryRunFailed) as failed:
        dry_run("UPDATE orders SET status = 'x' WHERE id = 1", lock=1)
    assert failed.value.code == "locked"
    # Other rows are not waited for.
    dry_run("UPDATE orders SET status = 'x' WHERE id = 3", lock=1)
    other.close()

"""Everything that can go wrong with a target, said in a sentence of its own."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from changes.dryrun.failure import SENTENCES, DryRunFailed
from changes.dryrun.limits import Limits
from changes.dryrun.rehearsal import rehearse
from changes.dryrun.watchdog import Watchdog
from changes.targets.catalogue import Dialect
from changes.targets.connect import Address
from tests.changes.mall import RULES, SCHEMA, accepted

STATEMENT = "UPDATE orders SET status = 'success' WHERE id = 1"


def failed(address, catalogue, text=STATEMENT, **limits):
    with pytest.raises(DryRunFailed) as found:
        rehearse(
            address=address,
            accepted=accepted(text, catalogue),
            rules=RULES["mall", "orders"],
            expected=1,
            search_schema="mall",
            limits=Limits(**limits),
        )
    assert found.value.__context__ is None
    return found.value.code


def elsewhere(address, before, after):
    return Address(dialect=Dialect.POSTGRES, url=address.url.replace(before, after))


@contextmanager
def deaf_server():
    """Accepts, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_nobody_listens(address, catalogue):
    assert failed(elsewhere(address, "/run", "/nowhere"), catalogue) == "down"


def test_a_server_that_accepts_and_is_silent(catalogue, monkeypatch):
    monkeypatch.setattr("changes.targets.connect.SECONDS_TO_CONNECT", 2)
    with deaf_server() as port:
        silent = Address(dialect=Dialect.POSTGRES, url=f"postgresql://x@127.0.0.1:{port}/x")
        assert failed(silent, catalogue) == "down"


def test_an_account_that_is_refused(address, catalogue):
    assert failed(elsewhere(address, "duban@", "nobody@"), catalogue) == "sign_in"


def test_a_database_that_is_not_there(address, catalogue, mall_name):
    assert failed(elsewhere(address, mall_name, "missing"), catalogue) == "no_database"


@pytest.fixture
def root(address, connect):
    """The target's own administrator."""
    connection = connect(user="postgres")

    def run(text):
        with connection.cursor() as cursor:
            cursor.execute(text)

    yield run
    connection.close()


@pytest.fixture
def clerk(root, mall_name):
    """An account with few rights, and one connection at most."""
    name = f"clerk_{mall_name}"
    root(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 1; GRANT USAGE ON SCHEMA mall TO {name}")
    root(f"GRANT SELECT ON mall.orders TO {name}")
    yield name
    root(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture
def as_clerk(address, clerk):
    return elsewhere(address, "duban@", f"{clerk}@")


def test_an_account_without_the_right(as_clerk, catalogue):
    assert failed(as_clerk, catalogue) == "permission"


def test_no_connection_left(as_clerk, clerk, catalogue, connect):
    other = connect(user=clerk)
    assert failed(as_clerk, catalogue) == "no_connections"
    other.close()


def test_a_target_that_is_read_only(as_clerk, clerk, catalogue, root):
    root(f"GRANT UPDATE ON mall.orders TO {clerk}")
    root(f"ALTER ROLE {clerk} SET default_transaction_read_only = on")
    assert failed(as_clerk, catalogue) == "read_only"


def test_a_row_that_somebody_holds(address, catalogue, connect):
    other = connect()
    other.autocommit = False
    with other.cursor() as cursor:
        cursor.execute("SELECT FROM mall.orders WHERE id = 1 FOR UPDATE")
        assert failed(address, catalogue, lock=0.1) == "locked"
    other.close()


@pytest.fixture
def renewed(sql):
    """The mall is made anew for those who come later."""
    yield
    sql("DROP SCHEMA mall, archive CASCADE")
    sql(SCHEMA)


@pytest.fixture
def slow(sql):
    """A trigger that takes its time."""
    sql("""CREATE FUNCTION mall.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(3); RETURN new; END $$;
        CREATE TRIGGER slow BEFORE UPDATE ON mall.cards FOR EACH ROW EXECUTE FUNCTION mall.slow()
    """)
    yield "UPDATE cards SET points = 1 WHERE id = 2"
    sql("DROP FUNCTION mall.slow CASCADE")


def test_a_statement_that_takes_too_long(address, slow, catalogue):
    assert failed(address, catalogue, slow, statement=0.2) == "timeout"


def test_all_of_it_takes_too_long(address, slow, catalogue):
    assert failed(address, catalogue, slow, transaction=0.2) in {"timeout", "lost"}


def test_a_server_that_hangs_is_left(address, slow, catalogue, sql):
    started = time.monotonic()
    assert failed(address, catalogue, slow, watchdog=0.3) == "watchdog"
    assert time.monotonic() - started < 2.9
    # The server has noticed by itself, and holds nothing any more.
    sql("SET lock_timeout = '4s'; SELECT FROM mall.cards WHERE id = 2 FOR UPDATE")


def test_a_connection_that_breaks(address, slow, catalogue, sql):
    kill = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE wait_event = 'PgSleep' AND datname = current_database()"""

    def cut():
        for _time in range(100):
            if sql(kill):
                return
            time.sleep(0.05)

    killer = threading.Thread(target=cut)
    killer.start()
    assert failed(address, catalogue, slow) == "lost"
    killer.join()


def test_a_watchdog_that_fires_while_still_connecting():
    ours, theirs = socket.socketpair()
    with ours, theirs, Watchdog(0) as watchdog:
        while not watchdog.fired:
            time.sleep(0.01)
        watchdog.watch(ours.fileno())
        assert theirs.recv(1) == b""


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE mall.orders ADD extra text",
        "ALTER TABLE mall.orders ADD CHECK (points > -100)",
        "DROP TRIGGER note ON mall.orders",
        "ALTER TABLE mall.orders DISABLE TRIGGER note",
        "ALTER TABLE mall.orders ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE mall.child (id bigint REFERENCES mall.orders ON DELETE CASCADE)",
        (
            "CREATE OR REPLACE FUNCTION mall.note() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        ),
    ],
)
def test_a_schema_that_changed_since(change, address, catalogue, sql, renewed):
    sql(change)
    assert failed(address, catalogue) == "schema_changed"


def test_a_table_that_is_gone(address, catalogue, sql, renewed):
    sql("DROP TABLE mall.orders")
    assert failed(address, catalogue) == "schema_changed"


@pytest.mark.parametrize("setting", ["track_counts = off", "session_replication_role = replica"])
def test_a_session_that_would_not_see_all(setting, as_clerk, clerk, catalogue, root):
    root(f"ALTER ROLE {clerk} SET {setting}")
    assert failed(as_clerk, catalogue) == "blind"


def test_every_sentence_is_complete():
    for code, text in SENTENCES.items():
        said = str(DryRunFailed(code, what=1, seconds=1, found=1, expected=2, size=3, columns="a"))
        assert "%(" not in said, code
        assert said.endswith("always rolled back."), text

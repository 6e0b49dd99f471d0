"""What PostgreSQL's catalogue says, read as it is meant."""

import pytest

from changes.gate import Refused
from changes.targets.catalogue import Family, Key, TableRules
from tests.changes.conftest import reflected
from tests.changes.mall import accepted

TRAPS = """
CREATE SCHEMA traps;
CREATE TABLE traps.plain (id int PRIMARY KEY, a int NOT NULL, b int, c text NOT NULL,
    d int NOT NULL, e int NOT NULL, UNIQUE (a), UNIQUE (b),
    UNIQUE (d) DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX ON traps.plain (lower(c));
CREATE UNIQUE INDEX ON traps.plain (e) WHERE e > 0;
CREATE UNIQUE INDEX ON traps.plain (e, c) INCLUDE (b);
CREATE TABLE traps.keyless (id int NOT NULL UNIQUE, a int);
CREATE TABLE traps.deferred (id int PRIMARY KEY DEFERRABLE, a int);
CREATE TABLE traps.ruled (id int PRIMARY KEY, a int);
CREATE RULE r AS ON UPDATE TO traps.ruled DO ALSO DELETE FROM traps.plain;
CREATE TABLE traps.secured (id int PRIMARY KEY, a int);
ALTER TABLE traps.secured ENABLE ROW LEVEL SECURITY;
CREATE TABLE traps.parent (id int PRIMARY KEY, a int);
CREATE TABLE traps.child () INHERITS (traps.parent);
CREATE TABLE traps.parts (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);
CREATE TABLE traps.part PARTITION OF traps.parts DEFAULT;
CREATE VIEW traps.seen AS SELECT * FROM traps.plain;
CREATE MATERIALIZED VIEW traps.kept AS SELECT * FROM traps.plain;
CREATE DOMAIN traps.small AS smallint;
CREATE TABLE traps.defaults (id traps.small PRIMARY KEY, n bigserial, i int GENERATED ALWAYS AS
    IDENTITY, t text DEFAULT 'it''s (now())', m int DEFAULT -1, s timestamptz DEFAULT now(),
    v varchar(3) DEFAULT 'x'::varchar, u uuid DEFAULT gen_random_uuid(), b bool DEFAULT false,
    g int GENERATED ALWAYS AS (1) STORED, o timestamptz DEFAULT '2026-01-01');
"""


@pytest.fixture(scope="module")
def traps(address, connect):
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute(TRAPS)
        names = """SELECT relname FROM pg_class WHERE relnamespace = 'traps'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm')"""
        cursor.execute(names)
        rules = {("traps", name): TableRules() for (name,) in cursor.fetchall()}
    yield reflected(address, ["traps"], rules)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA traps CASCADE")
    connection.close()


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("keyless", "no_primary_key"),
        ("deferred", "no_primary_key"),
        ("ruled", "rule"),
        ("secured", "row_security"),
        ("parent", "inheritance"),
        ("child", "inheritance"),
        ("parts", "inheritance"),
        ("part", "inheritance"),
        ("seen", "view"),
        ("kept", "view"),
    ],
)
def test_tables_that_do_not_mean_what_they_seem(table, code, traps):
    with pytest.raises(Refused) as found:
        accepted(f"UPDATE traps.{table} SET a = 1 WHERE id = 1", traps)
    assert found.value.code == code


def test_only_what_identifies_a_row_is_a_key(traps):
    assert set(traps.tables["traps", "plain"].keys) == {
        Key(columns=("id",), primary=True), Key(columns=("a",)), Key(columns=("e", "c")),
    }  # fmt: skip


def test_defaults_are_told_apart(traps):
    table = traps.tables["traps", "defaults"]
    assert {c.name for c in table.columns if c.default_computed} == {"n", "s", "u"}
    assert {column.name for column in table.columns if column.numbered} == {"n", "i"}
    assert {column.name for column in table.columns if column.generated} == {"g"}
    assert table.column("id").family is Family.INTEGER


def test_a_look_alike_in_another_schema_must_be_told_apart(address, catalogue):
    both = reflected(address, ["mall", "archive"])
    with pytest.raises(Refused) as found:
        accepted("UPDATE orders SET status = 'x' WHERE id = 1", both)
    assert found.value.code == "ambiguous_table"
    assert accepted("UPDATE mall.orders SET status = 'x' WHERE id = 1", both)
    with pytest.raises(Refused) as found:
        accepted("UPDATE archive.orders SET status = 'x' WHERE id = 1", both)
    assert found.value.code == "table_not_allowed"


@pytest.mark.parametrize(
    ("made", "gone"),
    [
        (
            "CREATE OPERATOR mall.= (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = int84ne)",
            "DROP OPERATOR mall.= (bigint, integer)",
        ),
        (
            """CREATE TYPE mall.mood AS ENUM ('a');
            CREATE FUNCTION mall.f(mall.mood, mall.mood) RETURNS bool LANGUAGE sql AS 'SELECT true';
            CREATE OPERATOR mall.= (LEFTARG = mall.mood, RIGHTARG = mall.mood, FUNCTION = mall.f)
            """,
            "DROP TYPE mall.mood CASCADE",
        ),
        (
            "CREATE FUNCTION mall.lower(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DROP FUNCTION mall.lower(int)",
        ),
    ],
)
def test_operators_and_functions_in_disguise(made, gone, address, sql):
    sql(made)
    try:
        with pytest.raises(Refused) as found:
            accepted("UPDATE orders SET status = 'x' WHERE id = 1", reflected(address))
    finally:
        sql(gone)
    assert found.value.code == "shadowed"


def test_the_fingerprint_stays_while_nothing_changes(address, catalogue):
    place = ("mall", "orders")
    assert reflected(address).tables[place].fingerprint == catalogue.tables[place].fingerprint


def test_a_target_is_read_in_few_statements(address):
    """Overhead on production: constant, however many tables there are."""
    from sqlalchemy import event

    from changes.targets.connect import engine
    from changes.targets.postgres import reflect

    asked = []
    made = engine(address)
    event.listen(made, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with made.connect() as connection:
        reflect(connection, schemas=["mall"], default_schema="mall")
    assert len(asked) == 6

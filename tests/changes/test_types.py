"""Every common type of PostgreSQL survives image and undo, byte for byte."""

import io

import pytest

from changes.dryrun.limits import Limits
from changes.dryrun.rows import Rows
from changes.dryrun.session import in_session
from changes.targets.postgres import reflect

# The embedded server knows no xml. Type, and values that are easily lost on the way through text.
TYPES = {
    "smallint": ["-32768", "32767"],
    "bigint": ["-9223372036854775808", "0"],
    "numeric": ["NaN", "Infinity", "-0.000", "1" + "0" * 60 + ".10"],
    "numeric(10,2)": ["1.50", "-99999999.99"],
    "real": ["3.4028235e38", "1e-45", "NaN", "-0", "0.1"],
    "double precision": ["0.1", "1.7976931348623157e308", "5e-324", "-Infinity", "-0"],
    "money": ["-1234.50"],
    "boolean": ["true", "false"],
    "text": ["", " ", "it's", "\\", "'';--", "中文 😀", "a\r\n\tb", "%s :x ?"],
    "varchar(5)": ["", "ab   "],
    "char(5)": ["ab", ""],
    '"char"': ["a"],
    "name": ["Odd Name"],
    "bytea": ["\\x", "\\x00ff275c"],
    "date": ["infinity", "-infinity", "0044-03-15 BC", "5874897-12-31"],
    "time": ["24:00:00", "23:59:59.999999"],
    "timetz": ["23:59:59.999999+15:59", "00:00:00-03:30"],
    "timestamp": ["infinity", "4713-01-01 00:00:00 BC", "2026-01-01 00:00:00.000001"],
    "timestamp(0)": ["2026-01-01 00:00:01"],
    "timestamptz": ["-infinity", "2026-03-29 02:30:00+01", "0001-01-01 00:00:00+00 BC"],
    "interval": ["1 year -2 mons +3 days -04:05:06.789", "-00:00:00.000001", "infinity"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "json": ['{"b":1,  "a": 1.0, "a": "\\u00e9\\n"}', "null"],
    "jsonb": ['{"b": 1.00, "a": ["\\\\", "\'"]}'],
    "inet": ["::ffff:1.2.3.4/128", "10.0.0.1/8"],
    "cidr": ["10.0.0.0/8"],
    "macaddr": ["08:00:2b:01:02:03"],
    "macaddr8": ["08:00:2b:01:02:03:04:05"],
    "bit(3)": ["101"],
    "varbit": ["", "0011"],
    "int[]": ["{}", "{1,NULL,3}", "[0:1]={1,2}", "{{1,2},{3,4}}"],
    "text[]": ['{"",NULL,"NULL","a,b","\\"","\\\\"," x "}'],
    "int4range": ["empty", "[1,10)", "(,5)"],
    "tstzrange": ['["2026-01-01 00:00:00+00",infinity)'],
    "int4multirange": ["{[1,3),[7,9)}"],
    "tsvector": ["'a':1A 'it''s':2"],
    "tsquery": ["'a' & !'b'"],
    "point": ["(0.1,-0)"],
    "path": ["[(0,0),(1,1)]"],
    "box": ["(1,1),(0,0)"],
    "circle": ["<(0.1,0.2),3>"],
    "oid": ["4294967295"],
    "pg_lsn": ["16/B374D848"],
    "kinds.mood": ["so so"],
    "kinds.cents": ["12.30"],
    "kinds.pair": ['(1,"a ""b"" \\\\")', "(,)"],
}


@pytest.fixture(scope="module")
def kinds(address, connect):
    """One column per type; a row of NULLs, and as many rows as a type has values."""
    most = max(map(len, TYPES.values()))
    columns = ", ".join(f"c{place} {kind}" for place, kind in enumerate(TYPES))
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute(f"""CREATE SCHEMA kinds;
            CREATE TYPE kinds.mood AS ENUM ('so so', 'good');
            CREATE DOMAIN kinds.cents AS numeric(8, 2) CHECK (value > 0);
            CREATE TYPE kinds.pair AS (number int, words text);
            CREATE TABLE kinds.all (id int PRIMARY KEY, {columns});
            INSERT INTO kinds.all (id) SELECT generate_series(0, {most})""")
        for place, values in enumerate(TYPES.values()):
            for row, value in enumerate(values, 1):
                cursor.execute(f"UPDATE kinds.all SET c{place} = %s WHERE id = {row}", [value])
    yield most
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA kinds CASCADE")
    connection.close()


def binary(session):
    """The rows as the server sends them to programs, not to people."""
    found = io.BytesIO()
    with session.connection.connection.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT * FROM kinds.all ORDER BY id) TO STDOUT BINARY", found)
    return found.getvalue()


@pytest.fixture
def on_kinds(address, kinds):
    def run(work):
        def prepared(session):
            found = reflect(session.connection, schemas=["kinds"], default_schema="mall")
            rows = Rows(found.tables["kinds", "all"])
            return work(session, rows, rows.image(session.ask(rows.select("TRUE"))))

        return in_session(address, Limits(), "mall", prepared)

    return run


def test_deleted_rows_come_back_byte_for_byte(on_kinds):
    def work(session, rows, image):
        before = binary(session)
        session.run("DELETE FROM kinds.all")
        for row in image.rows:
            session.run(rows._insert(row))
        assert binary(session) == before

    on_kinds(work)


def test_changed_rows_come_back_byte_for_byte(on_kinds):
    def work(session, rows, image):
        before = binary(session)
        names = [column.name for column in rows.table.columns if column.name != "id"]
        session.run(f"UPDATE kinds.all SET {', '.join(f'{name} = NULL' for name in names)}")
        emptied = rows.image(session.ask(rows.select("TRUE")))
        for old, new in zip(image.rows, emptied.rows, strict=True):
            if sql := rows._restore(old, new, frozenset()):
                session.run(sql)
        assert binary(session) == before

    on_kinds(work)


def test_every_value_was_there(on_kinds, kinds):
    def work(session, rows, image):
        values = sum(value is not None for row in image.rows for value in row.values)
        assert values == kinds + 1 + sum(map(len, TYPES.values()))

    on_kinds(work)

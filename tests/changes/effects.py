"""What a statement really does to the mall's orders, seen without any of the product's code."""

from __future__ import annotations

import psycopg2

ROWS = """SELECT id, xmin = pg_current_xact_id()::xid, (to_jsonb(o) - 'updated_at')::text
FROM mall.orders o"""
OTHERS = """SELECT count(*) FILTER (WHERE xmin = pg_current_xact_id()::xid), count(*)
FROM (SELECT xmin FROM mall.cards UNION ALL SELECT xmin FROM mall.rates
      UNION ALL SELECT xmin FROM mall."Odd Name" UNION ALL SELECT xmin FROM archive.orders) o"""


def effect(connection, sql):
    """Rows that were written (id and new state, None if gone), or what the server says; undone."""
    connection.autocommit = False
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET LOCAL search_path = mall; SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"{ROWS} ORDER BY id")
            ids = {row[0] for row in cursor.fetchall()}
            cursor.execute(OTHERS)
            ((_fresh, others),) = cursor.fetchall()
            cursor.execute(sql)
            cursor.execute(ROWS)
            rows = cursor.fetchall()
            cursor.execute(OTHERS)
            assert cursor.fetchall() == [(0, others)], sql
        except psycopg2.Error as error:
            return error.pgcode
        finally:
            connection.rollback()
    written = {id_: text for id_, fresh, text in rows if fresh}
    gone = dict.fromkeys(ids - {row[0] for row in rows})
    return written | gone


def named(cursor, accepted):
    """The ids of the rows that the gate says are named."""
    columns = ", ".join(accepted.key.columns)
    rows = ", ".join(f"({', '.join(map(literal, row))})" for row in accepted.key_values)
    cursor.execute(f"SELECT id FROM mall.orders WHERE ({columns}) IN ({rows})")
    return {row[0] for row in cursor.fetchall()}


def literal(value):
    return value.text if value.kind != "text" else "'" + value.text.replace("'", "''") + "'"

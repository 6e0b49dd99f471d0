"""Statements that look harmless, or mean something else to the server: all refused."""

import pytest

from changes.gate import Refused, check
from changes.targets.catalogue import Dialect
from tests.changes.schemas import ORDERS, catalogue

BOTH = [
    # Several statements, comments, executable comments
    ("UPDATE orders SET points = 1 WHERE id = 1; DELETE FROM orders", "several"),
    ("UPDATE orders SET points = 1 WHERE id = 1;;", "several"),
    ("UPDATE orders SET points = 1 -- WHERE id = 1", "comment"),
    ("UPDATE orders SET points = 1 /* x */ WHERE id = 1", "comment"),
    ("UPDATE orders SET points = 1 /*! , paid = 1 */ WHERE id = 1", "comment"),
    ("UPDATE orders SET points = 1 /*!50000 , paid = 1 */ WHERE id = 1", "comment"),
    ("UPDATE orders SET points = 1 /*M!100100 , paid = 1 */ WHERE id = 1", "comment"),
    ("UPDATE orders SET points = 1 WHERE id = 1 -/**/- 1", "comment"),
    ("UPDATE orders SET points = 1 WHERE id = 1--1", "comment"),
    # Rows that no key names
    ("UPDATE orders SET points = 1", "no_where"),
    ("DELETE FROM orders", "no_where"),
    ("DELETE FROM orders WHERE status = 'x'", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id = 1 OR 1 = 1", "no_key"),
    ("UPDATE orders SET points = 1 WHERE NOT (id = 1)", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id <> 1", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id NOT IN (1)", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id BETWEEN 1 AND 2", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id = id", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id IN (1, id)", "no_key"),
    ("UPDATE orders SET points = 1 WHERE id = 1 + 0", "no_key"),
    ("UPDATE orders SET points = 1 WHERE (id = 1) OR (id = 1 AND status = 'x')", "no_key"),
    ("UPDATE orders SET points = 1 WHERE ((((id > 0))))", "no_key"),
    ("UPDATE orders SET points = 1 WHERE code = 'A'", "no_key"),
    ("UPDATE orders SET points = 1 WHERE (shop, shop) = (1, 1)", "no_key"),
    ("UPDATE orders SET points = 1 WHERE (shop, code) IN ((1, code))", "no_key"),
    # Values that the server would convert
    ("UPDATE orders SET points = 1 WHERE id = '1'", "key_type"),
    ("UPDATE orders SET points = 1 WHERE id = 1.0", "key_type"),
    ("UPDATE orders SET points = 1 WHERE id = TRUE", "key_type"),
    ("UPDATE orders SET points = 1 WHERE shop = 1 AND code = 0", "key_type"),
    ("UPDATE orders SET points = 1 WHERE id = NULL", "equals_null"),
    ("UPDATE orders SET points = 1 WHERE id = 0x01", "number"),
    ("UPDATE orders SET points = 1 WHERE id = 1e0", "number"),
    ("UPDATE orders SET points = 1 WHERE id = 1_0", "number"),
    ("UPDATE orders SET points = 1. WHERE id = 1", "number"),
    ("UPDATE orders SET status = X'41' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = B'01' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = N'a' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = _utf8'a' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = E'a\\' WHERE id = 2 AND id = 1 --' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = U&'a' WHERE id = 1", "text_prefix"),
    ("UPDATE orders SET status = 'a'\n'b' WHERE id = 1", "adjacent_texts"),
    ("UPDATE orders SET status = 'a WHERE id = 1", "unfinished_text"),
    ("UPDATE orders SET paid_on = 'today' WHERE id = 1", "special_date"),
    # Other tables, other queries
    ("UPDATE orders SET points = (SELECT 1) WHERE id = 1", "subquery"),
    ("UPDATE orders SET points = 1 WHERE id IN (SELECT 1)", "subquery"),
    ("UPDATE orders SET points = 1 WHERE id IN (TABLE cards)", "subquery"),
    ("WITH x AS (SELECT 1) UPDATE orders SET points = 1 WHERE id = 1", "cte"),
    ("UPDATE orders JOIN cards ON TRUE SET points = 1 WHERE id = 1", "join"),
    ("UPDATE orders, cards SET points = 1 WHERE id = 1", None),
    ("UPDATE orders SET points = 1 FROM cards WHERE orders.id = 1", "join"),
    ("DELETE FROM orders USING cards WHERE id = 1", "join"),
    ("DELETE orders FROM orders WHERE id = 1", None),
    ("DELETE FROM orders, cards WHERE id = 1", None),
    ("UPDATE cards SET points = 1 WHERE orders.id = 1", "join"),
    ("UPDATE orders AS o SET points = 1 WHERE o.id = 1", "alias"),
    ("UPDATE orders cards SET points = 1 WHERE id = 1", "alias"),
    ("UPDATE ONLY orders SET points = 1 WHERE id = 1", "word"),
    ("UPDATE orders * SET points = 1 WHERE id = 1", None),
    ("UPDATE orders SET points = 1 WHERE id = 1 RETURNING id", "returning"),
    ("UPDATE orders SET points = 1 WHERE id = 1 ORDER BY id LIMIT 1", "limit"),
    ("UPDATE orders SET points = 1 WHERE id = 1 LIMIT 1", "limit"),
    ("INSERT INTO rates (day, kind) VALUES ('2026-01-01', 'x') ON CONFLICT DO NOTHING", None),
    ("INSERT INTO rates (day, kind) VALUES ('2026-01-01', 'x') ON DUPLICATE KEY UPDATE kind = 'y'",
     "on_conflict"),
    ("INSERT IGNORE INTO rates (day, kind) VALUES ('2026-01-01', 'x')", "on_conflict"),
    ("INSERT INTO rates SELECT * FROM rates", "subquery"),
    ("INSERT INTO rates VALUES ('2026-01-01', 'x', 1)", "insert_columns"),
    ("INSERT INTO rates (day, kind, rate) VALUES ('2026-01-01', 'x', 1 + 1)", "insert_literal"),
    ("INSERT INTO rates (day, kind, rate) VALUES ('2026-01-01', 'x')", "insert_width"),
    ("INSERT INTO rates (day, rate) VALUES ('2026-01-01', 1)", "insert_key"),
    ("INSERT INTO orders (id, shop, code) VALUES (9, 9, 'x')", "computed_default"),
    ("INSERT INTO cards (number) VALUES ('x')", "set_numbered"),
    ("INSERT INTO cards (id, number) VALUES (7, 'x')", "set_numbered"),
    ("REPLACE INTO rates (day, kind) VALUES ('2026-01-01', 'x')", "not_a_change"),
    ("MERGE INTO rates USING rates ON TRUE WHEN MATCHED THEN DELETE", "not_a_change"),
    ("TRUNCATE orders", "not_a_change"),
    ("DROP TABLE orders", "not_a_change"),
    ("(UPDATE orders SET points = 1 WHERE id = 1)", "not_a_change"),
    ("EXPLAIN ANALYZE UPDATE orders SET points = 1 WHERE id = 1", "not_a_change"),
    # Functions, casts, variables
    ("UPDATE orders SET points = orders.length(status) WHERE id = 1", "function"),
    ("UPDATE orders SET points = length(status) WHERE id = 1", "function"),
    ("UPDATE orders SET points = pg_catalog.lower(status) WHERE id = 1", "word"),
    ("UPDATE orders SET points = orders.lower(status) WHERE id = 1", None),
    ("UPDATE orders SET points = points(orders) WHERE id = 1", "function"),
    ("UPDATE orders SET points = orders.ctid WHERE id = 1", "word"),
    ("UPDATE orders SET points = sleep(10) WHERE id = 1", "function"),
    ("UPDATE orders SET points = pg_sleep(10) WHERE id = 1", "function"),
    ("UPDATE orders SET status = user WHERE id = 1", "session_value"),
    ("UPDATE orders SET status = CURRENT_USER WHERE id = 1", "session_value"),
    ("UPDATE orders SET paid_on = CURRENT_DATE WHERE id = 1", "session_value"),
    ("UPDATE orders SET paid_on = now() WHERE id = 1", "now"),
    ("UPDATE orders SET status = 'x' WHERE id = 1 AND paid_on < now()", "now"),
    ("UPDATE orders SET points = @x WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = @@version WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = @x := 1 WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = :x WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = $1 WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = ? WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = %(x)s WHERE id = 1", "operator"),
    ("UPDATE orders SET status = $$x$$ WHERE id = 1", "placeholder"),
    ("UPDATE orders SET points = 1 WHERE id = 1::int", "cast"),
    ("UPDATE orders SET points = CAST(1 AS int) WHERE id = 1", "cast"),
    ("UPDATE orders SET paid_on = date '2026-01-01' WHERE id = 1", None),
    ("UPDATE orders SET points = 1 WHERE id OPERATOR(mall.=) 1", None),
    ("UPDATE orders SET points = 1 WHERE id === 1", "operator"),
    ("UPDATE orders SET points = 1 WHERE id <=> 1", "operator"),
    ("UPDATE orders SET points = 1 WHERE id = ANY (ARRAY[1])", None),
    ("UPDATE orders SET points = 1 WHERE status = 'a' COLLATE x AND id = 1", "cast"),
    ("UPDATE orders SET points = CASE WHEN TRUE THEN 1 END WHERE id = 1", "word"),
    # SET
    ("UPDATE orders SET id = 2 WHERE id = 1", "set_key"),
    ("UPDATE orders SET doubled = 2 WHERE id = 1", "set_generated"),
    ("UPDATE orders SET points = 1, points = 2 WHERE id = 1", "set_twice"),
    ("UPDATE orders SET points = 1, POINTS = 2 WHERE id = 1", "set_twice"),
    ("UPDATE orders SET points = DEFAULT WHERE id = 1", "default_word"),
    ("UPDATE orders SET points = 1 AND paid = TRUE WHERE id = 1", "not_a_value"),
    ("UPDATE orders SET points = (id = 1) WHERE id = 1", "not_a_value"),
    ("UPDATE orders SET (points, paid) = (1, TRUE) WHERE id = 1", None),
    ("UPDATE orders SET status[1] = 'x' WHERE id = 1", "operator"),
    ("UPDATE orders SET orders.points = 1 WHERE id = 1", "part"),
    ("UPDATE orders SET status = id_number WHERE id = 1", "masked_column"),
    ("UPDATE orders SET status = 'x' WHERE id = 1 AND id_number LIKE 'a%'", "masked_column"),
    # Names
    ("UPDATE secret.orders SET points = 1 WHERE id = 1", "word"),
    ("UPDATE mall.mall.orders SET points = 1 WHERE id = 1", "other_database"),
    ("UPDATE history SET was = 'x' WHERE id = 1", "table_not_allowed"),
    ("UPDATE nothing SET was = 'x' WHERE id = 1", "word"),
    ("UPDATE orders SET number = 'x' WHERE id = 1", "unknown_column"),
    ("UPDATE pg_temp.orders SET points = 1 WHERE id = 1", "word"),
    ("UPDATE .orders SET points = 1 WHERE id = 1", "syntax"),
    ("UPDATE orders SET points = 1 WHERE orders. = 1", "syntax"),
    # Letters
    ("UPDATE orders SET points\u00a0= 1 WHERE id = 1", "unreadable"),
    ("UPDATE orders SET status = 'a\x00b' WHERE id = 1", "unreadable"),
    ("UPDATE orders SET status = 'a\u202eb' WHERE id = 1", "unreadable"),
    ("UPDATE orders SET status = '\ud800' WHERE id = 1", "unreadable"),
    ("UPDATE orders SET status = ‘x’ WHERE id = 1", "unreadable"),
    # Size
    ("", "empty"),
    (" ; ", "empty"),
    (f"UPDATE orders SET status = '{'x' * 60_000}' WHERE id = 1", "too_long"),
    (f"UPDATE orders SET points = 1 WHERE {'(' * 500}id = 1{')' * 500}", "too_complex"),
    (f"UPDATE orders SET points = 1 WHERE {'NOT ' * 3000} id = 1", None),
    (f"UPDATE orders SET points = {'- ' * 3000} 1 WHERE id = 1", None),
    (f"UPDATE orders SET points = {'1 + ' * 3500} 1 WHERE id = 1", None),
    (f"UPDATE orders SET points = 1 WHERE id IN ({', '.join(map(str, range(1500)))})",
     "too_many_keys"),
    ("UPDATE orders SET points = 1 WHERE id = 1)", "syntax"),
    ("UPDATE orders SET points = 1 WHERE (id = 1", "syntax"),
]  # fmt: skip

MYSQL = [
    ("UPDATE orders SET points = 1 # WHERE id = 1", "comment"),
    ('UPDATE orders SET status = "points" WHERE id = 1', "double_quotes"),
    ("UPDATE orders SET status = 'a\\' WHERE id = 1", "backslash"),
    ("UPDATE orders SET status = 'a' || 'b' WHERE id = 1", "operator"),
    ("UPDATE orders SET points = 1 WHERE id = 1 && TRUE", "operator"),
    ("UPDATE orders SET points = 1 WHERE id = 1 XOR TRUE", "word"),
    ("UPDATE orders SET points = 1 WHERE id DIV 1 = 1", "word"),
    ("INSERT INTO rates SET day = '2026-01-01', kind = 'x'", None),
    ("UPDATE LOW_PRIORITY orders SET points = 1 WHERE id = 1", "word"),
    ("UPDATE orders PARTITION (p0) SET points = 1 WHERE id = 1", "function"),
    ("UPDATE orders SET code = '😀' WHERE id = 1", "four_byte"),
    ("UPDATE orders SET points = 1 WHERE id = 1 INTO OUTFILE 'x'", None),
]
POSTGRES = [
    ('UPDATE "ORDERS" SET points = 1 WHERE id = 1', "unknown_table"),
    ('UPDATE orders SET "POINTS" = 1 WHERE id = 1', "unknown_column"),
    ("UPDATE `orders` SET points = 1 WHERE id = 1", "unreadable"),
    ("UPDATE orders SET points = 1 WHERE id # 1 = 1", "operator"),
    ("UPDATE orders SET points = 1 WHERE CURRENT OF x", "word"),
    ("INSERT INTO rates (day, kind) OVERRIDING SYSTEM VALUE VALUES ('2026-01-01', 'x')", "word"),
]


def trick(found):
    """Short names for long statements."""
    return [pytest.param(*pair, id=f"{number}") for number, pair in enumerate(found)]


@pytest.mark.parametrize(("statement", "code"), trick(POSTGRES + BOTH))
def test_postgresql(statement, code):
    refused(statement, code, Dialect.POSTGRES)


@pytest.mark.parametrize(("statement", "code"), trick(MYSQL + BOTH))
def test_mysql(statement, code):
    refused(statement, code, Dialect.MYSQL)


def refused(statement, code, dialect):
    with pytest.raises(Refused) as found:
        check(statement, dialect, catalogue(dialect))
    assert code in {None, found.value.code}, found.value.code
    assert found.value.field == "statement"
    assert "%(" not in found.value.message
    assert found.value.__context__ is None


@pytest.mark.parametrize(
    "code",
    ["view", "rule", "row_security", "inheritance", "foreign_table", "engine", "no_primary_key",
     "shadowed", "not_a_table"],
)  # fmt: skip
def test_what_the_catalogue_forbids(code):
    with pytest.raises(Refused) as found:
        check(
            "UPDATE orders SET points = 1 WHERE id = 1",
            Dialect.POSTGRES,
            catalogue(Dialect.POSTGRES, {ORDERS: (code,)}),
        )
    assert found.value.code == code

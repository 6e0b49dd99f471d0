"""What the gate accepts, and the form it gives it."""

import pytest

from changes.gate import check
from changes.gate.nodes import Literal
from changes.targets.catalogue import Dialect
from tests.changes.schemas import catalogue


def passed(statement, dialect=Dialect.POSTGRES):
    return check(statement, dialect, catalogue(dialect))


ACCEPTED = [
    (
        "update orders set status='ok', points = points+1 where id=1;",
        'UPDATE "mall"."orders" SET "status" = \'ok\', "points" = ("points" + 1) WHERE "id" = 1',
    ),
    (
        "DELETE FROM mall.orders WHERE status != 'x' AND (shop, code) IN ((1, 'A'), (2, 'it''s'))",
        (
            'DELETE FROM "mall"."orders" WHERE ("status" <> \'x\') AND '
            "((\"shop\", \"code\") IN ((1, 'A'), (2, 'it''s')))"
        ),
    ),
    (
        "UPDATE Orders SET updated_at = now(), POINTS = -5 WHERE 3 = orders.id AND paid = TRUE",
        (
            'UPDATE "mall"."orders" SET "updated_at" = CURRENT_TIMESTAMP, "points" = -5 '
            'WHERE (3 = "id") AND ("paid" = TRUE)'
        ),
    ),
    (
        "INSERT INTO rates (day, kind) VALUES ('2026-01-01', 'x'), ('2026-01-02', NULL)",
        (
            'INSERT INTO "mall"."rates" ("day", "kind") '
            "VALUES ('2026-01-01', 'x'), ('2026-01-02', NULL)"
        ),
    ),
    (
        (
            "UPDATE orders SET points = coalesce(points, round(shop / 2.0, 0)) * -1 - -2, "
            "status = lower(replace(status, 'a', '')) || '''' WHERE (((id)) = (1)) AND NOT "
            "(points IS NOT NULL OR shop NOT IN (1))"
        ),
        (
            'UPDATE "mall"."orders" SET "points" = ((COALESCE("points", ROUND(("shop" / 2.0), 0)) '
            "* -1) - -2), \"status\" = (LOWER(REPLACE(\"status\", 'a', '')) || '''') "
            'WHERE ("id" = 1) AND (NOT (("points" IS NOT NULL) OR (NOT ("shop" IN (1)))))'
        ),
    ),
]


@pytest.mark.parametrize(("statement", "standard"), ACCEPTED)
def test_the_standard_form_leaves_nothing_to_guess(statement, standard):
    assert passed(statement).sql == standard


@pytest.mark.parametrize(("statement", "standard"), ACCEPTED)
def test_the_standard_form_is_its_own(statement, standard):
    assert passed(standard).sql == standard


def test_mysql_has_its_own_quotation_marks():
    found = passed("UPDATE `orders` SET Status = 'it''s' WHERE ID = 1", Dialect.MYSQL)
    assert found.sql == "UPDATE `mall`.`orders` SET `status` = 'it''s' WHERE `id` = 1"


def test_the_primary_key_is_preferred():
    found = passed("UPDATE orders SET points = 1 WHERE code = 'A' AND shop = 1 AND id = 7")
    assert found.key.primary
    assert found.key_values == ((Literal("number", "7"),),)


def test_a_unique_key_names_every_combination():
    found = passed("UPDATE orders SET points = 1 WHERE code IN ('A', 'B') AND shop IN (1, 2)")
    assert found.key.columns == ("shop", "code")
    assert {tuple(value.text for value in row) for row in found.key_values} == {
        ("1", "A"), ("1", "B"), ("2", "A"), ("2", "B"),
    }  # fmt: skip


def test_a_thousand_keys_are_accepted():
    keys = ", ".join(map(str, range(1000)))
    assert len(passed(f"UPDATE orders SET points = 1 WHERE id IN ({keys})").key_values) == 1000


def test_what_is_written_is_told():
    assert passed("UPDATE orders SET points = 1, status = 'x' WHERE id = 1").written == (
        "points",
        "status",
    )


@pytest.mark.parametrize("text", ["😀", "\\", "--", "/*", "; DELETE", "%s :x ?", "中文", "$$", '"'])
def test_texts_may_hold_whatever_means_something_outside(text):
    found = passed(f"UPDATE orders SET status = '{text}' WHERE id = 1")
    assert found.statement.sets == (("status", Literal("text", text)),)

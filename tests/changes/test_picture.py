"""What people see of a picture, and the digest that holds them to it."""

from dataclasses import replace

import pytest

from changes.picture.diff import diff
from changes.picture.digest import digest, same
from changes.picture.image import Image, Picture, RowImage, Touched
from changes.targets.catalogue import TableRules

RULES = TableRules(masked=frozenset({"paper"}), volatile=frozenset({"at"}))
COLUMNS = {"columns": ("id", "status", "paper", "at"), "types": ("int", "text", "text", "date")}
SECRET = b"k"


def image(*rows):
    return Image(**COLUMNS, rows=tuple(RowImage((row[0],), row) for row in rows))


def picture(before, after, kind="update"):
    return Picture(
        kind=kind, place=("mall", "orders"), key=("id",), fingerprint="f", before=before,
        after=after, footprint=(Touched(("mall", "orders"), updated=1),),
        settings=(("TimeZone", "UTC"),),
    )  # fmt: skip


UPDATE = picture(image(("1", "new", "secret", "a")), image(("1", "done", "secret", "b")))


def field(found, name):
    (row,) = diff(found, RULES)
    return next(field for field in row.fields if field.column == name)


def test_what_must_not_be_seen_is_not_there():
    paper = field(UPDATE, "paper")
    assert (paper.masked, paper.before, paper.after) == (True, None, None)


def test_a_masked_value_that_changes_is_what_is_approved():
    found = picture(image(("1", "new", "old", "a")), image(("1", "new", "right", "a")))
    paper = field(found, "paper")
    assert (paper.masked, paper.before, paper.after) == (False, "old", "right")


def test_a_deletion_gives_no_secret_away():
    found = picture(image(("1", "new", "secret", "a")), image(), "delete")
    assert (field(found, "paper").masked, field(found, "paper").before) == (True, None)
    assert (field(found, "status").before, field(found, "status").absent) == ("new", True)


def test_a_new_row_is_shown_whole():
    found = picture(image(), image(("1", "new", "secret", "a")), "insert")
    assert field(found, "paper").after == "secret"


def test_null_is_not_an_empty_text():
    found = picture(image(("1", None, "s", "a")), image(("1", "", "s", "a")))
    assert field(found, "status").changed


def test_a_masked_key_is_not_shown():
    (row,) = diff(UPDATE, TableRules(masked=frozenset({"id"})))
    assert row.key == (None,)


@pytest.mark.parametrize(
    "other",
    [
        replace(UPDATE, fingerprint="g"),
        replace(UPDATE, kind="delete"),
        replace(UPDATE, place=("archive", "orders")),
        replace(UPDATE, footprint=()),
        replace(UPDATE, settings=(("TimeZone", "Asia/Shanghai"),)),
        replace(UPDATE, before=image(("1", None, "secret", "a"))),
        replace(UPDATE, before=image(("1", "", "secret", "a"))),
        replace(UPDATE, after=image(("2", "done", "secret", "b"))),
        replace(UPDATE, after=image(("1", "done", "other", "b"))),
        replace(UPDATE, after=replace(UPDATE.after, types=("int", "int", "text", "date"))),
    ],
)
def test_the_digest_differs_with_anything_that_counts(other):
    assert not same(digest(UPDATE, RULES, secret=SECRET), digest(other, RULES, secret=SECRET))


def test_the_digest_leaves_out_what_is_excluded():
    other = replace(UPDATE, after=image(("1", "done", "secret", "later")))
    assert same(digest(UPDATE, RULES, secret=SECRET), digest(other, RULES, secret=SECRET))


def test_what_is_excluded_is_part_of_the_digest():
    none = TableRules(masked=RULES.masked)
    assert digest(UPDATE, RULES, secret=SECRET) != digest(UPDATE, none, secret=SECRET)


def test_without_the_key_nobody_makes_a_digest():
    assert digest(UPDATE, RULES, secret=SECRET) != digest(UPDATE, RULES, secret=b"other")
    with pytest.raises(ValueError, match="key"):
        digest(UPDATE, RULES, secret=b"")

"""Triggers that do more, less, or something else than what was asked."""

import logging

import pytest

from changes.dryrun.failure import DryRunFailed
from changes.picture.image import Touched


@pytest.fixture
def trigger(sql):
    """Makes one on the cards; gone afterwards."""

    def make(body, when="BEFORE UPDATE", level="ROW"):
        sql(f"""CREATE FUNCTION mall.t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {body} END $$;
            CREATE TRIGGER t {when} ON mall.cards FOR EACH {level} EXECUTE FUNCTION mall.t()""")

    yield make
    sql("DROP FUNCTION IF EXISTS mall.t CASCADE")


@pytest.fixture
def code_of(address, trigger, request):
    """The catalogue is read after the trigger is there."""

    def run(body, text="UPDATE cards SET points = 7 WHERE id = 1", expected=1, **how):
        trigger(body, **how)
        with pytest.raises(DryRunFailed) as failed:
            request.getfixturevalue("dry_run")(text, expected)
        return failed.value

    return run


def test_one_that_keeps_the_row_as_it_was(code_of):
    assert code_of("RETURN NULL;").code == "not_applied"


def test_one_that_changes_other_rows_of_the_table(code_of):
    body = "UPDATE mall.cards SET nick = 'x' WHERE id = 2; RETURN NULL;"
    when = "AFTER UPDATE OF points"
    assert code_of(body, when=when).code == "touches_more"


def test_one_that_refuses(code_of):
    assert code_of("RAISE EXCEPTION 'secret %', new.points;").code == "trigger"


def test_one_that_refuses_the_way_back(code_of):
    found = code_of("IF new.points > old.points THEN RAISE 'no'; END IF; RETURN new;")
    assert found.code == "undo_refused"
    assert found.facts == {"what": "P0001"}


def test_one_that_leaves_its_mark_on_the_row(code_of):
    found = code_of("new.nick := coalesce(old.nick, '') || 'x'; RETURN new;")
    assert found.code == "undo_differs"
    assert found.facts == {"columns": "nick"}


def test_one_that_turns_the_change_into_nothing(code_of):
    assert code_of("new.points := old.points; RETURN new;").code == "nothing_changes"


def test_one_that_makes_another_row_of_it(code_of):
    found = code_of("new.id := 77; RETURN new;", "UPDATE cards SET points = 7 WHERE id = 3")
    assert found.code == "not_applied"


def test_the_picture_shows_what_a_trigger_made_of_it(trigger, request):
    trigger("IF new.points = 7 THEN new.points := 8; END IF; RETURN new;")
    found = request.getfixturevalue("dry_run")("UPDATE cards SET points = 7 WHERE id = 3")
    assert found.picture.after.rows[0].values[2] == "8"


def test_one_that_changes_other_tables(trigger, request):
    body = "UPDATE mall.rates SET rate = rate + 1 WHERE kind = 'gold'; RETURN NULL;"
    trigger(body, "AFTER UPDATE")
    found = request.getfixturevalue("dry_run")("UPDATE cards SET points = 7 WHERE id = 3")
    assert found.undo_leaves == (Touched(("mall", "rates"), updated=1),)
    assert not found.undo_proven


def test_nothing_of_it_is_logged(trigger, request, caplog):
    caplog.set_level(logging.DEBUG)
    dry_run = request.getfixturevalue("dry_run")
    dry_run("UPDATE cards SET nick = 'a-secret' WHERE id = 3")
    with pytest.raises(DryRunFailed) as failed:
        dry_run("UPDATE cards SET points = 'a-secret' WHERE id = 3")
    assert "a-secret" not in caplog.text
    assert "a-secret" not in failed.value.message

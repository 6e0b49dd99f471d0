"""What a dry run costs the target."""

import pytest
import sqlalchemy

from changes.dryrun import session


@pytest.fixture
def asked(monkeypatch):
    """Every statement that the driver is given."""
    found = []

    def engine(*given):
        made = original(*given)
        sqlalchemy.event.listen(made, "before_cursor_execute", lambda *it: found.append(it[2]))
        return made

    original = session.engine
    monkeypatch.setattr(session, "engine", engine)
    return found


def test_the_number_of_statements_is_fixed_but_for_the_undo(dry_run, asked):
    dry_run("UPDATE orders SET status = 'x' WHERE id = 1")
    one = len(asked)
    asked.clear()
    dry_run("UPDATE orders SET status = 'x' WHERE id IN (1, 2, 3)", 3)
    assert (one, len(asked)) == (26, 28)


def test_rows_are_locked_no_harder_than_the_change_needs(dry_run, asked):
    locks = []
    for statement in (
        "UPDATE orders SET status = 'x' WHERE id = 1",
        "UPDATE orders SET code = 'x' WHERE id = 1",
        "DELETE FROM orders WHERE id = 1",
    ):
        asked.clear()
        dry_run(statement)
        locks += [sql.split(" FOR ")[1] for sql in asked if " FOR " in sql and "ORDER BY" in sql]
    assert locks == ["NO KEY UPDATE", "UPDATE", "UPDATE"]

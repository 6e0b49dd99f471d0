"""Why a dry run failed, what that means for the data, and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.errors import MoveError

# Every sentence is read after this one.
UNTOUCHED = _("The data is as it was: a dry run is always rolled back.")

SENTENCES = {
    # The target
    "down": _("The target does not answer. Ask its operators whether it runs, and try again."),
    "sign_in": _(
        "The target refuses Duban's account or its password. Ask the target's owner to check both."
    ),
    "no_database": _("The server has no database of this name. Have the target's address checked."),
    "no_connections": _(
        "The target has no connection left. Try again later; if it happens often, ask its "
        "operators to reserve one."
    ),
    "read_only": _(
        "The target is read-only, perhaps because it is a replica. Have the address of the "
        "writable server registered."
    ),
    "lost": _(
        "The connection to the target broke off. The server rolls back by itself; try again."
    ),
    "watchdog": _(
        "The target did not answer within %(seconds)s seconds, so the connection was closed. The "
        "server rolls back by itself; ask its operators before you try again."
    ),
    "resources": _(
        "The target has run out of memory, disk or other resources. Ask its operators, then try "
        "again."
    ),
    "blind": _(
        "The target's account is set up so that triggers or counts are switched off (%(what)s), "
        "and a picture would not be whole. Ask the target's owner to reset it."
    ),
    # The work
    "locked": _(
        "Somebody else is working on the same rows or the table. Try again; if it happens again, "
        "choose a quieter time."
    ),
    "timeout": _(
        "The change took too long. Choose a quieter time, or split the change into several "
        "requests."
    ),
    "permission": _(
        "Duban's account may not do this on the table. Ask the target's owner to grant it, or "
        "change the statement."
    ),
    "schema_changed": _(
        "The table's definition has changed since the statement was checked. Check the statement "
        "again."
    ),
    "types": _(
        "The database cannot apply the statement to the columns' types. Compare the values with "
        "the types shown for the table."
    ),
    "value": _(
        "A value does not fit its column, or cannot be computed. Compare the values with the "
        "types shown for the table."
    ),
    "constraint": _(
        "The change breaks a rule of the database (%(what)s). Change the values, or the order of "
        "the changes."
    ),
    "trigger": _(
        "A trigger of the database refuses the change. Ask the application's developers what it "
        "guards."
    ),
    "server": _(
        "The database refuses the statement (SQLSTATE %(what)s). Show this to the target's "
        "operators."
    ),
    # The picture
    "zero_rows": _(
        "No row fits the condition. Check the key, and whether the row is still as you think."
    ),
    "fewer_rows": _(
        "%(found)s rows fit the condition, but %(expected)s are expected. Correct the number or "
        "the condition."
    ),
    "more_rows": _(
        "More than the expected %(expected)s rows fit the condition. Correct the number or the "
        "condition."
    ),
    "exists": _("A row with this key is there already. Use UPDATE, or another key."),
    "not_applied": _(
        "Only %(found)s of %(expected)s rows were changed: a trigger kept the others as they "
        "were. Ask the application's developers."
    ),
    "nothing_changes": _("The rows already have these values: nothing is to be done."),
    "touches_more": _(
        "A trigger or a cascade changed further rows of the same table, which the picture would "
        "not show. Use the recorded way."
    ),
    "too_big": _(
        "The rows hold more text than a person can judge (%(size)s characters). Split the change."
    ),
    "unseen": _(
        "Duban's account does not see all tables of %(what)s, and a deletion may take rows of "
        "others along unseen. Ask the target's owner to grant SELECT on all of it."
    ),
    "again_differs": _(
        "The change could be made, but made anew from its picture it differs in the columns "
        "%(columns)s: a trigger computes them otherwise each time. Declare them volatile if that "
        "is harmless; otherwise use the recorded way."
    ),
    # The undo
    "undo_refused": _(
        "The change could be made, but not be undone: the database refuses the way back "
        "(SQLSTATE %(what)s). Use the recorded way, with a plan of how to undo it."
    ),
    "undo_differs": _(
        "The change could be made, but undoing it does not restore the columns %(columns)s. "
        "Declare them volatile if that is harmless; otherwise use the recorded way."
    ),
}


class DryRunFailed(MoveError):
    """There is no picture; the target is as it was."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(sentence(code, facts))


def sentence(code: str, facts: dict[str, object]) -> str:
    """In the reader's language, also long after the dry run."""
    text = str(SENTENCES[code])
    return f"{text % facts if facts else text} {UNTOUCHED}"

"""What the driver reports, as a failure. The server's own words stay out: they quote values."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from changes.dryrun import faults_mysql
from changes.dryrun.failure import DryRunFailed

EXACT = {
    "55P03": "locked",
    "40001": "locked",
    "40P01": "locked",
    "57014": "timeout",
    "25P03": "timeout",
    "25P04": "timeout",
    "25006": "read_only",
    "42501": "permission",
    "42P01": "schema_changed",
    "42703": "schema_changed",
    "3F000": "schema_changed",
    "53300": "no_connections",
    "57P01": "lost",
    "57P02": "lost",
    "57P03": "down",
}
CLASSES = {"08": "lost", "22": "value", "42": "types", "53": "resources", "P0": "trigger"}
# Before a session exists, the driver knows no code, only the server's words.
REFUSALS = (
    (re.compile(r"too many (clients|connections)|remaining connection slots"), "no_connections"),
    (
        re.compile(r"password|authentication|pg_hba|role .* (does not exist|not permitted)"),
        "sign_in",
    ),
    (re.compile(r"database .* does not exist|permission denied for database"), "no_database"),
)


def on_connect(error: DBAPIError) -> DryRunFailed:
    """There was no session yet."""
    if (number := faults_mysql.number(error)) is not None:
        return DryRunFailed(faults_mysql.CONNECTING.get(number, "down"))
    words = str(error.orig)
    return DryRunFailed(next((code for words_, code in REFUSALS if words_.search(words)), "down"))


def of(error: DBAPIError, *, undoing: bool) -> DryRunFailed:
    """A statement of the dry run failed."""
    if (number := faults_mysql.number(error)) is not None:
        return faults_mysql.of(error, number, undoing=undoing)
    state = getattr(error.orig, "pgcode", None)
    if state is None:
        return DryRunFailed("lost")
    code = EXACT.get(state) or CLASSES.get(state[:2]) or "server"
    if undoing and (state[:2] in {"22", "23", "42", "P0"}):
        return DryRunFailed("undo_refused", what=state)
    if state.startswith("23"):
        return DryRunFailed("constraint", what=_constraint(error))
    return DryRunFailed(code, what=state) if code == "server" else DryRunFailed(code)


def _constraint(error: DBAPIError) -> str:
    """Its name, or the column that must not be NULL; never the values."""
    about = getattr(error.orig, "diag", None)
    return getattr(about, "constraint_name", None) or getattr(about, "column_name", None) or "?"

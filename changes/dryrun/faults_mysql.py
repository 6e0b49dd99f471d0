"""What MySQL and MariaDB report, by their numbers: their words quote values."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from changes.dryrun.failure import DryRunFailed

CONNECTING = {
    **dict.fromkeys((1040, 1203, 1226), "no_connections"),
    **dict.fromkeys((1045, 1698, 1130, 1820, 1862, 3118, 4151), "sign_in"),
    **dict.fromkeys((1044, 1049), "no_database"),
}
CODES = {
    **dict.fromkeys((1205, 1213), "locked"),
    **dict.fromkeys((1317, 1969, 3024), "timeout"),
    **dict.fromkeys((1290, 1792, 1836), "read_only"),
    **dict.fromkeys((1044, 1045, 1142, 1143, 1227, 1370), "permission"),
    **dict.fromkeys((1054, 1072, 1146, 1176, 1412), "schema_changed"),
    **dict.fromkeys((1040, 1203, 1226), "no_connections"),
    **dict.fromkeys((0, 1053, 1927, 2006, 2013, 2014, 2055, 4031), "lost"),
    **dict.fromkeys((1021, 1037, 1038, 1041, 1114, 1135, 1206), "resources"),
    **dict.fromkeys((1264, 1265, 1292, 1364, 1365, 1366, 1367, 1406, 1411, 1690, 1416), "value"),
    **dict.fromkeys((1048, 1062, 1169, 1451, 1452, 1557, 1761, 3819, 4025), "constraint"),
    **dict.fromkeys((1267, 1271, 1270), "types"),
    **dict.fromkeys((1442, 1644), "trigger"),
}
# The names of what is broken; whatever else the sentence holds may be a value.
NAMED = re.compile(r"(?:CONSTRAINT|for key|Column|constraint) [`']([^`']+)[`']")
OF_THE_WAY_BACK = frozenset({"value", "constraint", "types", "trigger"})


def number(error: DBAPIError) -> int | None:
    """The server's or driver's number; None if another driver speaks."""
    if hasattr(error.orig, "pgcode") or not error.orig:
        return None
    given = error.orig.args
    return given[0] if given and isinstance(given[0], int) else 0


def of(error: DBAPIError, number: int, *, undoing: bool) -> DryRunFailed:
    """A statement of the dry run failed."""
    code = CODES.get(number, "server")
    if undoing and code in OF_THE_WAY_BACK:
        return DryRunFailed("undo_refused", what=str(number))
    if code == "constraint":
        found = NAMED.search(str(error.orig))
        return DryRunFailed(code, what=found.group(1) if found else "?")
    return DryRunFailed(code, what=str(number)) if code == "server" else DryRunFailed(code)

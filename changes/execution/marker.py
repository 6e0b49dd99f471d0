"""One row in the target that is committed together with the change, and so tells the truth.

An attempt writes `applied` before anything else. Whoever wants to know how it ended writes `void`
under the same attempt: if that succeeds, the attempt was never committed and never can be.
"""

from __future__ import annotations

import re
from uuid import UUID

from changes.gate.writer import Writer
from changes.targets.catalogue import Dialect

TABLE = "duban_marker"
APPLIED, VOID = "applied", "void"
REFERENCE = re.compile(r"[\w.-]{1,60}", re.ASCII)

CREATE = {
    Dialect.POSTGRES: """\
CREATE TABLE {place} (
    attempt uuid PRIMARY KEY,
    request varchar(60) NOT NULL,
    state varchar(10) NOT NULL CHECK (state IN ('applied', 'void')),
    at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX duban_marker_once ON {place} (request) WHERE state = 'applied';
GRANT SELECT, INSERT ON {place} TO {account};
""",
    Dialect.MYSQL: """\
CREATE TABLE {place} (
    attempt char(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    request varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at timestamp(6) NOT NULL DEFAULT current_timestamp(6),
    once varchar(60) CHARACTER SET ascii COLLATE ascii_bin
        AS (CASE WHEN state = 'applied' THEN request END) STORED,
    UNIQUE KEY duban_marker_once (once)
) ENGINE = InnoDB;
GRANT SELECT, INSERT ON {place} TO {account};
""",
}


def script(dialect: Dialect, schema: str, account: str) -> str:
    """What the target's administrator runs once; `account` in the server's own spelling."""
    return CREATE[dialect].format(place=Writer(dialect).place(schema, TABLE), account=account)


def insert(  # noqa: PLR0917 - one row, in its order
    dialect: Dialect, schema: str, attempt: UUID, request: str, state: str
) -> str:
    """Fails as a duplicate if this attempt, or another one of the request, is already there."""
    if not REFERENCE.fullmatch(request):
        raise ValueError("A request's reference is made of letters, digits and hyphens.")
    place = Writer(dialect).place(schema, TABLE)
    return (
        f"INSERT INTO {place} (attempt, request, state) "  # noqa: S608 - made of checked parts
        f"VALUES ('{UUID(str(attempt))}', '{request}', '{state}')"
    )


def read(dialect: Dialect, schema: str, attempt: UUID) -> str:
    """What this attempt has left."""
    place = Writer(dialect).place(schema, TABLE)
    return f"SELECT state FROM {place} WHERE attempt = '{UUID(str(attempt))}'"  # noqa: S608 - same

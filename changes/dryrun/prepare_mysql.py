"""A session of MySQL or MariaDB that ends by itself, and writes every value in one form."""

from __future__ import annotations

from math import ceil
from typing import Any

from changes.dryrun.transaction import Session
from changes.targets.connect import SQL_MODE

# How values are written as text and read again: part of every digest.
FORMS = {
    "character_set": "utf8mb4",
    "div_precision_increment": "4",
    "lc_time_names": "en_US",
    "sql_mode": SQL_MODE,
    "time_zone": "+00:00",
}


def prepare(opened: Session, schema: str) -> None:  # noqa: ARG001 - as for PostgreSQL
    """Limits, forms, and nothing that would hide what happens."""
    dialect: Any = opened.connection.dialect
    limits = opened.limits
    settings = {
        "time_zone": f"'{FORMS['time_zone']}'",
        "lc_time_names": f"'{FORMS['lc_time_names']}'",
        "div_precision_increment": FORMS["div_precision_increment"],
        "innodb_lock_wait_timeout": _seconds(limits.lock),
        "lock_wait_timeout": _seconds(limits.lock),
        "wait_timeout": _seconds(limits.transaction),
        # A COMMIT that began a new transaction, or counted as chained, would not be one.
        "completion_type": "0",
        "foreign_key_checks": "1",
        "unique_checks": "1",
        "sql_big_selects": "1",
        "sql_safe_updates": "0",
        "sql_select_limit": "18446744073709551615",
    }
    if dialect.is_mariadb:
        settings |= {
            "max_statement_time": str(float(limits.statement)),
            "idle_transaction_timeout": _seconds(limits.idle),
            "check_constraint_checks": "1",
        }
    assigned = ", ".join(f"SESSION {name} = {value}" for name, value in settings.items())
    opened.run(f"SET {assigned}")


def _seconds(seconds: float) -> str:
    """Whole ones; 0 would mean not to wait at all, or for ever."""
    return str(max(1, ceil(seconds)))

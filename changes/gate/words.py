"""The words of a statement: what is not named here, or by the catalogue, is refused."""

from __future__ import annotations

GRAMMAR = frozenset(
    {
        "update", "set", "where", "and", "or", "not", "in", "is", "null", "between", "like",
        "insert", "into", "values", "delete", "from", "true", "false",
    }
)  # fmt: skip

# Immutable, built in, and the same in both dialects.
FUNCTIONS = frozenset({"abs", "coalesce", "lower", "nullif", "replace", "round", "upper"})
# Only as the whole value of a volatile column.
NOW = frozenset({"now", "current_timestamp"})

# Bare words that are functions, whatever columns are called.
SESSION = frozenset(
    {
        "current_catalog", "current_date", "current_role", "current_schema", "current_time",
        "current_user", "dual", "localtime", "localtimestamp", "session_user", "sysdate",
        "system_user", "user", "utc_date", "utc_time", "utc_timestamp",
    }
)  # fmt: skip

# Words that deserve a better answer than "unknown".
HINTS = {
    "as": "alias",
    "cast": "cast",
    "convert": "cast",
    "collate": "cast",
    "conflict": "on_conflict",
    "cross": "join",
    "default": "default_word",
    "duplicate": "on_conflict",
    "except": "subquery",
    "exists": "subquery",
    "ignore": "on_conflict",
    "inner": "join",
    "intersect": "subquery",
    "join": "join",
    "left": "join",
    "limit": "limit",
    "natural": "join",
    "on": "on_conflict",
    "order": "limit",
    "returning": "returning",
    "select": "subquery",
    "table": "subquery",
    "union": "subquery",
    "using": "join",
    "with": "cte",
}
OPENING = frozenset({"update", "delete", "insert"})

"""The tree of departments by id: safe on cycles, which old data may hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

# UNION, not UNION ALL: a row seen before is not followed again, so a cycle ends.
BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM departments_department WHERE id = ANY(%s)
        UNION
        SELECT child.id FROM departments_department child JOIN below ON child.parent_id = below.id
    )
    SELECT id FROM below
"""

ABOVE = """
    WITH RECURSIVE above(id, parent_id) AS (
        SELECT id, parent_id FROM departments_department WHERE id = %s
        UNION
        SELECT up.id, up.parent_id
        FROM departments_department up JOIN above ON up.id = above.parent_id
    )
    SELECT id, parent_id FROM above
"""


def subtree_ids(department_ids: Iterable[int]) -> set[int]:
    """The departments and everything below them. One query; none for no departments."""
    wanted = list(department_ids)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [wanted])
        return {row[0] for row in cursor.fetchall()}


def line_above(department_id: int | None) -> list[int]:
    """The department's own id, its parent's, and so on to the root. One query."""
    if department_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [department_id])
        parent_of = dict(cursor.fetchall())
    line: list[int] = []
    current: int | None = department_id
    while current is not None and current in parent_of and current not in line:
        line.append(current)
        current = parent_of[current]
    return line


# From the root to the department; correlated with the row it annotates. The bound ends cycles.
PATH = """(
    WITH RECURSIVE up(parent_id, path, steps) AS (
        SELECT d.parent_id, lpad(d.id::text, 9, '0'), 0
        FROM departments_department d WHERE d.id = departments_department.id
        UNION ALL
        SELECT d.parent_id, lpad(d.id::text, 9, '0') || '/' || up.path, up.steps + 1
        FROM departments_department d JOIN up ON d.id = up.parent_id WHERE up.steps < 20
    )
    SELECT path FROM up ORDER BY steps DESC LIMIT 1
)"""


def tree_path() -> RawSQL:
    """To annotate departments with: ordered by it the tree is in order, `/` counts the depth."""
    return RawSQL(PATH, [], output_field=TextField())  # noqa: S611 - a constant, no input in it

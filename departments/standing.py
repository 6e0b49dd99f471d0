"""What a person may act for: computed once per request, everything permissions need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

if TYPE_CHECKING:
    from departments.models import User

# `covered` is the person and everyone for whom they stand in now, also through
# a stand-in who is away as well. Deputies are not covered: they are several already.
POSITIONS = """
    WITH RECURSIVE covered(person) AS (
        SELECT %(user)s::bigint
        UNION
        SELECT away.person_id
        FROM departments_absence away JOIN covered ON away.stand_in_id = covered.person
        WHERE away.starts_at <= %(now)s AND away.ends_at > %(now)s
    ), led(id) AS (
        SELECT led.id FROM departments_department led JOIN covered ON led.leader_id = covered.person
        UNION
        SELECT department_id FROM departments_deputyship WHERE person_id = %(user)s
    ), joined(id) AS (
        SELECT department_id FROM departments_membership WHERE person_id = %(user)s
    ), overseen(id) AS (
        SELECT id FROM led
        UNION
        SELECT child.id
        FROM departments_department child JOIN overseen ON child.parent_id = overseen.id
    ), covering(id) AS (
        SELECT department_id FROM departments_membership
        WHERE person_id IN (SELECT person FROM covered)
    )
    SELECT d.id, d.kind, d.is_active,
           d.id IN (SELECT id FROM joined),
           d.id IN (SELECT id FROM led),
           d.id IN (SELECT id FROM overseen),
           ARRAY(SELECT person FROM covered)
    FROM departments_department d
    WHERE d.id IN (SELECT id FROM covering UNION ALL SELECT id FROM overseen)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's departments, those they lead, the subtrees below, and the kinds they act for.

    `departments` holds those joined or led; `leads` those led, deputised, or led by
    somebody for whom the person stands in now; `oversees` everything below `leads`;
    `kinds` the kinds of `departments` that are active; `stands_in_for` the absent people
    for whom the person stands in now; `reach` every department whose cases they may read.
    """

    user: User | AnonymousUser
    at: datetime
    departments: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    oversees: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    stands_in_for: frozenset[int] = frozenset()
    reach: frozenset[int] = frozenset()

    @property
    def sees_every_case(self) -> bool:
        """Customer service, compliance and auditors read all cases."""
        return self.is_active and (
            bool(self.kinds & {"customer_service", "compliance"})
            or getattr(self.user, "is_auditor", False)
        )

    @property
    def is_active(self) -> bool:
        """Whether the person may act at all: signed in, and not deactivated."""
        return self.user.is_authenticated and self.user.is_active


def standing_of(user: User | AnonymousUser, now: datetime | None = None) -> Standing:
    """The person's standing, kept on the instance: one query per request.

    Without `now` any standing kept is good enough: the request's first look froze it.
    """
    kept: Standing | None = getattr(user, "kept_standing", None)
    if kept is not None and now in (None, kept.at):
        return kept
    standing = _look_up(user, now or timezone.now())
    user.kept_standing = standing  # type: ignore[union-attr]
    return standing


def forget_standing(*users: User) -> None:
    """Drop what was kept, after a change of departments or absences in the same process."""
    for user in users:
        user.kept_standing = None


def _look_up(user: User | AnonymousUser, now: datetime) -> Standing:
    if not (user.is_authenticated and user.is_active and user.pk):
        return Standing(user=user, at=now)
    with connection.cursor() as cursor:
        cursor.execute(POSITIONS, {"user": user.pk, "now": now})
        rows = cursor.fetchall()
    own = frozenset(pk for pk, _, _, joined, led, *_ in rows if joined or led)
    return Standing(
        user=user,
        at=now,
        departments=own,
        leads=frozenset(pk for pk, _, _, _, led, *_ in rows if led),
        oversees=frozenset(pk for pk, *_, overseen, _ in rows if overseen),
        kinds=frozenset(kind for pk, kind, active, *_ in rows if active and pk in own),
        stands_in_for=frozenset(rows[0][-1] if rows else ()) - {user.pk},
        reach=frozenset(pk for pk, *_ in rows),
    )

"""What must hold of every firing, whoever swept and however they ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from django.db import connection

from escalations.models import Deadline
from journal.verify import Verification

# Each finds what should not be; the sentence says what should.
RULES = {
    "no rung failed": "SELECT id FROM escalations_firing WHERE state = 'failed'",
    "of each version of a clock the rungs are recorded without a gap": """
        SELECT deadline_id FROM escalations_firing
        GROUP BY deadline_id, version
        HAVING count(*) <> max(rung) + 1 OR count(*) <> count(DISTINCT rung)
    """,
    "a clock's next rung is the one behind those recorded": """
        SELECT d.id FROM escalations_deadline d
        LEFT JOIN (SELECT deadline_id, version, count(*) AS recorded
                   FROM escalations_firing GROUP BY deadline_id, version) f
        ON f.deadline_id = d.id AND f.version = d.version
        WHERE d.rung <> coalesce(f.recorded, 0)
    """,
    "what was skipped says why, and told nobody": """
        SELECT f.id FROM escalations_firing f
        WHERE f.state = 'skipped' AND (f.reason = '' OR f.entry_id IS NOT NULL
            OR EXISTS (SELECT FROM escalations_firing_told t WHERE t.firing_id = f.id))
    """,
    "what fired came by a route, into the journal, to somebody": """
        SELECT f.id FROM escalations_firing f
        WHERE f.state = 'fired' AND (f.entry_id IS NULL OR f.route = '[]'
            OR NOT EXISTS (SELECT FROM escalations_firing_told t WHERE t.firing_id = f.id))
    """,
    "nothing fired before its time": """
        SELECT id FROM escalations_firing WHERE state = 'fired' AND fired_at < planned_at
    """,
    "each entry of a firing is of one firing": """
        SELECT entry_id FROM escalations_firing WHERE entry_id IS NOT NULL
        GROUP BY entry_id HAVING count(*) > 1
    """,
    "each entry that a clock made is of a firing": """
        SELECT e.id FROM journal_entry e
        WHERE (e.tag = 'deadline:reminded'
               OR e.actor_id IS NULL AND e.data ? 'working_left')
          AND NOT EXISTS (SELECT FROM escalations_firing f WHERE f.entry_id = e.id)
    """,
    "each person told has one notice of the firing": """
        SELECT t.id FROM escalations_firing_told t
        JOIN escalations_firing f ON f.id = t.firing_id
        WHERE (SELECT count(*) FROM notifications_notice n
               WHERE n.entry_id = f.entry_id AND n.reader_id = t.user_id) <> 1
    """,
    "no one else has a notice of it": """
        SELECT n.id FROM notifications_notice n
        JOIN escalations_firing f ON f.entry_id = n.entry_id
        WHERE NOT EXISTS (SELECT FROM escalations_firing_told t
                          WHERE t.firing_id = f.id AND t.user_id = n.reader_id)
    """,
    "a case has one open escalation for each reason": """
        SELECT stream FROM escalations_escalation WHERE state IN ('raised', 'acknowledged')
        GROUP BY stream, reason HAVING count(*) > 1
    """,
    "an escalation that a clock raised was raised once": """
        SELECT x.id FROM escalations_escalation x
        WHERE (SELECT count(*) FROM journal_entry e
               WHERE e.stream_id = x.stream AND e.subject = x.reference
                 AND e.tag = 'escalation:raised') <> 1
    """,
    "a paused clock does not wake": """
        SELECT id FROM escalations_deadline WHERE state <> 'running' AND wake_at IS NOT NULL
    """,
}


def violations(rules: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each rule whose query finds rows."""
    for rule, sql in rules.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found = [row[0] for row in cursor.fetchall()]
        if found:
            yield f"Not so: {rule}: {len(found)} of them, such as {found[:3]}"


def broken(*, chains: bool = True) -> Iterator[str]:
    """A sentence for each rule that does not hold, with the first rows that break it.

    With `chains` the journal is read from its beginning, too.
    """
    yield from violations(RULES)
    if chains:
        yield from (f"Journal: {finding}" for finding in islice(Verification().findings(), 5))


def still_due(now: object) -> Iterator[str]:
    """A sentence if a sweep has left anything that was due."""
    left = Deadline.objects.filter(state="running", wake_at__lte=now)
    if found := left.count():
        yield f"Not so: nothing that is due is left: {found} of them, such as {left.first()}"

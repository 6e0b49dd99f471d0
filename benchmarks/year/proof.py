"""What must hold in the simulated year, beside what holds of every firing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.db.models import Count, Min

from benchmarks.invariants import broken, violations
from benchmarks.year.world import World
from departments.calendars import work_times_of
from departments.worktime import WorkTime
from escalations.models import Deadline, Firing, Recount
from escalations.timetable import timetable_of
from journal.models import Entry

# A clock that was stopped, or begins where another one began, has another past than its dates say.
ODD = ("deadline:paused", "complaint:severity_changed")
LIVE = "('running', 'paused')"
OPEN = "('raised', 'acknowledged')"
BY_CLOCK = "('overdue', 'stalled')"
ENDED = "('closed', 'withdrawn')"

# Each finds what should not be; the sentence says what should.
RULES = {
    "an open escalation has an open case": f"""
        SELECT x.reference FROM escalations_escalation x
        LEFT JOIN complaints_complaint c ON c.reference = x.stream
        WHERE x.state IN {OPEN} AND (c.id IS NULL OR c.state IN {ENDED})
    """,
    "an open escalation that a clock raised has a live cause": f"""
        SELECT x.reference FROM escalations_escalation x
        WHERE x.state IN {OPEN} AND x.reason IN {BY_CLOCK} AND NOT EXISTS (
            SELECT FROM escalations_escalation_deadlines c
            JOIN escalations_deadline d ON d.id = c.deadline_id
            WHERE c.escalation_id = x.id AND d.state IN {LIVE})
    """,
    "a leader who is asked by a person has a date until, and only until, it is decided": f"""
        SELECT x.reference FROM escalations_escalation x
        WHERE x.reason NOT IN {BY_CLOCK} AND (x.state IN {OPEN}) <> EXISTS (
            SELECT FROM escalations_deadline d
            WHERE d.subject = x.reference AND d.kind = 'decide' AND d.state IN {LIVE})
    """,
    "what a leader is asked about a ticket ends with it": f"""
        SELECT x.reference FROM escalations_escalation x
        JOIN complaints_ticket t ON t.reference = x.subject
        WHERE x.reason NOT IN {BY_CLOCK} AND x.state IN {OPEN}
          AND t.state IN ('done', 'withdrawn')
    """,
    "a decision stops the climb": """
        SELECT e.id FROM escalations_escalation x
        JOIN journal_entry e ON e.stream_id = x.stream AND e.subject = x.reference
        WHERE x.state IN ('decided', 'withdrawn')
          AND e.tag IN ('escalation:climbed', 'escalation:repeated', 'escalation:joined')
          AND e.seq > (SELECT max(z.seq) FROM journal_entry z
                       WHERE z.stream_id = x.stream AND z.subject = x.reference
                         AND z.tag IN ('escalation:decided', 'escalation:withdrawn'))
    """,
    "a clock about which a leader decided is silent until it is moved": """
        SELECT f.id FROM escalations_deadline d
        JOIN escalations_firing f ON f.deadline_id = d.id AND f.version = d.version
        WHERE d.decided AND f.state = 'fired' AND f.fired_at > (
            SELECT max(x.decided_at) FROM escalations_escalation x
            JOIN escalations_escalation_deadlines c ON c.escalation_id = x.id
            WHERE c.deadline_id = d.id)
    """,
    "a paused clock never fires": """
        SELECT f.id FROM escalations_firing f
        JOIN escalations_deadline d ON d.id = f.deadline_id
        JOIN journal_entry e ON e.id = f.entry_id
        WHERE (SELECT p.tag FROM journal_entry p
               WHERE p.stream_id = d.stream AND p.subject = d.subject
                 AND p.data ->> 'kind' = d.kind AND p.at >= d.started_at AND p.seq < e.seq
                 AND p.tag IN ('deadline:paused', 'deadline:resumed')
               ORDER BY p.seq DESC LIMIT 1) = 'deadline:paused'
    """,
    "an open ticket of an open case has a live clock or promise": f"""
        SELECT t.reference FROM complaints_ticket t
        JOIN complaints_complaint c ON c.id = t.complaint_id
        WHERE t.state NOT IN ('done', 'withdrawn') AND NOT EXISTS (
            SELECT FROM escalations_deadline d WHERE d.state IN {LIVE} AND d.subject IN (
                SELECT t.reference UNION SELECT p.reference FROM complaints_commitment p
                WHERE p.ticket_id = t.id))
    """,
    "nothing is due on an ended case": f"""
        SELECT d.id FROM escalations_deadline d
        JOIN complaints_complaint c ON c.reference = d.stream
        WHERE c.state IN {ENDED} AND d.state IN {LIVE}
    """,
    "an open case is due": f"""
        SELECT c.reference FROM complaints_complaint c
        WHERE c.state NOT IN {ENDED} AND NOT EXISTS (
            SELECT FROM escalations_deadline d
            WHERE d.stream = c.reference AND d.state IN {LIVE})
    """,
}


class Proof:
    """Checked now and then; clocks that ended since the last time are checked once."""

    def __init__(self) -> None:
        self.checked: datetime | None = None
        self.findings: list[str] = []
        self.clocks = 0

    def check(self, world: World, *, chains: bool = True) -> None:
        """Write down what does not hold now."""
        found = [*broken(chains=chains), *violations(RULES), *_told_inactive(world)]
        if not Recount.objects.filter(since__isnull=False).exists():
            # While clocks are counted again, some go by the old hours.
            found += self._lost(world)
        self.findings += [f"{world.now:%Y-%m-%d %H:%M} {each}" for each in found]
        self.checked = world.now

    def _lost(self, world: World) -> Iterator[str]:
        """Each rung whose instant came before a sweep is recorded; counted anew, from the dates."""
        # What watches for silence begins anew as it wakes: its rungs are checked by number alone.
        clocks = (
            Deadline.objects.filter(version=1)
            .exclude(kind="stall")
            .annotate(recorded=Count("firings"), decided_at=Min("escalations__decided_at"))
        )
        ended = clocks.filter(ended_at__gt=self.checked or world.start)
        running = clocks.filter(state="running")
        times = work_times_of(set(Deadline.objects.values_list("department_id", flat=True)))
        left_out = set(Entry.objects.filter(tag__in=ODD).values_list("subject", flat=True))
        for deadline in [*ended.iterator(), *running.iterator()]:
            if deadline.subject not in left_out:
                self.clocks += 1
                yield from _missing(deadline, times[deadline.department_id], world)


def _missing(deadline: Deadline, work: WorkTime, world: World) -> Iterator[str]:
    until = min(filter(None, (deadline.ended_at, deadline.decided_at, world.now)))
    # A sweep at the very instant of an event comes before it.
    place = bisect_right(world.swept, until)
    if not place:
        return
    table = timetable_of(deadline, work)
    wanted = len(table.passed(0, world.swept[place - 1]))
    # What was decided until some day may have spoken again since.
    if deadline.recorded < wanted or (deadline.recorded > wanted and not deadline.decided_at):
        yield (
            f"Not so: {deadline} ({deadline.pk}) has {wanted} rungs behind it, "
            f"and recorded {deadline.recorded}."
        )
    if deadline.state == "running" and not deadline.decided and not deadline.failures:
        expected = table.at(deadline.rung)
        if deadline.wake_at != expected:
            yield f"Not so: {deadline} wakes at {deadline.wake_at}, its next rung is {expected}."


def _told_inactive(world: World) -> Iterator[str]:
    for person, (begin, end) in world.inactive.items():
        told = Firing.objects.filter(told=person, fired_at__gt=begin, fired_at__lt=end).count()
        if told:
            yield f"Not so: who is told has an account: {told} firings told {person}."


def digest() -> str:
    """Of every firing in order: the same for the same seed."""
    rows = Firing.objects.order_by("deadline_id", "version", "rung").prefetch_related("told")
    numbers: dict[int, int] = {}
    total = sha256()
    for firing in rows.select_related("deadline").iterator(chunk_size=2000):
        number = numbers.setdefault(firing.deadline_id, len(numbers))
        told = sorted(person.username for person in firing.told.all())
        line = [
            number, firing.deadline.kind, firing.version, firing.rung, firing.level, firing.state,
            firing.reason, firing.planned_at.isoformat(), firing.fired_at.isoformat(), told,
        ]  # fmt: skip
        total.update(repr(line).encode())
    return total.hexdigest()

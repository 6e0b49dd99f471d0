"""The page of a clock: why it is due then, what fired, what fires next, what became of it.

A fixed number of queries, however often it has fired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from departments.calendars import work_time_of
from departments.models import Department, User
from departments.worktime import WorkTime
from escalations.chart import load_chart
from escalations.counted import WhyDue, why_due
from escalations.errors import PolicyError
from escalations.foresight import Asked, Coming, foresee
from escalations.models import Deadline, Escalation, Firing
from escalations.queries import with_working_left
from escalations.services.raising import Causes, concerning
from escalations.timetable import Timetable, timetable_of
from escalations.wording import Names, Way, pause_words, repeat_words, rung_words, ways_of
from journal.models import Entry

FIRED_SHOWN = 60
AT_ONCE = 8
HISTORY_SHOWN = 40
CHANGES = (
    "deadline:moved",
    "deadline:recomputed",
    "deadline:policy_changed",
    "deadline:paused",
    "deadline:resumed",
)


@dataclass(frozen=True, slots=True)
class Fired:
    """What a rung did: when it was to speak, whom it told by which ways, or why it did nothing."""

    firing: Firing
    when: str
    told: Sequence[User]
    ways: Sequence[Way]

    @property
    def seq(self) -> int | None:
        """The number of its entry in the history of the case."""
        return self.firing.entry.seq if self.firing.entry else None

    @property
    def raised(self) -> str:
        """The escalation that it raised or made climb."""
        entry = self.firing.entry
        return entry.subject if entry and entry.tag.startswith("escalation:") else ""


@dataclass(frozen=True, slots=True)
class Next:
    """A rung that will speak, and whom it reaches as things are now."""

    index: int
    at: datetime
    level: int
    when: str
    people: Sequence[User]
    ways: Sequence[Way]
    last_resort: bool
    leaves_out: int


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the clock itself; `digest` finds the words that were said with it."""

    entry: Entry
    says: str
    before: datetime | None = None
    after: datetime | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineFile:
    """One clock, read once."""

    deadline: Deadline
    zone: str
    why: WhyDue
    fired: Sequence[Fired]
    more_fired: bool
    coming: Sequence[Next]
    silent: str
    afterwards: str
    changes: Sequence[Change]

    @property
    def recent(self) -> Sequence[Fired]:
        """What fired last."""
        return self.fired[:AT_ONCE]

    @property
    def older(self) -> Sequence[Fired]:
        """What is folded away."""
        return self.fired[AT_ONCE:]


def deadline_for(pk: int) -> Deadline | None:
    """The clock; whether the reader may see it is for the case to say."""
    rows = Deadline.objects.select_related("department", "owner", "policy_version__policy")
    return rows.filter(pk=pk).first()


def open_deadline(deadline: Deadline, now: datetime) -> DeadlineFile:
    """Gather all that the page tells."""
    with_working_left([deadline], now)
    work = work_time_of(deadline.department)
    firings = _firings(deadline)
    entries = _entries(deadline)
    table = _table(deadline, work)
    coming = _coming(deadline, table, now)
    names = _names([*(one.route for one in firings), *(each.audience.steps for each in coming)])
    fired = [_fired(one, deadline, table, names) for one in firings[:FIRED_SHOWN]]
    return DeadlineFile(
        deadline=deadline,
        zone=work.zone.key,
        why=why_due(deadline, work, given=_given(deadline, entries), now=now),
        fired=fired,
        more_fired=len(firings) > FIRED_SHOWN,
        coming=[_next(each, names) for each in coming],
        silent=_silent(deadline, table, coming),
        afterwards=repeat_words(table.ladder[-1].repeat) if table and coming else "",
        changes=[_change(entry) for entry in entries if entry.tag in CHANGES],
    )


# --- What fired -----------------------------------------------------------------------------------
def _firings(deadline: Deadline) -> list[Firing]:
    rows = deadline.firings.select_related("entry").prefetch_related("told")
    return list(rows.order_by("-fired_at", "-version", "-rung")[: FIRED_SHOWN + 1])


def _fired(firing: Firing, deadline: Deadline, table: Timetable | None, names: Names) -> Fired:
    # Another version may have had another ladder.
    known = table is not None and firing.version == deadline.version
    when = rung_words(table.rung(firing.rung)) if table is not None and known else ""
    if table is not None and known and firing.rung >= len(table.ladder):
        when = _("again")
    route = firing.route if isinstance(firing.route, list) else []
    return Fired(firing, when, list(firing.told.all()), ways_of(route, names))


def _names(routes: Iterable[Any]) -> Names:
    steps = [
        step
        for route in routes
        if isinstance(route, list)
        for step in route
        if isinstance(step, Mapping)
    ]
    people = {step.get("person") for step in steps} - {None}
    departments = {step.get("department") for step in steps} - {None}
    return Names(User.objects.in_bulk(people), Department.objects.in_bulk(departments))


# --- What fires next ------------------------------------------------------------------------------
def _table(deadline: Deadline, work: WorkTime) -> Timetable | None:
    try:
        return timetable_of(deadline, work)
    except (PolicyError, ArithmeticError, LookupError, TypeError, ValueError):
        # Data that should not exist: the sweep meets it, too, and tells the administrators.
        return None


def _coming(deadline: Deadline, table: Timetable | None, now: datetime) -> list[Coming]:
    if table is None or deadline.wake_at is None:
        return []
    return foresee(deadline, table, chart=load_chart(now), asked=_asked(deadline), now=now)


def _asked(deadline: Deadline) -> Asked:
    """What the rungs will meet: its own question before the one that others of the case opened."""
    rows: list[Escalation] = list(concerning(deadline))
    rows.sort(key=lambda one: one.reference != deadline.subject)
    if not rows:
        return Asked()
    cause = Causes.objects.filter(escalation=rows[0], deadline=deadline)
    return Asked(rows[0], is_cause=cause.exists())


def _next(coming: Coming, names: Names) -> Next:
    audience = coming.audience
    return Next(
        index=coming.index,
        at=coming.at,
        level=coming.rung.level,
        when=rung_words(coming.rung),
        people=[names.people[pk] for pk in audience.people if pk in names.people],
        ways=ways_of(audience.steps, names),
        last_resort=audience.last_resort,
        leaves_out=len(coming.leaves_out),
    )


def _silent(deadline: Deadline, table: Timetable | None, coming: Sequence[Coming]) -> str:
    """Why nothing is said any more, or not for now."""
    if deadline.ended_at is not None:
        return _("It has ended: nothing more is said.")
    if deadline.state == Deadline.State.PAUSED:
        why = {"why": pause_words(deadline.pause_reason)}
        return _("The clock stands still (%(why)s): nothing is said until it goes on.") % why
    if table is None:
        return _("Its ladder cannot be read, so it cannot speak. The administrators are told.")
    if deadline.decided and deadline.wake_at is None:
        return _("A leader has decided about it: nothing is said until its date is moved.")
    return "" if coming else _("Its ladder has come to its end: nothing more is said.")


# --- What became of it ----------------------------------------------------------------------------
def _entries(deadline: Deadline) -> list[Entry]:
    """The changes of this clock, newest first, and what was done when it started."""
    of_clock = Q(tag__in=CHANGES, data__kind=deadline.kind, at__gte=deadline.started_at)
    at_start = Q(at=deadline.started_at, actor__isnull=False)
    rows = Entry.objects.filter(of_clock | at_start, subject=deadline.subject)
    if deadline.ended_at is not None:
        rows = rows.filter(at__lte=deadline.ended_at)
    rows = rows.filter(stream=deadline.stream).select_related("actor")
    return list(rows.order_by("-seq")[:HISTORY_SHOWN])


def _given(deadline: Deadline, entries: Iterable[Entry]) -> Entry | None:
    """The entry with which a person gave the date as it is."""
    moved = [entry for entry in entries if entry.tag == "deadline:moved"]
    if moved:
        return moved[0]
    if deadline.due_at != deadline.first_due_at:
        return None
    start = [entry for entry in entries if entry.at == deadline.started_at]
    return start[-1] if start else None


def _change(entry: Entry) -> Change:
    data = entry.data
    says = {
        "deadline:moved": _("The date was moved."),
        "deadline:recomputed": _("The working hours have changed, and the date with them."),
        "deadline:policy_changed": _("It follows another version of the policy since."),
        "deadline:paused": _("The clock stands still: %(why)s.")
        % {"why": pause_words(str(data.get("reason", "")))},
        "deadline:resumed": _("The clock goes on."),
    }
    after = data.get("to") or (data.get("due_at") if entry.tag == "deadline:resumed" else None)
    return Change(
        entry, says[entry.tag], _at(data.get("from")), _at(after), data.get("text_sha256", "")
    )


def _at(value: object) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None

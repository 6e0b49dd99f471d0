"""Why a clock is due when it is: how its date came about, and the days that were counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from departments.explaining import Why, why_then
from departments.formatting import instant_text
from departments.worktime import Unit, WorkTime, WorkTimeError
from escalations.models import Deadline
from escalations.recompute import Dates
from escalations.wording import amount_words, pause_words
from journal.models import Entry

WORKING = frozenset({Unit.WORKING_HOUR, Unit.BUSINESS_DAY})
MINUTE = 60


@dataclass(frozen=True, slots=True)
class WhyDue:
    """The date in sentences; the days between, where working time counts."""

    sentences: list[str]
    days: Why | None
    follows_hours: bool


def why_due(deadline: Deadline, work: WorkTime, *, given: Entry | None, now: datetime) -> WhyDue:
    """Why then. `given` is the entry with which a person gave the date, if one is known."""
    sentences = list(_sentences(deadline, work, given, now))
    return WhyDue(sentences, _days(deadline, work), deadline.counted_from is not None)


def _sentences(
    deadline: Deadline, work: WorkTime, given: Entry | None, now: datetime
) -> Iterator[str]:
    if deadline.counted_from is not None and deadline.counted_amount is not None:
        yield from _counted(deadline, now)
        yield from _unit(deadline, work)
        yield from _kept(deadline, work, now)
    elif given is not None and given.actor is not None:
        words = {"person": given.actor, "at": instant_text(given.at, now=now)}
        if given.tag == "deadline:moved":
            yield _("%(person)s moved it to this date, on %(at)s.") % words
        else:
            yield _("%(person)s gave this date, on %(at)s.") % words
    else:
        yield _(
            "This date stands by itself: a person or a rule gave it, or it was kept when the clock"
            " went to a department with other hours."
        )
    if deadline.kind == Deadline.Kind.STALL:
        yield _("It watches for silence: whenever somebody moves the case, it starts anew.")
    if deadline.state == Deadline.State.PAUSED:
        yield _(
            "The clock stands still (%(why)s). When it goes on, its date is set anew by what"
            " was left."
        ) % {"why": pause_words(deadline.pause_reason)}


def _counted(deadline: Deadline, now: datetime) -> Iterator[str]:
    assert deadline.counted_from is not None
    assert deadline.counted_amount is not None
    words = {
        "amount": amount_words(deadline.counted_amount, deadline.counted_unit),
        "start": instant_text(deadline.counted_from, now=now),
        "policy": deadline.policy_version or _("the built-in rules"),
    }
    if deadline.counted_from != deadline.started_at:
        yield _("%(amount)s were left when the clock went on, on %(start)s.") % words
    else:
        yield _("%(amount)s from %(start)s, by %(policy)s.") % words


def _unit(deadline: Deadline, work: WorkTime) -> Iterator[str]:
    if deadline.counted_unit == Unit.BUSINESS_DAY:
        yield _("Business days end when the department's working day ends.")
    elif deadline.counted_unit == Unit.CALENDAR_DAY:
        yield _(
            "Every day counts, weekends and holidays as well; the last one ends at midnight"
            " in %(zone)s."
        ) % {"zone": work.zone.key}
    elif deadline.counted_unit == Unit.HOUR:
        yield _("Hours run day and night, on weekends and holidays as well.")


def _kept(deadline: Deadline, work: WorkTime, now: datetime) -> Iterator[str]:
    """The hours have changed since, and it would have become late by that."""
    if deadline.state != Deadline.State.RUNNING:
        return
    try:
        by_hours = Dates(work, now).counted(deadline)
    except WorkTimeError:
        return
    if by_hours and abs((by_hours - deadline.due_at).total_seconds()) >= MINUTE:
        yield _(
            "By the hours of today it would be %(date)s. It stays, because nobody is made late"
            " by a change of hours."
        ) % {"date": instant_text(by_hours, now=now)}


def _days(deadline: Deadline, work: WorkTime) -> Why | None:
    start = deadline.counted_from or deadline.started_at
    unit = deadline.counted_unit or Unit.WORKING_HOUR
    if Unit(unit) not in WORKING or start >= deadline.due_at:
        return None
    try:
        return why_then(work.explain(start, deadline.due_at), work.zone)
    except WorkTimeError:
        return None

"""The signs of the page of health: how each part is, and what to do when it is not well."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import celery
import django
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.figures import CAP, Figures, failing_clocks, read_figures
from config.health import broker_answers, is_late, worker_answers
from config.watch.lock import somebody_watches
from config.watch.readers import administrators
from departments.calendars import departments_by_calendar, work_times_of
from departments.formatting import DAY, capped, span_text
from departments.models import WorkCalendar
from departments.warnings import warnings_now
from journal.models import Entry
from notifications.texts import SYSTEM

SHOWN = 10
# Seconds; longer spans are told in minutes.
EXACT = 120
LATELY = timedelta(days=7)
# Dates are promised so far ahead.
AHEAD = timedelta(days=60)
# A mail waits no longer while its server answers.
WAITED = timedelta(minutes=5)


class Tone(StrEnum):
    """How well something is."""

    OK = "ok"
    WARN = "warn"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is not well: about what, since when, and what to do about it."""

    text: str
    note: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One part of the house: a sentence on how it is; what to do, unless it is well."""

    id: str
    name: str
    tone: Tone
    says: str
    to_do: str = ""
    lines: Sequence[Line] = ()
    more: int = 0
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Vitals:
    """The page: signs, what the sweep did last, alarms of the last days, versions."""

    figures: Figures
    signs: Sequence[Sign]
    alarms: Sequence[Line]
    versions: Sequence[tuple[str, str]]

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The sweep and what waits, in numbers."""
        beat, outbox, now = self.figures.beat, self.figures.outbox, self.figures.now
        yield _("Last tick"), _ago(beat.ticked_at, now) or _("never")
        yield _("Lag"), _seconds(beat.lag.total_seconds())
        yield _("Fired by the last tick"), str(beat.fired)
        yield _("Failed in the last tick"), str(beat.failed)
        yield _("Clocks due now"), _number(self.figures.due)
        yield _("Mails waiting"), _number(outbox.pending)
        yield _("Oldest of them"), _ago(outbox.oldest, now) or _("none")
        yield _("Mails failed"), _number(outbox.failed)


def _ago(then: datetime | None, now: datetime) -> str:
    if then is None:
        return ""
    return _("%(span)s ago") % {"span": _seconds(max(0.0, (now - then).total_seconds()))}


def _seconds(span: float) -> str:
    """Exact where seconds matter."""
    if span < EXACT:
        return ngettext("%(n)s second", "%(n)s seconds", round(span)) % {"n": round(span)}
    return span_text(span, day_seconds=DAY)


def _number(count: int) -> str:
    return capped(count, CAP) or "0"


def read_vitals(now: datetime) -> Vitals:
    """Everything at one instant; a fixed number of queries, and a second at most for the worker."""
    figures = read_figures(now)
    broker = broker_answers()
    worker = broker and worker_answers()
    signs = [
        sweep_sign(figures, broker=broker, worker=worker),
        broker_sign(broker),
        worker_sign(worker, broker=broker),
        watch_sign(),
        outbox_sign(figures),
        clocks_sign(figures),
        calendars_sign(now),
        organisation_sign(now),
    ]
    return Vitals(figures, signs, list(_alarms(now)), list(_versions()))


# --- What must run --------------------------------------------------------------------------------
def sweep_sign(figures: Figures, *, broker: bool, worker: bool) -> Sign:
    """Clocks are fired in time."""
    name = _("Sweep")
    if not is_late(figures.beat, now=figures.now):
        return Sign("sweep", name, Tone.OK, _("Clocks are fired in time."))
    if figures.beat.ticked_at is None:
        says = _("It has never ticked: no reminder and no escalation goes out.")
    else:
        says = _("It is late: reminders and escalations wait. None is lost: what is due is fired"
                 " as soon as it ticks again.")  # fmt: skip
    return Sign("sweep", name, Tone.LATE, says, cause_of_silence(broker=broker, worker=worker))


def cause_of_silence(*, broker: bool, worker: bool) -> str:
    """What to do about a sweep that is late, by what answers."""
    if not broker:
        return _("The broker (Redis) does not answer: start it, and check REDIS_URL.")
    if not worker:
        return _("No worker answers: start the worker, and read the end of its log.")
    return _("Broker and worker answer: check that beat runs, and read the log of the worker for"
             " what holds it up.")  # fmt: skip


def broker_sign(answers: bool) -> Sign:
    """Redis."""
    if answers:
        return Sign("broker", _("Broker"), Tone.OK, _("Redis answers."))
    return Sign(
        "broker",
        _("Broker"),
        Tone.LATE,
        _("Redis does not answer: mail and reminders wait in the database."),
        _("Start Redis, and check REDIS_URL. What waits is found by itself; nothing is lost."),
    )


def worker_sign(answers: bool, *, broker: bool) -> Sign:
    """Celery; it can be asked only through the broker."""
    name = _("Worker")
    if answers:
        return Sign("worker", name, Tone.OK, _("A worker answers."))
    if not broker:
        says = _("It cannot be asked while the broker does not answer.")
        return Sign("worker", name, Tone.WARN, says, _("Start Redis first."))
    says = _("No worker answered within a second: mail and reminders wait in the database.")
    return Sign("worker", name, Tone.LATE, says, _("Start the worker, and read its log."))


def watch_sign() -> Sign:
    """The alarm that needs no broker, and whom it reaches."""
    name = _("Watch")
    if not somebody_watches():
        says = _("It does not run: nobody is mailed when the sweep falls silent.")
        return Sign("watch", name, Tone.WARN, says, _("Start it: manage.py watch."))
    reached = len(administrators()) + len(settings.ALERT_EMAILS)
    if not reached:
        says = _("It runs, and has nobody to mail: no administrator has an e-mail address.")
        to_do = _("Give an administrator an e-mail address, or set ALERT_EMAILS.")
        return Sign("watch", name, Tone.WARN, says, to_do)
    says = ngettext(
        "It runs, and mails %(n)s address when the sweep falls silent.",
        "It runs, and mails %(n)s addresses when the sweep falls silent.",
        reached,
    )
    return Sign("watch", name, Tone.OK, says % {"n": reached})


# --- What waits or failed -------------------------------------------------------------------------
def outbox_sign(figures: Figures) -> Sign:
    """Mail on its way, and mail that will not arrive."""
    outbox = figures.outbox
    well = Sign(
        "outbox",
        _("Outgoing mail"),
        Tone.OK,
        _("Nothing is stuck."),
        url=reverse("notifications:mail_log"),
        label=_("Mail log"),
    )
    long_ago = figures.now - WAITED
    # What quiet hours kept back is old when it is sent, and waits for nothing.
    waits = outbox.tried and outbox.oldest is not None and outbox.oldest < long_ago
    overdue = outbox.next_at is not None and outbox.next_at < long_ago
    if outbox.failed:
        says = ngettext(
            "%(n)s mail failed for good: its reader was not told.",
            "%(n)s mails failed for good: their readers were not told.",
            outbox.failed,
        ) % {"n": capped(outbox.failed, CAP)}
        to_do = _("Put the address right, then try again in the mail log.")
        return replace(well, tone=Tone.WARN, says=says, to_do=to_do)
    if waits or overdue:
        says = _("Mail has been waiting for more than five minutes.")
        to_do = _("The mail log has the answer of the mail server. It is tried again by itself.")
        return replace(well, tone=Tone.WARN, says=says, to_do=to_do)
    return well


def clocks_sign(figures: Figures) -> Sign:
    """Clocks that raised instead of firing: named by reference, for administrators read no case."""
    name = _("Clocks that could not be fired")
    if not figures.failing:
        return Sign("clocks", name, Tone.OK, _("None."))
    rows = failing_clocks(figures.now).values_list("subject", "failures", "wake_at")[:SHOWN]
    lines = [
        Line(subject, ngettext("failed once", "failed %(n)s times", times) % {"n": times}, wake_at)
        for subject, times, wake_at in rows
    ]
    says = _("Nobody is reminded of these until they can be fired; all others go on.")
    to_do = _("The log of the worker has the reason (event deadline_failed). Each is tried again"
              " by itself, at the time shown.")  # fmt: skip
    more = figures.failing - len(lines)
    return Sign("clocks", name, Tone.LATE, says, to_do, lines, more)


# --- What somebody must decide --------------------------------------------------------------------
def calendars_sign(now: datetime) -> Sign:
    """Calendars in use that count the coming weeks without an official plan of holidays."""
    name = _("Calendars")
    users = departments_by_calendar()
    # Any department that works by it has its hours.
    times = work_times_of({departments[0].pk for departments in users.values()})
    lines = []
    for calendar in WorkCalendar.objects.filter(pk__in=users).order_by("pk"):
        work = times[users[calendar.pk][0].pk]
        url = reverse("escalations:calendar", args=[calendar.pk])
        lines += [
            Line(str(calendar), str(year), url=url) for year in work.assumed_years(now, now + AHEAD)
        ]
    if not lines:
        says = _("The holidays of the next two months are known.")
        return Sign("calendars", name, Tone.OK, says)
    says = _("The official plan of holidays of a year that dates already reach into is not"
             " known here. Dates are counted by the weekly hours, and say so.")  # fmt: skip
    to_do = _("Once the plan is published: update Duban, or enter the days in the calendar."
              " Running clocks follow.")  # fmt: skip
    return Sign("calendars", name, Tone.WARN, says, to_do, lines)


def organisation_sign(now: datetime) -> Sign:
    """What `departments.warnings` finds."""
    name = _("Organisation")
    found = warnings_now(now)
    if not found:
        return Sign("organisation", name, Tone.OK, _("Everybody who must be told can be found."))
    tone = Tone.LATE if any(one.is_grave for one in found) else Tone.WARN
    says = _("Reminders and escalations find their way round these; put them right all the same.")
    lines = [Line(one.says, one.to_do) for one in found[:SHOWN]]
    return Sign("organisation", name, tone, says, "", lines, len(found) - len(lines))


# --- What is told beside them ---------------------------------------------------------------------
ALARMS: dict[str, Callable[[], str]] = {
    "alarm:deadline_failed": lambda: _("A deadline could not speak"),
    "alarm:last_resort": lambda: _("Duban found no leader to tell"),
    "alarm:mail_failed": lambda: _("Duban could not deliver a mail"),
    "watch:late": lambda: _("The sweep is late"),
    "watch:well": lambda: _("The sweep is in time again"),
}


def _alarms(now: datetime) -> Iterator[Line]:
    entries = Entry.objects.filter(stream=SYSTEM, at__gt=now - LATELY).order_by("-seq")
    for tag, at, data in entries.values_list("tag", "at", "data")[:SHOWN]:
        words = ALARMS.get(tag)
        yield Line(words() if words else tag, str(data.get("subject", "")), at)


def _versions() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        yield "PostgreSQL", cursor.fetchone()[0].split()[0]
    yield "Python", platform.python_version()
    yield "Django", django.get_version()
    yield "Celery", celery.__version__

"""Look at the heartbeat; mail when it falls silent, every hour while it is, and when it is back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models import QuerySet

from config.health import broker_answers, is_late, worker_answers
from config.watch.letters import Post, letter
from config.watch.lock import take_the_watch
from config.watch.readers import administrators, with_alert_addresses
from departments.models import User
from escalations.queries import Heartbeat, heartbeat
from journal.models import Entry
from journal.services import record
from notifications.channels import ChannelUnreachable
from notifications.texts import SYSTEM

log = structlog.get_logger(__name__)

REPEAT = timedelta(hours=1)
# One may come by chance, from a worker that then stands still again.
TICKS_TO_BE_WELL = 2


class Kind(StrEnum):
    """A mail's template, and the verb of its journal entry."""

    LATE = "late"
    UNREACHABLE = "unreachable"
    WELL = "well"

    @property
    def tag(self) -> str:
        return f"watch:{self}"


@dataclass(slots=True)
class Incident:
    """From the first bad look to the last mail that says it is over."""

    kind: Kind
    since: datetime
    told: dict[str, datetime] = field(default_factory=dict)
    noted_at: datetime | None = None
    over_at: datetime | None = None


class Watcher:
    """What one process remembers between two looks; `look` raises nothing of database and mail."""

    def __init__(self, *, now: datetime) -> None:
        self.awake_since = self.looked_at = now
        self.readers: list[User] = []
        self.leads = False
        self.lost_at: datetime | None = None
        self.good_ticks: set[datetime | None] = set()
        self.incident: Incident | None = None

    def look(self, *, now: datetime) -> None:
        """Once every WATCH_SECONDS."""
        if now - self.looked_at > _late() + timedelta(seconds=settings.WATCH_SECONDS):
            # We slept, and the rest of the machine with us: it gets the time of a start.
            self.awake_since = now
        self.looked_at = now
        beat = self._ask(now)
        if beat is None:
            self._without_database(now)
        elif self.leads:
            self._with_heartbeat(beat, now)
        else:
            # Another watch speaks, also about the end of what we began.
            self.incident = None

    # --- Looking ---

    def _ask(self, now: datetime) -> Heartbeat | None:
        try:
            self._take_the_watch()
            beat = heartbeat(now)
            self.readers = administrators()
        except DatabaseFailure as error:
            log.warning("watch_without_database", error=type(error).__name__)
            self._let_go()
            return None
        self.lost_at = None
        return beat

    def _take_the_watch(self) -> None:
        if self.leads:
            return
        self.leads = take_the_watch()
        if self.leads and self.incident is None:
            self.incident = self._recalled()

    def _recalled(self) -> Incident | None:
        """The incident of a watch before this one, if the last word about it was not yet said."""
        last = _entries().order_by("-seq").first()
        if last is None or last.tag == Kind.WELL.tag:
            return None
        told = {reader.email: last.at for reader in with_alert_addresses(administrators())}
        since = datetime.fromisoformat(str(last.data["since"]))
        return Incident(Kind.LATE, since, told, noted_at=last.at)

    def _let_go(self) -> None:
        # The lock goes with the connection.
        self.leads = False
        connection.close()

    # --- Judging ---

    def _without_database(self, now: datetime) -> None:
        self.good_ticks.clear()
        self.lost_at = self.lost_at or now
        if now - self.lost_at > _late():
            self._is_bad(Kind.UNREACHABLE, {}, now, since=self.lost_at)

    def _with_heartbeat(self, beat: Heartbeat, now: datetime) -> None:
        if is_late(beat, now=now, since=self.awake_since):
            self.good_ticks.clear()
            # What stood still while nobody ran gets the time to start.
            if self.incident or now - self.awake_since > _late():
                facts = {"ticked_at": beat.ticked_at, "lag": beat.lag.total_seconds()}
                self._is_bad(Kind.LATE, facts, now, since=beat.ticked_at or self.awake_since)
            return
        if self.incident is None:
            return
        self.good_ticks.add(beat.ticked_at)
        if len(self.good_ticks) >= TICKS_TO_BE_WELL:
            self._is_well(self.incident, now)

    def _is_bad(
        self, kind: Kind, facts: Mapping[str, object], now: datetime, *, since: datetime
    ) -> None:
        incident = self.incident = self.incident or Incident(kind, since)
        incident.kind, incident.over_at = kind, None
        waiting = [
            reader
            for reader in with_alert_addresses(self.readers)
            if now - incident.told.get(reader.email, now - REPEAT) >= REPEAT
        ]
        if not waiting:
            return
        log.error("watch_alarm", kind=kind, readers=len(waiting))
        if kind is Kind.LATE:
            broker = broker_answers()
            facts = {**facts, "broker": broker, "worker": broker and worker_answers()}
        incident.told |= dict.fromkeys(self._send(waiting, kind, facts, incident), now)
        self._note(incident, kind, now)

    def _is_well(self, incident: Incident, now: datetime) -> None:
        incident.over_at = incident.over_at or now
        owed = [one for one in with_alert_addresses(self.readers) if one.email in incident.told]
        facts = {"since": incident.since, "until": incident.over_at, "was": incident.kind}
        left = {one.email for one in owed} - self._send(owed, Kind.WELL, facts, incident)
        # After an hour of vain attempts it is news no more.
        if left and now - incident.over_at < REPEAT:
            incident.told = {email: incident.told[email] for email in left}
        elif not incident.told or self._note(incident, Kind.WELL, now):
            self.incident = None

    # --- Telling ---

    def _send(
        self,
        readers: Iterable[User],
        kind: Kind,
        facts: Mapping[str, object],
        incident: Incident,
    ) -> set[str]:
        """Mail them; the addresses that need no other attempt."""
        done = set()
        try:
            with Post() as post:
                for reader in readers:
                    if post.send(letter(reader, kind, facts, since=incident.since)):
                        done.add(reader.email)
        except ChannelUnreachable as error:
            log.warning("watch_mail_unreachable", reason=error.reason)
        return done

    def _note(self, incident: Incident, kind: Kind, now: datetime) -> bool:
        """Journal it for the watch after this one, once a round; whether it is written."""
        if kind is Kind.UNREACHABLE or not incident.told:
            return False
        if kind is Kind.LATE and incident.noted_at and now - incident.noted_at < REPEAT:
            return True
        data = {"since": incident.since.isoformat()}
        try:
            record(stream=SYSTEM, subject=SYSTEM, tag=kind.tag, actor=None, now=now, data=data)
        except DatabaseFailure:
            self._let_go()
            return False
        incident.noted_at = now
        return True


def _late() -> timedelta:
    return timedelta(seconds=settings.LATE_SECONDS)


def _entries() -> QuerySet[Entry]:
    return Entry.objects.filter(stream=SYSTEM, tag__in=[Kind.LATE.tag, Kind.WELL.tag])

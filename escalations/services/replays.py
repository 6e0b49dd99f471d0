"""A version is tried on the clocks of the last days: asked for here, done by the worker's ticks.

One replay runs at a time, in batches; what was counted is kept after each with the place where it
goes on. A claim is a lease: of a worker that is killed the last batch is lost, and done again.
Whoever keeps something must still hold the very claim.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from departments.models import User
from escalations.models import Policy, PolicyVersion, Replay
from escalations.replay.places import Place, count, next_batch, place_of
from escalations.replay.reading import POISON, charts_at
from escalations.replay.summary import summarise
from escalations.replay.tally import Window
from escalations.replay.trial import Counted, Trial, counted_of
from escalations.services.drafts import permit
from journal.errors import IllegalMove, Invalid

log = structlog.get_logger(__name__)
State = Replay.State
OPEN = (State.WAITING, State.RUNNING)
LONGEST = 366
# A worker lives no longer; a batch takes a second or two.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
# So many workers may die of one batch before the replay is given up.
MOST_TRIES = 3
BATCH = 300
KEEP_SECONDS = 2.0
KEPT = 4
# What may end a whole replay: a fault of the version or of the database, not of one case.
FATAL = (*POISON, DatabaseError)


@transaction.atomic
def ask_replay(*, version: PolicyVersion, actor: User, days: int, now: datetime) -> Replay:
    """Try a version on the last days; if it is being tried already, that replay.

    Raises NotAllowed, Invalid, IllegalMove.
    """
    permit(actor)
    if not 1 <= days <= LONGEST:
        raise Invalid(_("Choose from 1 to %(n)d days.") % {"n": LONGEST}, field="days")
    # Of two who ask at once, the second waits here and finds the first one's.
    Policy.objects.select_for_update(no_key=True).get(pk=version.policy_id)
    fresh = PolicyVersion.objects.filter(pk=version.pk).first()
    if fresh is None:
        raise IllegalMove(_("This draft was thrown away meanwhile."))
    running = Replay.objects.filter(version=fresh, state__in=OPEN).first()
    if running is not None:
        return running
    return Replay.objects.create(
        version=fresh, revision=fresh.revision, days=days, asked_by=actor, asked_at=now
    )


def run_replays(*, now: datetime, seconds: float = 20.0, batch: int = BATCH) -> int:
    """Go on with the oldest replay, unless somebody works on one; how many clocks were played.

    Stops after so many seconds of work; the next call continues behind the last batch.
    """
    until = time.monotonic() + seconds
    replay = _claim(now)
    if replay is None:
        return 0
    seen = replay.seen
    try:
        work = _Work(replay, now)
        while work.is_ours and not work.is_over and time.monotonic() < until:
            work.play(batch)
        work.leave()
    except FATAL as error:
        # Only its name: the text may quote what it stumbled over.
        log.exception("replay_failed", replay=replay.pk)
        failed = {"error": type(error).__name__}
        _keep(replay, state=State.FAILED, ended_at=now, lease_until=None, result=failed)
    return replay.seen - seen


class _Work:
    """A claimed replay being played by one worker."""

    def __init__(self, replay: Replay, now: datetime) -> None:
        self.is_ours, self.is_over = True, False
        self._replay, self._now = replay, now
        self._window = window_of(replay)
        self._place = place_of(replay.result["place"])
        counted = counted_of(replay.result["counted"])
        self._trial = Trial(replay.version, self._window, charts_at(now), counted)
        self._kept_at = time.monotonic()

    def play(self, size: int) -> None:
        """The next clocks. What was counted is kept now and then."""
        window, replay = self._window, self._replay
        batch = next_batch(self._place, window.since, window.until, size)
        self._trial.add(self._trial.reader.cases(batch.streams))
        replay.seen += batch.clocks
        if batch.place is None:
            self.is_over = True
            return
        self._place = batch.place
        if time.monotonic() > self._kept_at + KEEP_SECONDS:
            self.is_ours = _keep(replay, seen=replay.seen, result=self._so_far())
            self._kept_at = time.monotonic()

    def leave(self) -> None:
        """Keep what was counted, for the next worker or for good."""
        replay = self._replay
        if not self.is_over:
            _keep(replay, seen=replay.seen, result=self._so_far(), lease_until=None)
            return
        result = summarise(self._trial.counted, self._window)
        ended = {"state": State.DONE, "ended_at": self._now, "lease_until": None}
        if _keep(replay, **ended, seen=replay.seen, total=replay.seen, result=result):
            _forget_older(replay)

    def _so_far(self) -> dict[str, Any]:
        return {"place": self._place.as_json(), "counted": self._trial.counted.as_json()}


def _keep(replay: Replay, **values: Any) -> bool:
    """Write, if the claim is still ours; a draft that was thrown away has taken its replays."""
    ours = Replay.objects.filter(pk=replay.pk, lease_until=replay.lease_until, state=State.RUNNING)
    return ours.update(**values) > 0


def _forget_older(replay: Replay) -> None:
    """Of a version the newest result is enough, and the one before it to compare."""
    ended = Replay.objects.filter(version=replay.version_id).exclude(state__in=OPEN)
    kept = ended.order_by("-asked_at", "-pk").values_list("pk", flat=True)[:KEPT]
    ended.exclude(pk__in=list(kept)).delete()


def _claim(now: datetime) -> Replay | None:
    with transaction.atomic():
        waiting = Replay.objects.filter(state__in=OPEN)
        locked = waiting.select_for_update(of=("self",)).select_related("version__policy")
        rows = list(locked.order_by("asked_at", "pk"))
        if not rows or any(row.lease_until and row.lease_until > now for row in rows):
            return None
        replay = rows[0]
        died = replay.lease_until is not None
        if replay.state == State.WAITING or replay.revision != replay.version.revision:
            _begin(replay)
        elif died:
            replay.result["tries"] = replay.result.get("tries", 0) + 1
        if replay.result.get("tries", 0) > MOST_TRIES:
            replay.state, replay.ended_at = State.FAILED, now
            replay.result = {"error": "killed"}
        replay.lease_until = now + LEASE
        replay.save()
    return replay if replay.state == State.RUNNING else None


def _begin(replay: Replay) -> None:
    """From the start, by the rules as they are now: a draft may have been saved meanwhile."""
    window = window_of(replay)
    replay.state, replay.revision = State.RUNNING, replay.version.revision
    replay.seen, replay.total = 0, count(window.since, window.until)
    replay.result = {"place": Place().as_json(), "counted": Counted().as_json()}


def window_of(replay: Replay) -> Window:
    """The time that is counted: it ends when the replay was asked for."""
    since = replay.asked_at - timedelta(days=replay.days)
    return Window(since, replay.asked_at, ZoneInfo(settings.TIME_ZONE))

"""How it stands with the replays of a version: what runs, what the newest gave, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalations.models import PolicyVersion, Replay
from escalations.replay.report import Figure, Report, report_of, short_report

State = Replay.State


@dataclass(frozen=True, slots=True)
class ReplayStanding:
    """The one that waits or runs, the newest result, and the newest if it failed."""

    version: PolicyVersion
    running: Replay | None = None
    done: Replay | None = None
    failed: Replay | None = None
    report: Report | None = None
    figures: Sequence[Figure] = ()

    @property
    def percent(self) -> int | None:
        """How much of it is done; None while it waits."""
        if self.running is None or not self.running.total:
            return None
        return min(100, 100 * self.running.seen // self.running.total)

    @property
    def is_stale(self) -> bool:
        """Whether the draft was saved since: the figures are of other rules."""
        return self.done is not None and self.done.revision != self.version.revision

    @property
    def since(self) -> datetime | None:
        """When the result was asked for."""
        return self.done.asked_at if self.done else None


def standing_of(version: PolicyVersion, *, in_full: bool) -> ReplayStanding:
    """At most three queries, and two for names."""
    rows = list(version.replays.defer("result").order_by("-asked_at", "-pk")[:10])
    running = next((row for row in rows if row.state in (State.WAITING, State.RUNNING)), None)
    newest = next((row for row in rows if row is not running), None)
    done = next((row for row in rows if row.state == State.DONE), None)
    if done is None:
        return ReplayStanding(version, running, failed=newest)
    done.version = version
    # Of the others it is not read: while one runs, all that was counted so far stands there.
    done.refresh_from_db(fields=["result"])
    report = report_of(done) if in_full else None
    return ReplayStanding(
        version,
        running,
        done,
        failed=newest if newest is not None and newest.state == State.FAILED else None,
        report=report,
        figures=report.figures if report else short_report(done),
    )

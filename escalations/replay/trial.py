"""A version on trial: whom it takes, what those cases would have said, counted side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from escalations.models import PolicyVersion
from escalations.policy import Rules
from escalations.replay.cases import Charts, PlayedCase, Spoken
from escalations.replay.clocks import Played
from escalations.replay.lives import Life
from escalations.replay.reading import POISON, Case, Reader
from escalations.replay.tally import Tally, Window, tally_of
from escalations.services.policies import RuleBook, rules_of

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counted:
    """Both sides, and what became of the clocks."""

    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    # played, of other policies, watching for silence, not started by these rules, unreadable
    clocks: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """As `counted_of` reads it back."""
        return {
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "clocks": dict(self.clocks),
        }


def counted_of(raw: Mapping[str, Any]) -> Counted:
    """What was counted so far."""
    return Counted(tally_of(raw["before"]), tally_of(raw["after"]), Counter(raw["clocks"]))


def book_with(version: PolicyVersion) -> RuleBook:
    """What would hold if this version held in the place of its policy's own. One query."""
    active = PolicyVersion.objects.active().exclude(policy=version.policy_id)
    held = sorted([*active, version], key=lambda each: (each.policy.rank, each.policy_id))
    return RuleBook([(each, rules_of(each)) for each in held])


class Trial:
    """Plays cases and counts what they say."""

    def __init__(
        self, version: PolicyVersion, window: Window, charts: Charts, counted: Counted
    ) -> None:
        self.counted = counted
        self.reader = Reader()
        self._version = version
        self._window = window
        self._charts = charts
        self._book = book_with(version)

    def add(self, cases: Iterable[Case]) -> None:
        """Count these cases on both sides."""
        for case in cases:
            real = [*case.spoken, *case.by_stalls]
            for spoken in real:
                self.counted.before.add(spoken, self._window)
            for spoken in self._after(case, real):
                self.counted.after.add(spoken, self._window)

    def _after(self, case: Case, real: list[Spoken]) -> list[Spoken]:
        """As under the version, as far as that can be known; else as it was."""
        clocks = self.counted.clocks
        if case.stalls:
            clocks["stalls"] += case.stalls
        chosen, rules = self._book.rules_by(case.traits)
        if not self._is_concerned(case, chosen):
            clocks["others"] += len(self._ran(case.lives))
            return real
        try:
            played = list(self.play(case, chosen, rules))
        except POISON:
            log.exception("case_not_replayed", version=self._version.pk)
            case.is_broken = True
        if case.is_broken:
            clocks["broken"] += max(1, len(self._ran(case.lives)))
            return real
        return [*played, *case.by_stalls]

    def play(self, case: Case, chosen: PolicyVersion | None, rules: Rules) -> Iterator[Spoken]:
        """What the clocks of this case would have said under these rules."""
        clocks = [self._played(life, chosen, rules) for life in case.lives]
        yield from PlayedCase(clocks, case.closings, self._charts).until(self._window.until)
        ran = {id(life) for life in self._ran(case.lives)}
        for clock in clocks:
            if id(clock.life) in ran:
                self.counted.clocks["unstarted" if clock.never_started else "played"] += 1

    def _played(self, life: Life, chosen: PolicyVersion | None, rules: Rules) -> Played:
        by = life.deadline.policy_version_id
        work = self.reader.work_of(life.deadline.department_id)
        return Played(life, rules, work, is_own=by == (chosen.pk if chosen else None))

    def _is_concerned(self, case: Case, chosen: PolicyVersion | None) -> bool:
        """Whether the version takes it, or its policy did and lets it go."""
        took = case.version is not None and case.version.policy_id == self._version.policy_id
        return took or (chosen is not None and chosen.pk == self._version.pk)

    def _ran(self, lives: Iterable[Life]) -> list[Life]:
        """Those that ran at any time within the window."""
        window = self._window
        return [
            life
            for life in lives
            if life.deadline.started_at <= window.until
            and (life.deadline.ended_at is None or life.deadline.ended_at >= window.since)
        ]

"""A version with other rules, tried on clocks that ran: what it takes, in a line each."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from escalations.models import Deadline, PolicyVersion, Replay
from escalations.policy import Traits
from escalations.services import choose_policy, sweep
from escalations.services.drafts import create_draft, save_draft
from escalations.services.replays import ask_replay, run_replays
from tests.escalations.clocks import at
from tests.personas import Org

NOW = at(27, 18)
CASE = "C-2026-00001"
# Speaks once, when it is due, to the owner.
ONE_RUNG = [{"when": {"offset": 0}, "who": ["owner"], "level": 0}]
AT_ONCE_TO_THE_LEADER = [{"when": {"offset": 0}, "who": ["owner", "leader"], "level": 1}]


def chosen(stream: str = CASE, severity: str = "major", **traits: Any) -> None:
    """The case goes by what holds now."""
    with transaction.atomic():
        choose_policy(stream=stream, traits=Traits(severity, **traits))


def sweep_until(until: datetime) -> None:
    """Every rung speaks at its very instant."""
    while True:
        due = Deadline.objects.aggregate(at=Min("wake_at"))["at"]
        if due is None or due > until:
            return
        sweep(now=due)


def draft_with(org: Org, version: PolicyVersion, **changes: Mapping[str, Any]) -> PolicyVersion:
    """The next version, with these parts of its rules changed."""
    draft = create_draft(policy=version.policy, actor=org.comp1, now=NOW)
    rules = copy.deepcopy(draft.rules)
    for name, value in changes.items():
        rules[name] = {**rules.get(name, {}), **value}
    return save_draft(version=draft, actor=org.comp1, rules=rules, note="", seen=None, now=NOW)


def tried(org: Org, version: PolicyVersion, *, days: int = 30, batch: int = 300) -> Replay:
    """Asked for, and done."""
    replay = ask_replay(version=version, actor=org.comp1, days=days, now=NOW)
    run_replays(now=NOW, seconds=600, batch=batch)
    replay.refresh_from_db()
    return replay


def totals(replay: Replay) -> tuple[list[int], list[int]]:
    """Reminders and escalations by level, as it was and under the version."""
    assert replay.state == Replay.State.DONE, replay.result
    before, after = replay.result["total"]
    return before, after

"""A version that holds for running cases too: their clocks follow it, batch by batch.

As the sweep and the recount, it waits for no lock: a case that is being moved is met again by the
next pass. Each batch commits on its own, and a case changes as a whole.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from departments.calendars import work_times_of
from departments.worktime import WorkTime
from escalations.models import CasePolicy, Deadline, Firing, Policy, Rollout
from escalations.policy import Rules, Traits, as_json, traits_of
from escalations.services.arming import count_from, skipped
from escalations.services.causes import withdraw_in_time
from escalations.services.heads import free_heads
from escalations.services.policies import rule_book, rules_of
from escalations.services.redating import journal_dates
from escalations.services.shifting import POISON
from escalations.timetable import timetable_of
from journal.models import Entry, Stream

log = structlog.get_logger(__name__)

# Why a rung did nothing, in `Firing.reason`.
PAST_BY_POLICY = "past_when_policy_changed"
CHANGED = (
    "due_at",
    "total_seconds",
    "ladder",
    "unit",
    "counted_from",
    "counted_amount",
    "counted_unit",
    "version",
    "rung",
    "wake_at",
    "policy_version",
)


def roll_out(*, now: datetime, batch: int = 100, seconds: float = 10.0) -> int:
    """Bring running clocks under the versions that ask for it; how many changed.

    Stops after so many seconds of work; the next call continues behind the last batch.
    """
    until = time.monotonic() + seconds
    moved = 0
    for pk in list(Rollout.objects.filter(done_at__isnull=True).values_list("pk", flat=True)):
        over = False
        while not over and time.monotonic() < until:
            done, over = _batch(pk, now, batch)
            moved += done
    return moved


@transaction.atomic
def _batch(pk: int, now: datetime, size: int) -> tuple[int, bool]:
    """One transaction: the cases of the next clocks. Returns how many clocks, and whether all."""
    rows = Rollout.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("version__policy", "entry").filter(pk=pk, done_at=None).first()
    if row is None:
        return 0, True
    live = Deadline.objects.filter(state__in=Deadline.LIVE, pk__gt=row.after_id)
    found = list(live.order_by("pk").values_list("pk", "stream")[:size])
    changed = 0
    if found:
        row.after_id = found[-1][0]
        streams = {stream for _, stream in found}
        heads = free_heads(streams)
        row.again |= len(heads) < len(streams)
        changed = _follow(row, heads, now)
    over = len(found) < size
    if over and row.again:
        # Whoever holds a case now is given time to let go: the next tick begins another pass.
        row.after_id, row.again = 0, False
    elif over:
        row.done_at = now
    row.moved += changed
    row.save()
    return changed, over


@dataclass(frozen=True, slots=True)
class _Case:
    """A case that goes by another version from now on."""

    chosen: CasePolicy
    rules: Rules


def _follow(row: Rollout, heads: Mapping[str, Stream], now: datetime) -> int:
    """Bring these cases and all their clocks under what now holds for them."""
    clocks: defaultdict[str, list[Deadline]] = defaultdict(list)
    live = Deadline.objects.filter(stream__in=heads, state__in=Deadline.LIVE)
    for deadline in (
        live.select_for_update(of=("self",))
        .select_related("department", "policy_version")
        .order_by("pk")
    ):
        clocks[deadline.stream].append(deadline)
    cases = _moving_cases(row.version.policy, clocks)
    CasePolicy.objects.bulk_create(
        [case.chosen for case in cases.values()],
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=["version"],
    )
    theirs = [deadline for stream in cases for deadline in clocks[stream]]
    times = work_times_of({deadline.department_id for deadline in theirs})
    tried = [
        _try(deadline, cases[deadline.stream], times[deadline.department_id], now)
        for deadline in theirs
    ]
    changes = [change for change in tried if change is not None]
    _write(changes, heads, row.entry, now)
    return len(changes)


def _moving_cases(policy: Policy, clocks: Mapping[str, Sequence[Deadline]]) -> dict[str, _Case]:
    """Those that this policy takes from now on, and those that it took and lets go."""
    book = rule_book()
    known = CasePolicy.objects.select_related("version").in_bulk(list(clocks))
    cases: dict[str, _Case] = {}
    for stream, deadlines in clocks.items():
        case = known.get(stream) or CasePolicy(
            stream=stream, traits=Traits(deadlines[0].severity).as_json()
        )
        version, rules = book.rules_by(traits_of(case.traits))
        before = case.version
        concerned = {each.policy_id for each in (version, before) if each is not None}
        if version != before and policy.pk in concerned:
            case.version = version
            cases[stream] = _Case(case, rules)
    return cases


@dataclass(frozen=True, slots=True)
class _Change:
    deadline: Deadline
    before: datetime
    skipped: Sequence[Firing]
    says: bool


def _try(deadline: Deadline, case: _Case, work: WorkTime, now: datetime) -> _Change | None:
    """None for a clock that should not exist: it stays as it is, and keeps no other from moving."""
    try:
        return _change(deadline, case, work, now)
    except POISON:
        # The sweep meets the same row, and tells the administrators.
        log.exception("deadline_not_rolled_out", deadline=deadline.pk)
        return None


def _change(deadline: Deadline, case: _Case, work: WorkTime, now: datetime) -> _Change:
    """Another ladder, and another date where the policy had set it and it still lies ahead."""
    before, old = deadline.due_at, deadline.ladder
    is_running = deadline.state == Deadline.State.RUNNING
    if is_running:
        _date_by(deadline, case.rules, work, now)
    deadline.ladder = as_json(case.rules.ladder(deadline.kind, deadline.severity)) or old
    deadline.policy_version = case.chosen.version
    if deadline.kind == Deadline.Kind.STALL:
        # It looks for the last movement now, and counts from there.
        deadline.wake_at = now if is_running else None
        return _Change(deadline, before, (), says=False)
    if (before, old) == (deadline.due_at, deadline.ladder):
        return _Change(deadline, before, (), says=False)
    deadline.version += 1
    if not is_running:
        return _Change(deadline, before, (), says=True)
    table = timetable_of(deadline, work)
    # Also where it is late already: what was said about it is not said again.
    passed = table.passed(0, now)
    deadline.rung = len(passed)
    if not deadline.decided:
        deadline.wake_at = table.at(deadline.rung)
    rows = skipped(deadline, passed, reason=PAST_BY_POLICY, now=now)
    return _Change(deadline, before, rows, says=True)


def _date_by(deadline: Deadline, rules: Rules, work: WorkTime, now: datetime) -> None:
    """What a person promised stays, and so does what was left after a pause."""
    old = rules_of(deadline.policy_version).target(deadline.kind, deadline.severity)
    new = rules.target(deadline.kind, deadline.severity)
    start = deadline.counted_from
    if start is None or old is None or new is None or old == new:
        return
    if (deadline.counted_amount, deadline.counted_unit) != (old.amount, old.unit.value):
        return
    if deadline.kind == Deadline.Kind.STALL:
        deadline.count(start, new.amount, new.unit)
        return
    # Nobody is made late by a change of rules.
    if work.due(start, new.amount, new.unit) > now:
        count_from(deadline, start, new, work)


def _write(
    changes: Sequence[_Change], heads: Mapping[str, Stream], because: Entry | None, now: datetime
) -> None:
    Deadline.objects.bulk_update([each.deadline for each in changes], CHANGED)
    Firing.objects.bulk_create([firing for each in changes for firing in each.skipped])
    journal_dates(
        [(each.deadline, each.before) for each in changes if each.says],
        tag="deadline:policy_changed",
        heads=heads,
        because=because,
        now=now,
    )
    for each in changes:
        if each.before <= now < each.deadline.due_at:
            withdraw_in_time(deadline=each.deadline, now=now)

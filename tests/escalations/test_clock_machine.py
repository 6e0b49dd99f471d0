"""Any life of a clock: each rung fires or is skipped exactly once for every version."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from departments.calendars import work_time_of
from departments.standing import forget_standing
from escalations import services
from escalations.models import Deadline, Escalation, Firing
from escalations.timetable import timetable_of
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, start
from tests.personas import build_org

hours = st.integers(0, 60).map(lambda n: timedelta(hours=n, minutes=7 * n % 60))
KEY = {"subject": "T-1", "kind": "deliver"}


class Clock(RuleBasedStateMachine):
    """One clock, moved by people and swept, at any times."""

    def __init__(self):
        super().__init__()
        self.now = MONDAY
        self.around = transaction.atomic()
        self.around.__enter__()
        self.org = build_org()

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @property
    def clock(self):
        return Deadline.objects.filter(kind="deliver").latest("pk")

    def is_live(self):
        return self.clock.state in Deadline.LIVE

    @initialize(ahead=hours, severity=st.sampled_from(["major", "ordinary"]), owned=st.booleans())
    def begin(self, ahead, severity, owned):
        due = self.now + ahead - timedelta(hours=5)
        owner = self.org.tech1 if owned else None
        start(self.org.tech, owner, severity=severity, now=self.now, due_at=due)

    @rule(step=hours)
    def wait(self, step):
        self.now += step

    @rule(step=hours)
    def sweep(self, step):
        self.now += step
        services.sweep(now=self.now)
        assert not Deadline.objects.filter(wake_at__lte=self.now).exists()
        assert services.sweep(now=self.now).fired == 0

    @rule()
    def pause(self):
        services.pause_deadline(**KEY, reason="blocked", now=self.now)

    @rule()
    def resume(self):
        services.resume_deadline(**KEY, reason="blocked", now=self.now)

    @rule(ahead=hours)
    def move(self, ahead):
        due_at = self.now + ahead + timedelta(minutes=1)
        services.move_deadline(**KEY, due_at=due_at, reason="x", actor=None, now=self.now)

    @rule(to=st.sampled_from(["biz", "tech", "ops"]))
    def hand_over(self, to):
        department = getattr(self.org, to)
        services.hand_deadline(**KEY, owner=self.org.biz1, department=department, now=self.now)

    @precondition(lambda _: Escalation.objects.open().exists())
    @rule()
    def decide(self):
        escalation = Escalation.objects.open().get()
        forget_standing(escalation.leader)
        services.decide_escalation(
            escalation=escalation,
            outcome="no_action",
            note="x",
            actor=escalation.leader,
            now=self.now,
        )

    @precondition(is_live)
    @rule(cancelled=st.booleans())
    def end_and_begin_again(self, cancelled):
        if cancelled:
            services.cancel_deadline(**KEY, now=self.now)
        else:
            services.meet_deadline(**KEY, now=self.now)
        due = self.now + timedelta(hours=30)
        start(self.org.tech, self.org.tech1, now=self.now, due_at=due)

    @invariant()
    def it_wakes_for_its_next_rung(self):
        clock = self.clock
        if clock.state != "running" or clock.decided:
            assert clock.wake_at is None
        else:
            table = timetable_of(clock, work_time_of(clock.department))
            assert clock.wake_at == table.at(clock.rung)

    @invariant()
    def every_rung_below_is_accounted_for_once(self):
        for clock in Deadline.objects.filter(kind="deliver"):
            for version in range(1, clock.version + 1):
                rungs = clock.firings.filter(version=version).order_by("rung")
                numbers = list(rungs.values_list("rung", flat=True))
                assert numbers == list(range(len(numbers)))
            assert clock.rung == len(numbers)

    @invariant()
    def what_fired_was_due_and_was_told(self):
        for firing in Firing.objects.select_related("deadline"):
            if firing.state == "skipped":
                assert firing.entry is None
                continue
            assert firing.state == "fired"
            assert firing.planned_at <= firing.fired_at
            told = set(firing.told.values_list("pk", flat=True))
            assert told
            readers = Notice.objects.filter(entry=firing.entry).values_list("reader", flat=True)
            assert sorted(readers) == sorted(told)

    @invariant()
    def no_escalation_is_open_without_a_cause(self):
        for escalation in Escalation.objects.open():
            assert escalation.deadlines.filter(state__in=Deadline.LIVE).exists()


@pytest.mark.django_db
def test_any_life_of_a_clock():
    run_state_machine_as_test(
        Clock,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""The version that held, tried on its own past, says exactly what was said: to whom, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Min
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.standing import forget_standing
from escalations import services
from escalations.models import Deadline, Escalation
from escalations.policy import Traits
from escalations.replay.reading import charts_at
from escalations.replay.tally import Window
from escalations.replay.trial import Counted, Trial
from escalations.services import choose_policy, install_default_policy
from tests.escalations.clocks import MONDAY, ZONE, start
from tests.personas import build_org

CASES = ("C-1", "C-2", "C-3")
KINDS = ("accept", "confirm", "deliver", "resolve")


class Past:
    """Some weeks of an office whose sweep never fails."""

    def __init__(self, org):
        self.org, self.now, self.made = org, MONDAY, 0
        self.version = install_default_policy(now=MONDAY)
        for stream in CASES:
            with transaction.atomic():
                choose_policy(stream=stream, traits=Traits("major"))

    def wait(self, hours):
        """Every rung speaks when it should."""
        until = self.now + timedelta(hours=hours, minutes=7, seconds=11)
        while (due := self.next_wake()) is not None and due <= until:
            self.now = max(due, self.now)
            assert services.sweep(now=self.now).failed == 0
        self.now = until

    def next_wake(self):
        return Deadline.objects.aggregate(at=Min("wake_at"))["at"]

    def do(self, verb, number):
        live = list(Deadline.objects.filter(state__in=Deadline.LIVE).order_by("pk"))
        clock = live[number % len(live)] if live else None
        with transaction.atomic():
            getattr(self, verb)(clock, number)

    def begin(self, _clock, number):
        self.made += 1
        kind = KINDS[number % len(KINDS)]
        promised = self.now + timedelta(hours=number % 70 - 2)
        department = [self.org.tech, self.org.biz, self.org.ops][number % 3]
        start(
            department,
            [self.org.tech1, self.org.biz1, None, self.org.ops_lead][number % 4],
            subject=f"T-{self.made}",
            stream=CASES[number % len(CASES)],
            kind=kind,
            now=self.now,
            due_at=promised if kind == "deliver" or number % 3 == 0 else None,
        )

    def pause(self, clock, _number):
        if clock:
            of = {"subject": clock.subject, "kind": clock.kind, "now": self.now}
            services.pause_deadline(**of, reason="blocked")

    def resume(self, clock, _number):
        if clock:
            of = {"subject": clock.subject, "kind": clock.kind, "now": self.now}
            services.resume_deadline(**of, reason="blocked")

    def move(self, clock, number):
        if clock:
            of = {"subject": clock.subject, "kind": clock.kind, "now": self.now}
            due_at = self.now + timedelta(hours=number % 90 + 1)
            services.move_deadline(**of, due_at=due_at, reason="x", actor=None)

    def hand(self, clock, number):
        # The date of a decision goes up with its escalation, and to nobody else.
        if clock and clock.kind != "decide":
            of = {"subject": clock.subject, "kind": clock.kind, "now": self.now}
            department = [self.org.tech, self.org.cs][number % 2]
            owner = [self.org.tech2, self.org.cs1, None][number % 3]
            services.hand_deadline(**of, owner=owner, department=department)

    def finish(self, clock, number):
        if clock:
            end = services.meet_deadline if number % 2 else services.cancel_deadline
            end(subject=clock.subject, kind=clock.kind, now=self.now)

    def decide(self, _clock, number):
        for asked in Escalation.objects.open().order_by("pk")[:1]:
            leader = asked.leader
            forget_standing(leader)
            of = {"escalation": asked, "actor": leader, "now": self.now}
            until = self.now + timedelta(hours=number % 40) if number % 2 else None
            services.decide_escalation(**of, outcome="no_action", note="x", until=until)

    def ask(self, _clock, number):
        services.raise_escalation(
            stream=CASES[number % len(CASES)],
            subject="C",
            label="Who pays?",
            department=self.org.tech,
            severity="major",
            reason="by_hand",
            actor=self.org.biz1,
            text="Decide.",
            now=self.now,
        )

    def leave(self, _clock, number):
        gone = [self.org.tech_lead, self.org.tech1, self.org.biz_lead][number % 3]
        stand_in = [self.org.tech2, None, self.org.biz2][number % 3]
        self.org.away(gone, stand_in=stand_in, starts_at=self.now, days=number % 5 + 0.3)

    def spoken(self):
        """What was said in truth, and what a replay of the same version says."""
        window = Window(MONDAY, self.now, ZONE)
        trial = Trial(self.version, window, charts_at(self.now), Counted())
        said, played = [], []
        for case in trial.reader.cases(CASES):
            said += case.spoken
            chosen, rules = trial._book.rules_by(case.traits)
            assert chosen == self.version
            played += trial.play(case, chosen, rules)
        return key(said), key(played)


def key(spoken):
    return sorted(
        (one.at, one.deadline, one.rung, one.level, one.people, one.department) for one in spoken
    )


VERBS = ("begin", "begin", "pause", "resume", "move", "hand", "finish", "decide", "ask", "leave")
steps = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(VERBS), st.integers(0, 200)),
    min_size=4,
    max_size=22,
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.integers(0, 200), steps=steps)
def test_a_version_that_held_gives_exactly_what_happened(first, steps):
    with transaction.atomic():
        past = Past(build_org())
        past.do("begin", first)
        for hours, verb, number in steps:
            past.wait(hours)
            past.do(verb, number)
        past.wait(60)
        said, played = past.spoken()
        transaction.set_rollback(True)
    assert played == said

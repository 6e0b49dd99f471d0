"""A version for cases that run already: their clocks follow it, and nothing is said twice."""

from __future__ import annotations

import copy

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.models import CasePolicy, Deadline, Firing, PolicyVersion, Rollout
from escalations.policy import Traits
from escalations.services import choose_policy, install_default_policy, roll_out, sweep
from escalations.services.drafts import activate_version, create_draft, create_policy, save_draft
from journal.models import Entry
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, at, fired, start

pytestmark = pytest.mark.django_db
CASE = "C-2026-00001"
ONE_RUNG = [{"when": {"offset": 0}, "who": ["owner"], "level": 0}]


@pytest.fixture
def standard(org):
    return install_default_policy(now=MONDAY)


def chosen(stream=CASE, severity="major", **traits):
    with transaction.atomic():
        choose_policy(stream=stream, traits=Traits(severity, **traits))


def hold(org, version, now, *, running=True, **changes):
    """Let a draft with these changes hold."""
    rules = copy.deepcopy(version.rules)
    for name, value in changes.items():
        rules[name] = {**rules.get(name, {}), **value}
    draft = save_draft(version=version, actor=org.comp1, rules=rules, note="", seen=None, now=now)
    activate_version(version=draft, actor=org.comp1, running=running, seen=None, now=now)
    return draft


def next_version(org, standard, now, **changes):
    draft = create_draft(policy=standard.policy, actor=org.comp1, now=now)
    return hold(org, draft, now, **changes)


def accept_within(hours):
    return {"accept": {"*": {"within": hours, "unit": "working_hour"}}}


def fresh(deadline):
    return Deadline.objects.get(pk=deadline.pk)


def test_counted_dates_follow_and_promises_stay(org, standard):
    chosen()
    counted = start(org.tech, kind="accept")
    promised = start(org.tech, org.tech1, subject="P-1", due_at=at(4))
    version = next_version(org, standard, at(2, 10), targets=accept_within(6))
    assert roll_out(now=at(2, 10)) == 2
    assert fresh(counted).due_at == at(2, 15)
    assert fresh(promised).due_at == at(4)
    assert {fresh(row).policy_version for row in (counted, promised)} == {version}
    assert CasePolicy.objects.get().version == version
    assert Rollout.objects.get().done_at == at(2, 10)


def test_each_moved_date_is_journalled_with_its_cause(org, standard):
    chosen()
    counted = start(org.tech, kind="accept")
    next_version(org, standard, at(2, 10), targets=accept_within(6))
    roll_out(now=at(2, 10))
    entry = Entry.objects.get(stream=CASE, tag="deadline:policy_changed")
    assert entry.data["because"]["stream"] == f"POLICY-{standard.policy_id}"
    assert entry.data["kind"] == counted.kind


def test_new_cases_only_means_new_cases_only(org, standard):
    chosen()
    counted = start(org.tech, kind="accept")
    next_version(org, standard, at(2, 10), running=False, targets=accept_within(6))
    assert roll_out(now=at(2, 10)) == 0
    assert fresh(counted).due_at == counted.due_at


def test_nobody_is_made_late_by_it(org, standard):
    chosen(severity="ordinary")
    counted = start(org.tech, kind="accept", severity="ordinary")
    next_version(org, standard, at(2, 15), targets=accept_within(2))
    roll_out(now=at(2, 15))
    assert fresh(counted).due_at == counted.due_at


def test_what_was_said_is_not_said_again(org, standard):
    chosen()
    late = start(org.tech, org.tech1, kind="accept")
    sweep(now=at(2, 12))
    told = Notice.objects.count()
    next_version(org, standard, at(2, 13), ladders={"accept": {"*": [*PRESSING]}})
    roll_out(now=at(2, 13))
    sweep(now=at(2, 13))
    assert Notice.objects.count() == told
    skipped = Firing.objects.filter(version=2, state="skipped").count()
    assert skipped == len(fired(late)) - 3


PRESSING = [
    {"when": {"fraction": 0.25}, "who": ["owner"], "level": 0},
    {"when": {"offset": 0}, "who": ["owner", "leader"], "level": 1},
    {"when": {"offset": 9}, "who": ["owner", "leader_above"], "level": 2},
]


def test_the_rungs_of_the_new_ladder_speak(org, standard):
    chosen()
    deadline = start(org.tech, org.tech1, due_at=at(4))
    next_version(org, standard, at(2, 10), ladders={"deliver": {"*": ONE_RUNG}})
    roll_out(now=at(2, 10))
    sweep(now=at(4))
    assert fired(deadline) == [(2, 0, "fired")]


def test_a_narrower_policy_takes_its_cases_and_leaves_the_others(org, standard):
    chosen()
    chosen("C-2026-00002", channel="regulator")
    start(org.tech, kind="accept")
    theirs = start(org.tech, kind="accept", stream="C-2026-00002", subject="T-2")
    narrow = create_policy(
        actor=org.comp1, code="r", name_en="R", name_zh="监管", rank=1, now=at(2, 10)
    )
    version = hold(
        org,
        narrow,
        at(2, 10),
        applies_to={"channels": ["regulator"]},
        targets=accept_within(3),
    )
    assert roll_out(now=at(2, 10)) == 1
    assert (fresh(theirs).policy_version, fresh(theirs).due_at) == (version, at(2, 12))


def test_a_case_that_nothing_was_chosen_for_is_taken_too(org, standard):
    counted = start(org.tech, kind="accept")
    next_version(org, standard, at(2, 10), targets=accept_within(6))
    roll_out(now=at(2, 10))
    assert fresh(counted).due_at == at(2, 15)


def test_a_paused_clock_keeps_what_was_left(org, standard):
    chosen()
    deadline = start(org.tech, kind="accept")
    Deadline.objects.filter(pk=deadline.pk).update(
        state="paused", wake_at=None, left_seconds=600, paused_at=at(2, 10), pause_reason="returned"
    )
    next_version(org, standard, at(2, 11), targets=accept_within(6))
    roll_out(now=at(2, 11))
    assert (fresh(deadline).left_seconds, fresh(deadline).due_at) == (600, deadline.due_at)


def test_batches_go_on_where_they_stopped(org, standard):
    for n in range(7):
        chosen(f"C-2026-0001{n}")
        start(org.tech, kind="accept", stream=f"C-2026-0001{n}", subject=f"T-{n}")
    next_version(org, standard, at(2, 10), targets=accept_within(6))
    assert roll_out(now=at(2, 10), batch=3, seconds=0) == 0
    assert roll_out(now=at(2, 10), batch=3) == 7
    assert roll_out(now=at(2, 10)) == 0
    assert PolicyVersion.objects.active().get().rollout.moved == 7


def test_a_clock_that_makes_no_sense_keeps_no_other_from_following(org, standard):
    chosen()
    broken = start(org.tech, org.tech1, subject="P-1", due_at=at(4))
    Deadline.objects.filter(pk=broken.pk).update(unit="fortnight")
    sound = start(org.tech, kind="accept")
    ladders = {"*": {"*": ONE_RUNG}}
    next_version(org, standard, at(2, 10), targets=accept_within(6), ladders=ladders)
    assert roll_out(now=at(2, 10)) == 1
    assert fresh(sound).due_at == at(2, 15)
    assert fresh(broken).version == broken.version
    assert Rollout.objects.get().done_at == at(2, 10)


def test_queries_do_not_grow_with_the_clocks(org, standard):
    counts = []
    for many in (2, 12):
        Rollout.objects.all().delete()
        for n in range(many):
            chosen(f"C-2026-1{many:02}{n:02}")
            start(org.tech, kind="accept", stream=f"C-2026-1{many:02}{n:02}", subject=f"T{many}{n}")
        version = PolicyVersion.objects.active().get()
        next_version(org, version, at(2, 10), targets=accept_within(3 + many / 2))
        with CaptureQueriesContext(connection) as queries:
            roll_out(now=at(2, 10))
        counts.append(len(queries))
    assert counts[0] == counts[1]

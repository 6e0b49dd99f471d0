"""Some weeks of the simulated year; the whole of it is benchmarks/simulated_year.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from benchmarks.year.house import START, found
from benchmarks.year.proof import Proof, digest
from benchmarks.year.world import World
from complaints.models import Complaint, Ticket
from departments.models import User
from escalations.models import Deadline, Escalation, Firing
from notifications.models import Notice

pytestmark = pytest.mark.django_db


def play(*, cases: int, days: int, seed: int = 7) -> tuple[World, Proof]:
    proof = Proof()
    world = found(
        seed=seed,
        days=days,
        cases=cases,
        before_hours_change=lambda: proof.check(world, chains=False),
    )
    world.run()
    proof.check(world)
    return world, proof


def lose_a_rung() -> None:
    Firing.objects.filter(state="fired", rung=0, version=1).first().delete()


def lose_a_notice() -> None:
    Notice.objects.filter(entry__tag="deadline:reminded").first().delete()


def tell_nobody() -> None:
    Firing.objects.filter(state="fired").first().told.clear()


def tell_who_has_left() -> None:
    gone = User.objects.get(username="keji_lead")
    Firing.objects.filter(state="fired").last().told.add(gone)


def forget_to_wake() -> None:
    Deadline.objects.filter(state="running", version=1, decided=False).exclude(kind="stall").update(
        wake_at=None
    )


def close_a_case_under_its_escalation() -> None:
    stream = Escalation.objects.open().first().stream
    Complaint.objects.filter(reference=stream).update(state="withdrawn", closed_at=START)


def end_what_an_escalation_is_about() -> None:
    escalation = Escalation.objects.open().filter(reason="overdue").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE escalations_deadline SET state = 'met', ended_at = now(), wake_at = NULL"
            " WHERE stream = %s AND state <> 'paused'",
            [escalation.stream],
        )


def leave_a_ticket_without_a_date() -> None:
    ticket = Ticket.objects.filter(state="open").first()
    Deadline.objects.filter(subject=ticket.reference).delete()


TAMPERING: dict[Callable[[], None], str] = {
    lose_a_rung: "without a gap",
    lose_a_notice: "has one notice",
    tell_nobody: "to somebody",
    tell_who_has_left: "has an account",
    forget_to_wake: "its next rung is",
    close_a_case_under_its_escalation: "has an open case",
    end_what_an_escalation_is_about: "has a live cause",
    leave_a_ticket_without_a_date: "live clock or promise",
}


def test_some_weeks_hold_and_what_would_not_is_found() -> None:
    world, proof = play(cases=12, days=28)
    assert proof.findings == []
    assert proof.clocks > 100
    assert Firing.objects.filter(state="fired").count() > 100
    assert Escalation.objects.filter(state="decided").exists()
    for tamper, rule in TAMPERING.items():
        with transaction.atomic():
            tamper()
            found_now = Proof()
            found_now.check(world, chains=False)
            assert any(rule in each for each in found_now.findings), tamper.__name__
            transaction.set_rollback(True)


def test_the_same_seed_is_the_same_year() -> None:
    digests = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            play(cases=3, days=14, seed=seed)
            digests.append(digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[1] != digests[2]

"""Many sweepers at once, sweepers that are killed, moves that race: each rung once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from escalations.models import Deadline, Escalation, Firing
from escalations.services import meet_deadline, move_deadline, sweep
from journal.models import Entry, Stream
from journal.services import lock_stream
from notifications.models import Notice
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db(transaction=True)
DUE = at(3, 18)


def copies(deadline, count, *, cases):
    """The same clock on many subjects, spread over some cases."""
    Deadline.objects.all().delete()
    for n in range(count):
        deadline.pk, deadline.subject, deadline.stream = None, f"T-{n}", f"C-{n % cases}"
        deadline._state.adding = True
        deadline.save()
    Stream.objects.bulk_create(Stream(reference=f"C-{n}") for n in range(cases))


def in_threads(count, work):
    def run(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def each_fired_once(count):
    assert Firing.objects.filter(state="fired").count() == count
    assert Firing.objects.filter(state="failed").count() == 0
    entries = Entry.objects.filter(tag__in=["deadline:reminded", "escalation:raised",
        "escalation:joined", "escalation:climbed", "escalation:repeated"])  # fmt: skip
    assert entries.count() == count
    told = Firing.told.through.objects.count()
    assert Notice.objects.exclude(kind__startswith="alarm").count() == told


def test_four_sweepers_at_once(org):
    copies(start(org.tech, org.tech1, due_at=DUE), 120, cases=40)
    results = in_threads(4, lambda _: sweep(now=DUE, batch=5))
    total = sum(result.fired for result in results)
    # What one sweeper held while another came by is due still, and nothing else is.
    total += sweep(now=DUE).fired
    assert total == 120
    each_fired_once(120)
    assert Escalation.objects.count() == 40
    assert sweep(now=DUE).fired == 0


def test_a_case_that_is_being_moved_is_left_for_the_next_tick(org):
    start(org.tech, org.tech1, due_at=DUE)
    start(org.tech, org.tech1, subject="T-2", stream="C-2", due_at=DUE)
    with transaction.atomic():
        lock_stream("C-2")
        (result,) = in_threads(1, lambda _: sweep(now=at(3, 9)))
        assert (result.fired, result.busy) == (1, 1)
    assert sweep(now=at(3, 9)).fired == 1


def test_many_busy_rows_of_one_case_do_not_hide_the_others(org):
    copies(start(org.tech, org.tech1, due_at=DUE), 12, cases=1)
    start(org.tech, org.tech1, subject="T-99", stream="C-99", due_at=DUE)
    with transaction.atomic():
        lock_stream("C-0")
        (result,) = in_threads(1, lambda _: sweep(now=at(3, 9), batch=3))
        assert (result.fired, result.busy) == (1, 12)


def test_moves_and_sweeps_race_without_a_deadlock(org):
    copies(start(org.tech, org.tech1, due_at=DUE), 24, cases=4)

    def move(number):
        for n in range(number, 24, 2):
            with transaction.atomic():
                lock_stream(f"C-{n % 4}")
                if n % 3:
                    move_deadline(
                        subject=f"T-{n}",
                        kind="deliver",
                        due_at=at(5, 18),
                        reason="x",
                        actor=None,
                        now=DUE,
                    )
                else:
                    meet_deadline(subject=f"T-{n}", kind="deliver", now=DUE)

    in_threads(4, lambda n: move(n) if n < 2 else [sweep(now=DUE, batch=3) for _ in range(4)])
    sweep(now=DUE)
    assert not Deadline.objects.filter(failures__gt=0).exists()
    assert not Deadline.objects.filter(wake_at__lte=DUE).exists()
    for firing in Firing.objects.filter(state="fired").select_related("deadline"):
        assert firing.told.exists()


def test_each_batch_commits_on_its_own(org):
    """A sweep that breaks loses its last batch at most."""
    copies(start(org.tech, org.tech1, due_at=DUE), 9, cases=9)
    Deadline.objects.filter(subject="T-7").update(ladder="not even a list")
    assert (sweep(now=at(3, 9), batch=2).fired, Firing.objects.count()) == (8, 9)


# --- Killed -------------------------------------------------------------------------------------


def sweeping():
    """A real process of the product, on the test's database."""
    known = connection.settings_dict
    address = f"postgresql://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"
    own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": address}
    return subprocess.Popen(
        [sys.executable, "manage.py", "sweep"],
        cwd=settings.BASE_DIR,
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_after(process, firings):
    """SIGKILL once so many firings are committed."""
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        if Firing.objects.filter(state="fired").count() >= firings:
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    return process.wait()


@pytest.mark.slow
def test_killed_in_mid_sweep_each_rung_fires_once(org):
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    deadline = start(org.tech, org.tech1, now=yesterday, due_at=yesterday)
    copies(deadline, 160, cases=40)
    for done in (20, 80):
        assert kill_after(sweeping(), done) == -signal.SIGKILL
        assert done <= Firing.objects.filter(state="fired").count() < 160
    sweep(now=now, seconds=60)
    each_fired_once(160)
    assert Escalation.objects.count() == 40


def test_a_case_without_any_history_is_no_obstacle(org):
    start(org.tech, org.tech1, due_at=DUE)
    Stream.objects.all().delete()
    assert sweep(now=at(3, 9)).fired == 1


@pytest.mark.slow
def test_the_command_says_what_it_did(org, capfd):
    start(org.tech, org.tech1, now=MONDAY, due_at=DUE)
    process = sweeping()
    assert process.wait(timeout=60) == 0
    assert Firing.objects.filter(state="fired").count() == 1

"""Two executors and a live writer on the same rows: at most once, never on a changed row."""

import os
import random
import threading
import time
from collections import Counter
from dataclasses import replace
from uuid import uuid4

from changes.execution.execute import execute
from tests.changes.test_execution import attempt, mariadb, points, postgres, shop  # noqa: F401

ROUNDS = int(os.environ.get("RACING_ROUNDS", "10"))


def test_rounds_of_a_race(shop, attempt):  # noqa: F811 - fixtures
    chance, seen = random.Random(2026), Counter()
    for number in range(ROUNDS):
        shop[1]("UPDATE till.shop SET points = id * 10, word = NULL")
        first, found = attempt(request=f"CR-{number}"), []
        racers = [
            threading.Thread(target=lambda it=it, found=found: found.append(execute(it)))
            for it in (first, replace(first, id=uuid4()))
        ]
        for racer in racers:
            racer.start()
        # Mostly while the executors are at work; in every fifth round after them.
        time.sleep(1 if number % 5 == 0 else chance.uniform(0, 0.15))
        shop[1]("UPDATE till.shop SET word = 'live' WHERE id = 2")
        for racer in racers:
            racer.join()
        done = sum(it.kind == "applied" for it in found)
        assert done <= 1
        assert points(shop) == ([15, 25, 30] if done else [10, 20, 30])
        markers = shop[1](f"SELECT state FROM till.duban_marker WHERE request = 'CR-{number}'")
        assert len(markers) == done
        seen.update(f"{it.kind} {it.code}" for it in found)
    # A race that nobody wins shows nothing.
    assert seen["applied "]
    print(dict(seen))  # noqa: T201 - the numbers, with -s

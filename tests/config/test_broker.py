"""A broker that is gone: whoever queues work is told at once, and does not hang."""

import time

import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from tests.config.serving import free_port


@app.task(name="tests.nothing")
def nothing():
    return None


@pytest.mark.parametrize("address", ["redis://127.0.0.1:{port}", "redis+socket:///nowhere/r.sock"])
def test_queueing_fails_within_seconds(address):
    with app.connection_for_write(address.format(port=free_port())) as connection:
        began = time.monotonic()
        with pytest.raises(OperationalError):
            nothing.apply_async(connection=connection)
    assert time.monotonic() - began < 5


def test_ticks_do_not_pile_up():
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


def test_every_tick_has_its_task():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)

"""/healthz: asked by machines, signed in as nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from escalations.models import SweepTick

pytestmark = pytest.mark.django_db


def tick(*, seconds_ago=0):
    return SweepTick.objects.create(ticked_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_all_is_well(client):
    last = tick()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["broker"] == "ok"
    assert answer.json()["sweep"]["lag_seconds"] == 0
    assert answer.json()["sweep"]["last_tick"][:19] == last.ticked_at.isoformat()[:19]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("ago", [None, 61])
def test_a_sweep_that_does_not_tick_is_told(client, ago):
    if ago:
        tick(seconds_ago=ago)
    answer = client.get("/healthz")
    assert answer.status_code == 200, "pages still work"
    assert answer.json()["status"] == "degraded"
    assert answer.json()["sweep"]["late"]


def test_a_lost_broker_is_told(client, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "unreachable")


def test_head_is_enough_and_post_is_not(client):
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_it_costs_two_queries(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get("/healthz")


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_is_down(client, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = client.get("/healthz")
    connection.close()
    assert (answer.status_code, answer.json()["status"]) == (503, "down")

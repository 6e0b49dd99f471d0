"""/metrics: who may scrape, and what is told."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from escalations.models import Deadline, SweepTick
from tests.escalations.clocks import start

pytestmark = pytest.mark.django_db
TOKEN = "scrape-" * 6


def read(answer):
    """Each sample by its name with its labels."""
    lines = answer.content.decode().splitlines()
    samples = [line.rsplit(" ", 1) for line in lines if line and line[0] != "#"]
    return {name: float(value) for name, value in samples}


def late_clock(org, *, subject, wake_at, **fields):
    row = start(
        org.biz, org.biz1, subject=subject, kind="accept", now=timezone.now() - timedelta(days=30)
    )
    Deadline.objects.filter(pk=row.pk).update(wake_at=wake_at, **fields)
    return row


def test_the_state_of_the_house(client, org):
    now = timezone.now()
    SweepTick.objects.create(ticked_at=now - timedelta(seconds=30), fired=4, failed=1)
    late_clock(org, subject="T-1", wake_at=now - timedelta(seconds=90))
    late_clock(org, subject="T-2", wake_at=now + timedelta(minutes=30), failures=2)
    late_clock(org, subject="T-3", wake_at=now + timedelta(days=3))
    answer = client.get("/metrics")
    told = read(answer)
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert (told["duban_up"], told["duban_broker_up"]) == (1, 1)
    assert 90 <= told["duban_sweep_lag_seconds"] < 150
    assert 30 <= told["duban_sweep_last_tick_age_seconds"] < 90
    assert (told["duban_sweep_last_fired"], told["duban_sweep_last_failed"]) == (4, 1)
    assert (told["duban_deadlines_due"], told["duban_deadlines_failing"]) == (1, 1)
    assert told["duban_outbox_pending"] == told["duban_outbox_failed"] == 0


def test_requests_are_counted_by_the_name_of_their_address(client, org):
    client.get("/health/")
    client.get("/no/such/page")
    client.generic("BREW", "/metrics")
    told = read(client.get("/metrics"))
    by_view = "django_http_responses_total_by_status_view_method_total"
    assert told[f'{by_view}{{method="GET",status="302",view="health"}}'] >= 1
    assert told[f'{by_view}{{method="GET",status="404",view="<none>"}}'] >= 1
    assert told[f'{by_view}{{method="other",status="405",view="metrics"}}'] >= 1
    assert not [name for name in told if "no/such" in name]


def test_it_costs_the_same_however_much_there_is(client, org, django_assert_num_queries):
    now = timezone.now()
    for number in range(5):
        late_clock(org, subject=f"T-{number}", wake_at=now - timedelta(minutes=1))
    # Eight reads, a timeout, and the transaction around them.
    with django_assert_num_queries(11):
        client.get("/metrics")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        (f"Basic {TOKEN}", 404),
        (f"Bearer {TOKEN}x", 404),
        ("Bearer ünlock", 404),
        ("", 404),
    ],
)
def test_with_a_token_only_the_token_counts(client, settings, given, status):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"authorization": given}).status_code == status


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
        ("10.0.0.5", {}, 404),
        ("", {}, 404),
    ],
)
def test_without_a_token_only_this_machine_may(client, peer, headers, status):
    assert client.get("/metrics", REMOTE_ADDR=peer, headers=headers).status_code == status


def test_asking_is_all_one_may(client):
    assert client.head("/metrics").status_code == 200
    assert client.post("/metrics").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_says_so(client, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = client.get("/metrics")
    connection.close()
    assert answer.status_code == 200
    told = read(answer)
    assert told["duban_up"] == 0
    assert "duban_sweep_lag_seconds" not in told


def test_the_handbook_has_every_name(client, org, settings):
    handbook = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    SweepTick.objects.create(ticked_at=timezone.now())
    ours = re.findall(r"^# TYPE (duban_\w+)", client.get("/metrics").content.decode(), re.MULTILINE)
    assert len(ours) > 10
    assert [name for name in ours if f"`{name}`" not in handbook] == []

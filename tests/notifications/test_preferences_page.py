from __future__ import annotations

from datetime import time

import pytest
import time_machine
from django.urls import reverse

from notifications.models import Delivery, Preference
from notifications.services import prefer

PAGE = "/notices/preferences/"
NIGHT = {"quiet_from": "22:00", "quiet_until": "08:00", "quiet_days": list(range(7))}
NOTHING = {"digest": "none"}


@pytest.fixture
def client(client, org):
    client.force_login(org.tech1)
    return client


@pytest.fixture(autouse=True)
def _late():
    """23:30 on a Wednesday in Shanghai."""
    with time_machine.travel("2026-03-04T15:30:00+00:00", tick=False):
        yield


def page(response):
    return " ".join(response.content.decode().split())


def saved(client, **fields):
    response = client.post(PAGE, NOTHING | fields)
    assert (response.status_code, response.headers.get("Location")) == (302, PAGE), page(response)
    return page(client.get(PAGE))


def refused(client, **fields):
    """The errors of a refused form; nothing was kept."""
    response = client.post(PAGE, NOTHING | fields)
    assert response.status_code == 422
    assert not Preference.objects.exists()
    return {name: errors[0] for name, errors in response.context["form"].errors.items()}


def test_who_chose_nothing_is_told_at_once(client):
    html = page(client.get(PAGE))
    assert "mail leaves at once." in html
    assert "Quiet hours and digests never delay" in html
    assert not Preference.objects.exists()


def test_quiet_hours_are_kept_and_explained(client, org):
    html = saved(client, **NIGHT, days_off=[5, 6])
    kept = Preference.objects.get()
    assert (kept.user, kept.quiet_from, kept.quiet_until) == (org.tech1, time(22), time(8))
    assert (kept.quiet_days, kept.days_off) == ([0, 1, 2, 3, 4, 5, 6], [5, 6])
    assert "mail waits until <time" in html
    assert "5 Mar 08:00" in html
    assert 'value="22:00"' in html


def test_digests_are_kept_and_explained(client):
    html = saved(client, digest="twice", digest_first="09:00", digest_second="17:00")
    assert "news and reminders wait for the digest of <time" in html
    assert "5 Mar 09:00" in html
    assert "are mailed at once." in html
    html = saved(client, **NIGHT, digest="once", digest_first="07:00", digest_second="17:00")
    assert Preference.objects.get().digest_second is None
    assert "Questions that only you can answer wait until <time" in html


def test_what_waits_is_counted_and_let_go(client, org, told, now):
    prefer(preference=Preference(user=org.tech1, quiet_from=time(22), quiet_until=time(8)), now=now)
    told(org.tech1, now=now.replace(hour=15))
    assert "Waiting for you: 1." in page(client.get(PAGE))
    assert "One mail that waited is on its way." in saved(client)
    assert Delivery.objects.get().state == "pending"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"quiet_from": "22:00", "quiet_days": [1]}, "quiet_until"),
        ({"quiet_until": "08:00", "quiet_days": [1]}, "quiet_from"),
        (NIGHT | {"quiet_until": "22:00"}, "quiet_until"),
        (NIGHT | {"quiet_from": "25:00"}, "quiet_from"),
        (NIGHT | {"quiet_from": "ten"}, "quiet_from"),
        (NIGHT | {"quiet_days": []}, "quiet_days"),
        (NIGHT | {"quiet_days": [7]}, "quiet_days"),
        ({"days_off": list(range(7))}, "days_off"),
        ({"days_off": ["x"]}, "days_off"),
        ({"digest": "once"}, "digest_first"),
        ({"digest": "once", "digest_first": "9"}, "digest_first"),
        ({"digest": "twice", "digest_first": "09:00"}, "digest_second"),
        ({"digest": "twice", "digest_first": "09:00", "digest_second": "09:00"}, "digest_second"),
        ({"digest": "hourly"}, "digest"),
    ],
)
def test_what_cannot_be_is_answered_where_it_was_typed(client, fields, field):
    assert list(refused(client, **fields)) == [field]


def test_what_was_typed_is_still_there(client):
    response = client.post(PAGE, NIGHT | {"digest": "once"})
    assert 'value="22:00"' in page(response)
    assert "Say at what time the digest leaves." in page(response)
    assert "mail leaves at once." in page(response)


def test_times_that_the_choice_does_not_use_are_not_judged(client):
    saved(client, digest="none", digest_first="nonsense", digest_second="09:00")
    assert Preference.objects.get().digest_first is None


def test_it_is_ones_own_and_nobody_elses(client, org):
    saved(client, **NIGHT, user=org.biz1.pk)
    assert Preference.objects.get().user == org.tech1
    client.force_login(org.biz1)
    assert "mail leaves at once." in page(client.get(PAGE))


def test_saving_again_changes_the_one_that_is_there(client):
    saved(client, **NIGHT)
    saved(client)
    assert Preference.objects.get().quiet_from is None


def test_the_page_costs_few_queries(client, django_assert_max_num_queries):
    saved(client, **NIGHT)
    with django_assert_max_num_queries(8):
        client.get(PAGE)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(PAGE).status_code == 405


def test_strangers_sign_in_first(client):
    client.logout()
    for response in (client.get(PAGE), client.post(PAGE, NOTHING)):
        assert response["Location"].startswith(reverse("account_login"))


def test_notices_and_the_menu_lead_here(client):
    html = page(client.get("/notices/"))
    assert html.count(f'href="{PAGE}"') == 2

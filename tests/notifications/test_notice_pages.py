from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from notifications.queries import unread_count

LIST = "/notices/"
READ_ALL = "/notices/read/"


@pytest.fixture
def client(client, org):
    client.force_login(org.tech1)
    return client


def page(response):
    return response.content.decode()


def test_a_reader_sees_what_they_were_told_newest_first(client, org, told):
    told(org.tech1, label="Older one")
    told(org.tech1, label="Newer one")
    told(org.biz1, label="Not mine")
    html = page(client.get(LIST))
    assert html.index("Newer one") < html.index("Older one")
    assert "Not mine" not in html


def test_what_is_unread_is_marked(client, org, told):
    (first,) = told(org.tech1)
    told(org.tech1)
    Notice.objects.filter(pk=first.pk).update(read_at=timezone.now())
    assert page(client.get(LIST)).count("is-unread") == 1


def test_an_empty_page_says_what_will_be_here(client):
    html = page(client.get(LIST))
    assert "Nothing yet" in html
    assert "Mark all as read" not in html


def test_older_notices_are_on_further_pages(client, org, told, entry_of):
    for number in range(53):
        told(org.tech1, label=f"Number {number:02d}.")
    first = page(client.get(LIST))
    assert "Number 52." in first
    assert "Number 02." not in first
    (older,) = re.findall(r'href="(/notices/\?before=\d+)"', first)
    second = page(client.get(older))
    assert re.findall(r"Number (\d\d)\.", second) == ["02", "01", "00"]
    assert 'href="/notices/"' in second


@pytest.mark.parametrize("before", ["", "x", "-1", "1e3", "²", "9" * 40])
def test_a_wrong_page_is_the_first(client, org, told, before):
    told(org.tech1, label="Here")
    assert "Here" in page(client.get(LIST, {"before": before}))


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_however_many(
    client, org, told, entry_of, count, django_assert_max_num_queries
):
    for _ in range(count):
        # A text that names who acted.
        told(org.tech1, kind="ticket_accepted", entry=entry_of(actor=org.biz1, department=org.biz))
    with django_assert_max_num_queries(6) as queries:
        client.get(LIST)
    assert sum("notifications_notice" in query["sql"] for query in queries) == 2


def test_opening_one_marks_it_read_and_goes_there(client, org, told):
    (notice,) = told(org.tech1)
    response = client.get(f"/notices/{notice.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/go/T-1031/")
    read_at = Notice.objects.get(pk=notice.pk).read_at
    assert read_at
    client.get(f"/notices/{notice.pk}/")
    assert Notice.objects.get(pk=notice.pk).read_at == read_at


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_one_is_opened_by_get_only(client, org, told, method):
    (notice,) = told(org.tech1)
    assert getattr(client, method)(f"/notices/{notice.pk}/").status_code == 405
    assert Notice.objects.get(pk=notice.pk).read_at is None


@pytest.mark.parametrize("person", ["biz1", "tech_lead", "admin", "outsider"])
def test_another_persons_notice_does_not_exist(client, org, told, person):
    (notice,) = told(org.tech1)
    client.force_login(getattr(org, person))
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_a_notice_that_is_not_there(client):
    assert client.get("/notices/999999/").status_code == 404


def test_all_on_the_page_are_marked_read_and_no_later_one(client, org, told):
    told(org.tech1)
    (seen,) = told(org.tech1)
    (later,) = told(org.tech1)
    (other,) = told(org.biz1)
    response = client.post(READ_ALL, {"up_to": seen.pk})
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert set(Notice.objects.filter(read_at=None)) == {later, other}


def test_the_page_offers_to_mark_all_that_it_shows(client, org, told):
    told(org.tech1)
    (newest,) = told(org.tech1)
    assert f'name="up_to" value="{newest.pk}"' in page(client.get(LIST))


@pytest.mark.parametrize("up_to", [None, "", "x", "-5", "9" * 40])
def test_a_wrong_bound_marks_nothing(client, org, told, up_to):
    told(org.tech1)
    assert client.post(READ_ALL, {} if up_to is None else {"up_to": up_to}).status_code == 302
    assert unread_count(org.tech1) == 1


def test_marking_all_is_a_post(client):
    assert client.get(READ_ALL).status_code == 405
    assert client.post(LIST).status_code == 405


@pytest.mark.parametrize("path", [LIST, READ_ALL, "/notices/1/"])
def test_strangers_sign_in_first(client, path):
    client.logout()
    response = client.post(path) if path == READ_ALL else client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_the_bell_counts_to_99(org, told, entry_of, client):
    for _ in range(7):
        told(org.tech1)
    assert ">7</span>" in page(client.get(LIST))
    Notice.objects.all().delete()
    for _ in range(120):
        told(org.tech1)
    assert unread_count(org.tech1) == 100
    assert "99+" in page(client.get(LIST))


def test_what_people_typed_is_text_on_the_page(client, org, told):
    told(org.tech1, label="<script>alert(1)</script>")
    assert "<script>alert" not in page(client.get(LIST))


def test_the_page_speaks_the_readers_language(client, org, told):
    org.tech1.language = "zh-hans"
    org.tech1.save()
    client.force_login(org.tech1)
    told(org.tech1)
    assert 'lang="zh-Hans"' in page(client.get(LIST))

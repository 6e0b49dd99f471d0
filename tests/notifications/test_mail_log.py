from __future__ import annotations

import pytest
from django.urls import reverse

from notifications.delivery import deliver_due
from notifications.models import Delivery

LOG = "/administration/mail/"


@pytest.fixture
def client(client, org):
    client.force_login(org.admin)
    return client


@pytest.fixture
def failed(org, told, mailserver, now):
    mailserver.refusals["tech1@example.com"] = "550 5.1.1 No such user"
    told(org.tech1, label="Nobody home")
    deliver_due(now=now)
    return Delivery.objects.get(reader=org.tech1)


def retry_of(delivery):
    return f"{LOG}{delivery.pk}/retry/"


def page(response):
    return response.content.decode()


def test_failed_ones_stand_on_top_with_the_reason_and_a_way_out(client, failed):
    html = page(client.get(LOG))
    assert html.index('id="failed"') < html.index('id="recent"')
    assert "550 5.1.1 No such user" in html
    assert retry_of(failed) in html


def test_our_own_reasons_are_in_words(client, org, told, now, mailserver):
    told(org.tech1)
    type(org.tech1).objects.filter(pk=org.tech1.pk).update(email="")
    deliver_due(now=now)
    assert "The person has no e-mail address." in page(client.get(LOG))


def test_delayed_ones_say_why_and_when_next(client, org, told, now, mailserver):
    mailserver.refusals["tech1@example.com"] = "450 4.2.1 Mailbox full"
    told(org.tech1)
    deliver_due(now=now)
    html = page(client.get(LOG))
    assert 'id="delayed"' in html
    assert "450 4.2.1 Mailbox full" in html


def test_a_sent_mail_is_in_the_log(client, org, told, now, mailserver):
    told(org.tech1)
    deliver_due(now=now)
    html = page(client.get(LOG))
    assert "tech1@example.com" in html
    assert 'id="failed"' not in html


def test_an_empty_log_says_so(client):
    assert "No mail yet" in page(client.get(LOG))


def test_without_a_mail_server_the_text_can_be_read_as_it_was_sent(client, org, told, settings):
    org.tech1.language = "zh-hans"
    org.tech1.save()
    told(org.tech1, label="积分未到账")
    html = page(client.get(LOG))
    assert "T-1031: 积分未到账" in html
    assert f"{settings.SITE_URL}/go/T-1031/" in html
    assert str(settings.EMAIL_FILE_PATH) in html


def test_with_a_mail_server_the_text_stays_with_its_reader(client, org, told, mailserver):
    told(org.tech1, label="Private matter")
    assert "Private matter" not in page(client.get(LOG))


@pytest.mark.parametrize("count", [1, 50])
def test_the_log_costs_the_same_however_long(
    client, org, told, entry_of, count, django_assert_max_num_queries
):
    for _ in range(count):
        told(org.tech1, kind="ticket_accepted", entry=entry_of(actor=org.biz1, department=org.biz))
    with django_assert_max_num_queries(9) as queries:
        client.get(LOG)
    # Failed ones, delayed ones, all of them, and what digests among them contain.
    assert sum("notifications_delivery" in query["sql"] for query in queries) == 4


def test_older_mails_are_on_further_pages(client, org, told):
    for _ in range(51):
        told(org.tech1)
    last = Delivery.objects.order_by("-pk")[49]
    assert f"{LOG}?before={last.pk}" in page(client.get(LOG))
    assert "tech1@example.com" in page(client.get(LOG, {"before": last.pk}))


@pytest.mark.django_db(transaction=True)
def test_trying_again_queues_it_anew(client, failed, mailserver, now):
    mailserver.refusals.clear()
    response = client.post(retry_of(failed), follow=True)
    assert "on its way again" in page(response)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("pending", 0)
    assert deliver_due(now=failed.next_attempt_at).sent == 1
    assert failed.message_id in mailserver.ids


def test_trying_again_twice_is_harmless(client, failed):
    client.post(retry_of(failed))
    response = client.post(retry_of(failed), follow=True)
    assert "has not failed" in page(response)


def test_trying_again_is_a_post(client, failed):
    assert client.get(retry_of(failed)).status_code == 405
    assert client.post(LOG).status_code == 405


def test_what_is_not_there_is_404(client):
    assert client.post(f"{LOG}999999/retry/").status_code == 404


@pytest.mark.parametrize("person", ["tech1", "ceo", "comp1", "auditor", "outsider"])
def test_for_others_the_log_does_not_exist(client, org, failed, person):
    client.force_login(getattr(org, person))
    assert client.get(LOG).status_code == 404
    assert client.post(retry_of(failed)).status_code == 404
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_strangers_sign_in_first(client, failed):
    client.logout()
    for response in (client.get(LOG), client.post(retry_of(failed))):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("model", ["notice", "delivery"])
def test_the_administration_shows_and_does_not_change(client, org, told, failed, model):
    url = reverse(f"admin:notifications_{model}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(url + "add/").status_code == 403
    pk = failed.pk if model == "delivery" else failed.notice_id
    assert client.get(f"{url}{pk}/change/").status_code == 200
    assert client.post(f"{url}{pk}/change/", {"state": "sent"}).status_code == 403
    assert client.post(f"{url}{pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["stream", "entry"])
def test_the_journal_is_shown_the_same_way(client, org, told, model):
    told(org.tech1)
    url = reverse(f"admin:journal_{model}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(url + "add/").status_code == 403

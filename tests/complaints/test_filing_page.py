"""The filing page: for whom, by buttons alone, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from complaints.models import Complaint, Customer
from complaints.services.customers import NewCustomer
from complaints.starts import span_text
from departments.models import Department
from escalations.models import Deadline
from escalations.policy import Traits
from escalations.services import install_default_policy, rules_by
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.filed import typed, upload

URL = "/complaints/new/"
ASIDE = "/complaints/new/aside/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def clerk(client, org):
    client.force_login(org.cs1)
    return client


def html(response):
    return response.content.decode()


def value_of(name, text):
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', text)
    return re.search(r'value="([^"]*)"', field[0])[1] if field else None


# ——— For whom ———


@pytest.mark.parametrize("url", [URL, ASIDE, "/complaints/customers/"])
@pytest.mark.parametrize(
    "who", ["biz1", "biz_lead", "comp1", "ceo", "admin", "auditor", "outsider"]
)
def test_others_are_told_that_it_is_not_theirs(client, org, who, url):
    client.force_login(org.people[who])
    response = client.post(url, typed())
    assert response.status_code == 403
    assert "Complaints are filed by customer service." in response.content.decode()
    assert not Complaint.objects.exists()


def test_nobody_files_without_signing_in(client, org):
    assert client.get(URL).status_code == 302
    assert client.post(URL, typed()).status_code == 302
    assert not Complaint.objects.exists()


def test_who_stands_in_for_the_leader_of_customer_service_files(client, org):
    org.away(org.cs_lead, stand_in=org.ops1)
    client.force_login(org.ops1)
    assert client.post(URL, typed()).status_code == 302
    assert Complaint.objects.get().contact_department == org.cs


def test_a_customer_service_out_of_use_files_nothing(clerk, org):
    Department.objects.filter(pk=org.cs.pk).update(is_active=False)
    assert clerk.get(URL).status_code == 403


@pytest.mark.parametrize("url", [ASIDE, "/complaints/customers/"])
def test_the_parts_are_not_to_be_got(clerk, url):
    assert clerk.get(url).status_code == 405


# ——— By buttons alone ———


def test_an_empty_page_asks_for_everything(clerk):
    text = html(clerk.get(URL))
    assert "File a complaint" in text
    assert value_of("received_at", text) == "2026-11-09T10:00"
    assert 'enctype="multipart/form-data"' in text


def test_it_is_never_kept_by_a_cache(clerk):
    assert "no-store" in clerk.get(URL)["Cache-Control"]


def test_filed_it_leads_to_the_case(clerk):
    response = clerk.post(URL, typed(files=[upload()]))
    case = Complaint.objects.get()
    assert response.url == f"/complaints/{case.reference}/"
    assert case.attachments.count() == 1


def test_filed_with_htmx_it_leads_there_too(clerk):
    response = clerk.post(URL, typed(), headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"/complaints/{Complaint.objects.get().reference}/"


def test_file_and_ask_leads_to_asking_that_department(clerk, org):
    response = clerk.post(URL, typed(step="ask", ask_department=str(org.tech.pk)))
    case = Complaint.objects.get()
    asking = reverse("complaints:move_complaint", args=[case.reference, "ask"])
    assert response.url == f"{asking}?department={org.tech.pk}"
    assert f'<option value="{org.tech.pk}" selected>' in html(clerk.get(response.url))


def test_a_double_click_files_once(clerk):
    given = typed(identity_type="Passport", identity_number="E12345678")
    first = clerk.post(URL, given)
    again = clerk.post(URL, given)
    assert again.url == first.url
    assert Complaint.objects.count() == Customer.objects.count() == 1


def test_somebody_elses_token_is_not_ours(clerk, client, org):
    given = typed()
    clerk.post(URL, given)
    client.force_login(org.cs2)
    assert client.post(URL, given).status_code in (302, 422)
    assert Complaint.objects.filter(filed_by=org.cs1).count() == 1


def test_a_find_keeps_everything_else(clerk, org):
    file_case(org.cs1, customer=NewCustomer(name="Ms Finch", phone="13800138111"))
    given = typed(step="find", customer="", find="138 0013 8111", statutory_major="on", name=None)
    response = clerk.post(URL, given)
    text = html(response)
    assert response.status_code == 200
    assert "Ms Finch" in text
    assert value_of("title", text) == given["title"]
    assert given["description"] in text
    assert re.search(r'name="statutory_major"[^>]*checked', text)
    assert re.search(r'value="major"[^>]*checked', text)
    assert value_of("token", text) == given["token"]
    assert "need your attention" not in text


def test_choose_then_other_then_new(clerk, org):
    known = file_case(org.cs1).customer
    chosen = html(clerk.post(URL, typed(step=None, choose=str(known.pk), customer="")))
    assert value_of("customer", chosen) == str(known.pk)
    assert "••••4821" in chosen
    assert "X1234564821" not in chosen
    assert value_of("customer", html(clerk.post(URL, typed(step="other")))) == ""
    assert value_of("customer", html(clerk.post(URL, typed(step="new", find="Li")))) == "new"


def test_the_cursor_follows_the_step_but_never_an_error(clerk, org):
    known = file_case(org.cs1).customer
    new = html(clerk.post(URL, typed(step="new")))
    assert re.search(r'name="name"[^>]*autofocus', new)
    assert re.search(r'name="find"[^>]*autofocus', html(clerk.post(URL, typed(step="other"))))
    assert "autofocus" in html(clerk.post(URL, typed(choose=str(known.pk))))
    assert "autofocus" not in html(clerk.post(URL, typed(customer=str(known.pk), title="")))
    assert "autofocus" not in html(clerk.get(URL))


def test_enter_in_the_finder_files_nothing(clerk, org):
    file_case(org.cs1, customer=NewCustomer(name="Ms Finch"))
    response = clerk.post(URL, typed(customer="", find="Finch"))
    assert response.status_code == 422
    assert "Choose the customer" in html(response)
    assert 'name="choose"' in html(response)


# ——— Refused ———


def test_what_is_wrong_is_summed_up_and_said_at_the_field(clerk):
    response = clerk.post(URL, typed(remedy_sought="", email="nobody"))
    text = html(response)
    assert response.status_code == 422
    assert "2 things need your attention" in text
    assert 'href="#id_remedy_sought"' in text
    assert 'id="id_remedy_sought_error"' in text
    assert re.search(r'<textarea[^>]*name="remedy_sought"[^>]*aria-invalid="true"', text)


def test_nothing_typed_is_lost(clerk, org):
    given = typed(
        title="x" * 161,
        product="Card & Co",
        account="62 <b>",
        identity_type="Passport",
        identity_number="E1234567",
        email="x@example.com",
        ask_department=str(org.biz.pk),
        received_at="2026-11-09T09:15",
    )
    text = html(clerk.post(URL, given))
    for name in ("title", "name", "phone", "email", "identity_type", "received_at", "token"):
        assert value_of(name, text) == given[name], name
    assert value_of("account", text) == "62 &lt;b&gt;"
    assert f'<option value="{given["category"]}" selected>' in text
    assert f'<option value="{org.biz.pk}" selected>' in text


def test_files_have_to_be_chosen_again_and_the_page_says_so(clerk):
    again = "Choose the attachments again"
    assert again in html(clerk.post(URL, typed(title="", files=[upload()])))
    assert again in html(clerk.post(URL, typed(step="find", files=[upload()])))
    assert again not in html(clerk.post(URL, typed(title="")))


def test_with_htmx_the_files_stay_where_they_are(clerk):
    text = html(clerk.post(URL, typed(title="", files=[upload()]), headers=HTMX))
    assert "Choose the attachments again" not in text
    assert re.search(r'name="files"[^>]*hx-preserve="true"', text)


def test_what_was_typed_is_never_markup(clerk):
    text = html(clerk.post(URL, typed(title="<script>alert(1)</script>", remedy_sought="")))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_more_files_than_the_server_reads_are_refused(clerk):
    assert clerk.post(URL, typed(files=[upload() for _ in range(21)])).status_code == 400


@pytest.mark.parametrize("token", ["", "not-a-token", "\x00", None])
def test_a_form_without_its_token_is_not_filed_by_chance(clerk, token):
    assert clerk.post(URL, typed(token=token)).status_code in (302, 422)


# ——— Beside the form ———


def test_what_filing_starts_follows_the_policy(clerk, org):
    install_default_policy(now=MONDAY)
    text = html(clerk.post(ASIDE, {"severity": "major", "ask_department": str(org.biz.pk)}))
    assert "by 12:00" in text
    assert "Business accepts the ticket" in text
    assert "2 working hours" in text
    assert span_text(rules_by(Traits("major"))[1].target("resolve", "major")) in text
    assert "Your leader is told" in text
    ordinary = html(clerk.post(ASIDE, {"severity": "ordinary"}))
    assert "1 working day" in ordinary
    assert "Your leader is told" not in ordinary


def test_what_is_promised_is_what_filing_does(clerk, org):
    text = html(clerk.post(ASIDE, {"severity": "serious"}))
    promised = [datetime.fromisoformat(at) for at in re.findall(r'datetime="([^"]+)"', text)]
    clerk.post(URL, typed(severity="serious"))
    started = Deadline.objects.live().values_list("due_at", flat=True)
    assert sorted(promised) == sorted(started)


@pytest.mark.parametrize("given", [{}, {"severity": "\x00", "customer": "x", "title": "\x00'\\"}])
def test_nonsense_beside_the_form_is_harmless(clerk, given):
    assert clerk.post(ASIDE, {**given, "ask_department": "9" * 50}).status_code == 200


def test_seen_before(clerk, org):
    mine = file_case(org.cs1, title="Miles were never credited")
    other = file_case(org.cs1, customer=NewCustomer(name="Mrs L"), title="特殊证件无法兑换里程")
    late = MONDAY - timedelta(days=500)
    file_case(org.cs1, customer=NewCustomer(name="Mr Old"), title="兑换里程", now=late)
    given = {"customer": str(mine.customer_id), "title": "用特殊证件兑换里程失败"}
    text = html(clerk.post(ASIDE, given))
    assert mine.reference in text
    assert "same customer" in text
    assert other.reference in text
    assert "Mr Old" not in text


def test_a_title_of_fillers_is_like_nothing(clerk, org):
    file_case(org.cs1, title="The one that was")
    assert "Seen before" not in html(clerk.post(ASIDE, {"title": "the of and 的"}))


def test_drafts_that_were_filed_are_known(clerk):
    given = typed()
    clerk.post(URL, given)
    assert given["token"] in html(clerk.get(URL))


def test_queries_do_not_grow(clerk, org, django_assert_max_num_queries):
    for number in range(9):
        file_case(org.cs1, customer=NewCustomer(name=f"Mr X{number}"))
    with django_assert_max_num_queries(22):
        clerk.post(URL, typed(step="find", find="Mr"))

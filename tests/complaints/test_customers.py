"""Customers: found again by what they say, never by guessing; their identity sealed."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from complaints.lookup import MOST, find_customers
from complaints.models import Customer
from complaints.services.customers import NewCustomer, find_or_add, reveal_identity
from journal.errors import NotAllowed
from journal.models import Entry
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.filed import typed

URL = "/complaints/customers/"


def add(name="Mr X", **known):
    return find_or_add(given=NewCustomer(name=name, **known), now=MONDAY)


def names(text):
    return [customer.name for customer in find_customers(text).customers]


@pytest.fixture
def crowd(org):
    add("王小明", phone="13800138000", identity_number="110101199003071234")
    add("王明", email="wang.ming@example.com")
    add("Ms Finch-Hatton", phone="+442079460958")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王", {"王小明", "王明"}),
        ("王小", {"王小明"}),
        ("小明王", set()),
        ("finch", {"Ms Finch-Hatton"}),
        ("HATT", {"Ms Finch-Hatton"}),
        ("ms hatton", {"Ms Finch-Hatton"}),
        ("wang.ming@example.com", {"王明"}),
        ("138 0013 8000", {"王小明"}),
        ("+86 138-0013-8000", {"王小明"}),
        ("１３８００１３８０００", {"王小明"}),
        ("1380013", {"王小明"}),
        ("+44 20 7946 0958", {"Ms Finch-Hatton"}),
        ("110101199003071234", {"王小明"}),
        ("110101 19900307 1234", {"王小明"}),
        ("11010119900307123", set()),
        ("1234", set()),
        ("", set()),
        ("   ", set()),
        ("%", set()),
        ("'; DROP TABLE x; --", set()),
        ("\x00", set()),
        ("& | ! ( ) : * <->", set()),
    ],
)
@pytest.mark.usefixtures("crowd")
def test_found_by(text, found):
    assert set(names(text)) == found


@pytest.mark.usefixtures("crowd")
def test_the_identity_number_finds_one_alone():
    add("Number", phone="110101199003071234"[:15])
    assert names("110101199003071234") == ["王小明"]


def test_no_more_than_a_handful(org, django_assert_num_queries):
    for number in range(MOST + 3):
        add(f"Mr Same {number}")
    with django_assert_num_queries(2):
        found = find_customers("same")
    assert len(found.customers) == MOST
    assert found.more


def test_nothing_asked_is_not_nothing_found(org):
    assert not find_customers(" ").asked
    assert find_customers("?").asked


# ——— The part of the page ———


@pytest.fixture
def clerk(client, org):
    client.force_login(org.cs1)
    return client


def html(response):
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_matches_are_masked(clerk, org):
    known = file_case(org.cs1).customer
    text = html(clerk.post(URL, {"step": "find", "find": "x1234564821"}))
    assert f'value="{known.pk}"' in text
    assert "••••4821" in text
    assert "1 complaint so far" in text
    assert "x1234564821" not in text.replace('value="x1234564821"', "")


def test_only_the_matches_while_one_types(clerk):
    headers = {"HX-Request": "true", "HX-Target": "customer-matches"}
    text = html(clerk.post(URL, {"step": "find", "find": "nobody"}, headers=headers))
    assert "Nobody found" in text
    assert 'name="find"' not in text


def test_the_chosen_one_and_what_was_seen_before(clerk, org):
    known = file_case(org.cs1).customer
    response = clerk.post(URL, {"choose": str(known.pk)})
    assert f'name="customer" value="{known.pk}"' in html(response)
    assert response["HX-Trigger-After-Swap"] == "customer-chosen"


@pytest.mark.parametrize("given", ["0", "999999", "9" * 40, "\x00", "x", "-1", "١"])
def test_nobody_is_chosen_by_nonsense(clerk, given):
    assert 'name="customer" value=""' in html(clerk.post(URL, {"choose": given}))


@pytest.mark.parametrize(
    ("find", "field"),
    [("Li Lei", "name"), ("138 0013 8000", "phone"), ("li@example.com", "email")],
)
def test_what_was_looked_for_is_kept_for_the_new_customer(clerk, find, field):
    text = html(clerk.post(URL, {"step": "new", "find": find}))
    assert f'name="{field}" value="{find}"' in text


def test_an_identity_number_is_put_nowhere_by_itself(clerk):
    text = html(clerk.post(URL, {"step": "new", "find": "110101199003071234"}))
    assert "110101199003071234" not in text


def test_names_are_never_markup(clerk, org):
    add("<b>Bold</b>")
    text = html(clerk.post(URL, {"step": "find", "find": "bold"}))
    assert "<b>Bold" not in text
    assert "&lt;b&gt;Bold" in text


def test_files_of_the_form_do_no_harm(clerk):
    assert clerk.post(URL, typed(step="new")).status_code == 200


# ——— Sealed, and one per number ———


def test_the_same_number_is_the_same_customer(org):
    first = add(identity_number="110101199003071234")
    assert add("Other name", identity_number=" 110101 199003071234 ") == first


def test_short_numbers_show_no_tail(org):
    assert add(identity_number="1234").identity_tail == ""


@pytest.mark.django_db(transaction=True)
def test_two_at_once_add_one_customer():
    made = []

    def work():
        made.append(add(identity_number="E12345678").pk)
        connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) == {Customer.objects.get().pk}
    assert len(made) == 6


@pytest.mark.parametrize("who", ["cs2", "comp1"])
def test_shown_with_a_trace(org, who):
    case = file_case(org.cs1)
    number = reveal_identity(complaint=case, actor=org.people[who], now=MONDAY)
    assert number == "X1234564821"
    entry = Entry.objects.get(tag="customer:identity_revealed")
    assert entry.actor == org.people[who]
    assert "X1234564821" not in str(entry.data)


@pytest.mark.parametrize("who", ["biz1", "ceo", "admin", "auditor", "outsider"])
def test_shown_to_nobody_else(org, who):
    with pytest.raises(NotAllowed):
        reveal_identity(complaint=file_case(org.cs1), actor=org.people[who], now=MONDAY)
    assert not Entry.objects.filter(tag="customer:identity_revealed").exists()

"""The list of complaints: whom it shows what, what filters narrow to, what its address says."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from complaints.filters import ComplaintFilter
from complaints.models import Complaint, Holding
from complaints.services import asking, cases, commitments
from complaints.services.customers import NewCustomer
from escalations.models import Deadline
from tests.complaints.factories import MONDAY, accepted, ask, file_case

URL = "/complaints/"
QUERIES = 12


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def clerk(client, org):
    client.force_login(org.cs1)
    return client


def html(response):
    assert response.status_code == 200
    return response.content.decode()


def shown(client, **query):
    """The titles on the page, in their order."""
    return re.findall(r"<td class=\"what\">.*?<bdi>(.*?)</bdi>", html(client.get(URL, query)))


def withdrawn(actor, title):
    case = file_case(actor, title=title)
    return cases.withdraw(complaint=case, actor=actor, said="Settled.", now=MONDAY)


# ——— Whom it shows what ———


def test_nobody_without_signing_in(client):
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_only_read(clerk, method):
    assert getattr(clerk, method)(URL).status_code == 405


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("cs1", {"Asked", "Alone"}),
        ("comp1", {"Asked", "Alone"}),
        ("auditor", {"Asked", "Alone"}),
        ("ceo", {"Asked", "Alone"}),
        ("biz1", {"Asked"}),
        ("biz_deputy", {"Asked"}),
        ("tech1", set()),
        ("admin", set()),
        ("outsider", set()),
    ],
)
@pytest.mark.parametrize("query", [{}, {"state": "all"}])
def test_each_sees_their_own(client, org, who, sees, query):
    ask(file_case(org.cs1, title="Asked"), org.cs1, org.biz)
    file_case(org.cs1, title="Alone")
    client.force_login(org.people[who])
    assert set(shown(client, **query)) == sees


@pytest.mark.parametrize("who", ["tech1", "admin", "outsider"])
def test_no_filter_shows_what_is_not_theirs(client, org, who):
    case = file_case(org.cs1, title="Secret trouble")
    client.force_login(org.people[who])
    for query in (
        {"q": "secret"},
        {"q": case.reference},
        {"department": org.cs.pk, "state": "all"},
        {"holder": org.cs.pk},
        {"late": "1"},
        {"mine": "1"},
        {"severity": "major"},
    ):
        text = html(client.get(URL, query))
        assert "Secret" not in text
        assert "0 found" in text


def test_only_customer_service_has_the_button(client, org):
    for who, has in (("cs1", True), ("biz1", False)):
        client.force_login(org.people[who])
        assert ("File a complaint" in html(client.get(URL))) == has


# ——— Filters ———


def test_newest_first(clerk, org):
    for hours in (3, 1, 2):
        file_case(org.cs1, title=f"{hours} h ago", received_at=MONDAY - timedelta(hours=hours))
    assert shown(clerk) == ["1 h ago", "2 h ago", "3 h ago"]


def test_open_ones_unless_asked_otherwise(clerk, org):
    file_case(org.cs1, title="Open")
    withdrawn(org.cs1, "Over")
    assert shown(clerk) == ["Open"]
    assert shown(clerk, state="open") == ["Open"]
    assert shown(clerk, state="withdrawn") == ["Over"]
    assert set(shown(clerk, state="all")) == {"Open", "Over"}
    assert shown(clerk, state="closed") == []


def test_words_are_looked_for_in_all(clerk, org):
    withdrawn(org.cs1, "Points never credited")
    file_case(org.cs1, title="Other")
    assert shown(clerk, q="points CREDIT") == ["Points never credited"]
    assert shown(clerk, q="points", state="open") == []


def test_severity(clerk, org):
    file_case(org.cs1, title="Grave")
    file_case(org.cs1, title="Light", severity="ordinary")
    assert shown(clerk, severity="major") == ["Grave"]


def test_who_takes_part_and_who_holds(clerk, org):
    case = file_case(org.cs1, title="Asked")
    accepted(case, org.cs1, org.biz1, org.biz)
    ask(case, org.cs1, org.tech, now=MONDAY + timedelta(minutes=1))
    assert shown(clerk, department=org.biz.pk) == ["Asked"]
    assert shown(clerk, department=org.ops.pk) == []
    assert shown(clerk, holder=org.tech.pk) == ["Asked"]
    assert shown(clerk, holder=org.biz.pk) == []


def test_what_has_ended_is_held_by_nobody(clerk, org):
    withdrawn(org.cs1, "Over")
    assert shown(clerk, holder=org.cs.pk, state="all") == []


def test_mine_is_what_i_keep_hold_or_work_on(client, org):
    file_case(org.cs1, title="Kept")
    asked = file_case(org.cs2, title="Worked on")
    ticket = accepted(asked, org.cs2, org.biz1, org.biz)
    asking.withdraw(ticket=ticket, actor=org.cs2, reason="No need.", now=MONDAY)
    held = file_case(org.cs2, title="Held")
    accepted(held, org.cs2, org.biz2, org.biz)
    for who, mine in (
        ("cs1", ["Kept"]),
        ("cs2", ["Held", "Worked on"]),
        ("biz1", []),
        ("biz2", ["Held"]),
        ("cs_lead", []),
    ):
        client.force_login(org.people[who])
        assert shown(client, mine="1") == mine, who
    client.force_login(org.biz1)
    assert shown(client, mine="1", state="all") == ["Worked on"]


def test_late_is_a_clock_past_due(clerk, org):
    file_case(org.cs1, title="Late", now=MONDAY - timedelta(days=7))
    file_case(org.cs1, title="In time")
    assert shown(clerk, late="1") == ["Late"]
    assert shown(clerk, late="1", severity="ordinary") == []


@pytest.mark.parametrize(
    "query",
    [
        {"state": "banana"},
        {"severity": "\x00"},
        {"department": "x"},
        {"department": "9" * 40},
        {"holder": "-1"},
        {"mine": "perhaps"},
        {"late": "\x00"},
        {"older": "x"},
        {"older": "9" * 60},
        {"newer": "1-1-1"},
        {"q": "\x00"},
        {"q": "' OR 1=1 --"},
        {"q": "a" * 500},
        {"utm": "anything"},
    ],
)
def test_nonsense_is_harmless(clerk, org, query):
    file_case(org.cs1)
    html(clerk.get(URL, query))


# ——— What the address says ———


def chips(client, **query):
    found = re.findall(
        r'<a class="chip accent" href="\?(.*?)">(.*?)<svg', html(client.get(URL, query)), re.DOTALL
    )
    return {text: parse_qs(left.replace("&amp;", "&")) for left, text in found}


def test_each_filter_can_be_taken_away(clerk, org):
    assert chips(clerk) == {}
    given = {"severity": "major", "mine": "1", "q": "a&b", "department": str(org.biz.pk)}
    left = chips(clerk, **given, older="1-1")
    assert set(left) == {"Severity: Major", "Mine", "Text: a&amp;b", "Takes part: Business"}
    assert left["Mine"] == {name: [value] for name, value in given.items() if name != "mine"}


def test_only_a_chosen_state_is_a_filter(clerk):
    assert set(chips(clerk, state="closed")) == {"State: Closed"}
    assert (
        set(chips(clerk, state="", q="x")) == set(chips(clerk, state="all", q="x")) == {"Text: x"}
    )
    assert set(chips(clerk, state="open", q="x")) == {"Text: x", "State: All that are open"}
    assert chips(clerk, state="open") == {}


def test_what_stands_on_no_form_is_carried_along(clerk, org):
    text = html(clerk.get(URL, {"part": org.biz.pk, "slow": "7", "within": "x"}))
    assert f'<input type="hidden" name="part" value="{org.biz.pk}">' in text
    assert '<input type="hidden" name="slow" value="7">' in text
    assert 'name="within"' not in text


def test_pages_keep_the_filters(clerk, org):
    for number in range(51):
        file_case(org.cs1, title=f"{number:02}", received_at=MONDAY - timedelta(minutes=number))
    first = html(clerk.get(URL, {"severity": "major"}))
    older = re.search(r'rel="next" href="(.*?)"', first)[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(older).query)["severity"] == ["major"]
    assert 'rel="prev"' not in first
    second = html(clerk.get(URL + older))
    assert re.findall(r"<bdi>(\d\d)</bdi>", second) == ["50"]
    newer = re.search(r'rel="prev" href="(.*?)"', second)[1].replace("&amp;", "&")
    assert len(re.findall(r"<bdi>(\d\d)</bdi>", html(clerk.get(URL + newer)))) == 50


def test_htmx_is_told_the_clean_address(clerk, org):
    query = {"q": " ", "state": "open", "severity": "major", "mine": "", "holder": ""}
    response = clerk.get(URL, query, headers={"HX-Request": "true"})
    assert response["HX-Replace-Url"] == f"{URL}?severity=major"


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}"])
def test_a_reference_leads_to_its_case(clerk, org, typed):
    reference = file_case(org.cs1).reference
    given = typed.format(reference, reference.lower(), reference.replace("C-", "C"))
    assert clerk.get(URL, {"q": given}).url == f"{URL}{reference}/"


def test_references_of_tickets_and_promises_lead_there_too(clerk, org):
    case = file_case(org.cs1)
    ticket = ask(case, org.cs1, org.biz)
    promise = commitments.promise(
        complaint=case, actor=org.cs1, what="Call back", owner=None,
        promised_at=MONDAY + timedelta(hours=1), now=MONDAY,
    )  # fmt: skip
    for reference in (ticket.reference, promise.reference):
        assert clerk.get(URL, {"q": reference}).url == f"/go/{reference}/"


@pytest.mark.parametrize("text", ["C-2026-99999", "T-1", "E-1", "P-1", "X-1", "C-", "٢-١"])
def test_a_reference_of_nothing_is_a_word(clerk, text):
    assert "Nothing matches" in html(clerk.get(URL, {"q": text}))


# ——— The rows ———


def test_a_row_says_who_what_when(clerk, org):
    case = file_case(org.cs1, channel="regulator", statutory_major=True)
    ask(case, org.cs1, org.biz)
    text = html(clerk.get(URL))
    for said in (case.reference, "Regulator", "Major", "Statutory", "Mr X", "Received", "Business"):
        assert said in text
    assert re.search(r"since <time[^>]*>9 Nov</time>", text)
    assert "2 h left" in text
    assert "acknowledge the customer" in text


def test_titles_and_names_are_never_markup(clerk, org):
    file_case(org.cs1, title="<i>x</i>", customer=NewCustomer(name="<script>alert(1)</script>"))
    text = html(clerk.get(URL))
    assert "<i>x" not in text
    assert "<script>alert" not in text


def test_paused_clocks_stand_behind_running_ones(clerk, org):
    case = file_case(org.cs1)
    running = Deadline.objects.filter(stream=case.reference).order_by("due_at")
    first = running.first()
    running.filter(pk=first.pk).update(state="paused", left_seconds=60, wake_at=None)
    assert "paused" not in html(clerk.get(URL))
    Deadline.objects.exclude(pk=first.pk).delete()
    assert "paused" in html(clerk.get(URL))


def test_empty_says_what_to_do(clerk):
    assert "No open complaints" in html(clerk.get(URL))
    assert "Remove all filters" in html(clerk.get(URL, {"mine": "1"}))


def test_queries_do_not_grow_with_the_rows(clerk, org, django_assert_max_num_queries):
    def ask_for(**query):
        more = len({"mine", "q"} & set(query))
        with django_assert_max_num_queries(QUERIES + more):
            html(clerk.get(URL, query))

    file_case(org.cs1)
    clerk.get(URL)  # calendars are compiled once
    ask_for()
    for number in range(12):
        case = file_case(org.cs1, customer=NewCustomer(name=f"Mr {number}"))
        accepted(case, org.cs1, org.biz1, org.biz)
    ask_for()
    ask_for(mine="1")
    ask_for(late="1", q="redemption", department=org.biz.pk, severity="major")


def test_the_filter_narrows_what_is_visible(org):
    file_case(org.cs1)
    chosen = ComplaintFilter({}, user=org.tech1, now=MONDAY)
    assert not chosen.qs.exists()
    assert Complaint.objects.exists()
    assert Holding.objects.exists()

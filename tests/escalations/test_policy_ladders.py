"""Ladders are built: rungs added, moved, removed, edited; what they would say is shown."""

from __future__ import annotations

import copy

import pytest
import time_machine

from escalations.forms_ladders import MOST_RUNGS, rearranged, row_of
from escalations.models import PolicyVersion
from escalations.policy import STANDARD, parse
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft, save_draft
from tests.escalations.clocks import MONDAY, at
from tests.escalations.policypages import address, shown_ladder, signed_in

pytestmark = pytest.mark.django_db
EVERYTHING = "ladders/any/any/"


@pytest.fixture
def draft(org):
    standard = install_default_policy(now=MONDAY)
    return create_draft(policy=standard.policy, actor=org.comp1, now=at(3))


@pytest.fixture
def client(org):
    return signed_in(org.comp1)


def send(client, draft, place=EVERYTHING, *, htmx=False, **changes):
    """Open the ladder, change fields (a dash is written as two underscores), send it."""
    page = address(draft, place)
    sent = shown_ladder(client.get(page))
    sent |= {name.replace("__", "-"): value for name, value in changes.items()}
    headers = {"hx-request": "true"} if htmx else {}
    return client.post(page, sent, headers=headers)


def ladder_of(draft, kind="*", severity="*"):
    draft.refresh_from_db()
    return draft.rules["ladders"].get(kind, {}).get(severity)


def rows(answer):
    return [(row["when"], str(row["amount"] or "")) for row in answer.context["form"].rows]


STANDARDS = [
    ("fraction", "50"), ("before", "4"), ("due", ""), ("after", "8"), ("after", "16"),
]  # fmt: skip


# --- Written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place", ["any/any", "any/ordinary", "decide/any", "approve/any", "stall/any"]
)
def test_sent_as_it_was_shown_it_changes_nothing(client, draft, place):
    assert send(client, draft, f"ladders/{place}/").status_code == 302
    draft.refresh_from_db()
    assert (draft.rules, draft.revision) == (STANDARD, 1)


def test_a_rung_is_edited(client, draft):
    answer = send(
        client,
        draft,
        rung__1__when="before",
        rung__1__amount="30",
        rung__1__unit="hour",
        rung__1__who=["owner", "leader"],
        rung__1__channels=["mail"],
    )
    assert answer["Location"] == f"{address(draft)}?kind=deliver&severity=major"
    assert ladder_of(draft)[1] == {
        "when": {"offset": -30, "unit": "hour"},
        "who": ["owner", "leader"],
        "level": 0,
        "channels": ["mail"],
    }


def test_a_ladder_of_its_own_begins_as_the_one_that_speaks(client, draft):
    page = client.get(address(draft, "ladders/accept/major/"))
    assert page.context["is_new"]
    assert rows(page) == STANDARDS
    send(client, draft, "ladders/accept/major/", rung__0__amount="25")
    assert ladder_of(draft, "accept", "major")[0]["when"] == {"fraction": 0.25}
    assert ladder_of(draft) == STANDARD["ladders"]["*"]["*"]


def test_dropped_the_others_speak_again(client, draft):
    assert send(client, draft, "ladders/decide/any/", do="drop").status_code == 302
    draft.refresh_from_db()
    assert "decide" not in draft.rules["ladders"]
    assert parse(draft.rules).ladder("decide", "ordinary") == parse(STANDARD).ladder(
        "accept", "ordinary"
    )


def test_the_last_one_cannot_be_dropped(client, draft):
    answer = send(client, draft, do="drop")
    assert answer.status_code == 422
    assert "No ladder speaks for" in answer.content.decode()
    assert rows(answer) == STANDARDS


# --- Rearranged: nothing is saved, nothing typed is lost ----------------------------------------


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("add", [*STANDARDS, ("after", "")]),
        ("remove-1", [*STANDARDS[:1], *STANDARDS[2:]]),
        ("up-1", [STANDARDS[1], STANDARDS[0], *STANDARDS[2:]]),
        ("down-3", [*STANDARDS[:3], STANDARDS[4], STANDARDS[3]]),
        ("up-0", STANDARDS),
        ("down-4", STANDARDS),
        ("remove-99", STANDARDS),
        ("up-x", STANDARDS),
        ("look", STANDARDS),
    ],
)
def test_rungs_are_rearranged(client, draft, do, expected):
    answer = send(client, draft, do=do)
    assert answer.status_code == 200
    assert rows(answer) == expected
    assert ladder_of(draft) == STANDARD["ladders"]["*"]["*"]


def test_what_was_typed_stays_whatever_it_is(client, draft):
    answer = send(client, draft, do="add", rung__1__amount="a while", rung__4__who=["executive"])
    form = answer.context["form"]
    assert form.rungs[1]["amount"].value() == "a while"
    assert form.rungs[4]["who"].value() == ["executive"]
    assert "a while" in answer.content.decode()


def test_no_ladder_grows_without_end():
    row = row_of({"when": {"offset": 0}, "who": ["owner"]})
    assert len(rearranged([row] * MOST_RUNGS, "add")) == MOST_RUNGS


# --- Refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rung__0__amount": "100"}, "rung 1, How much: Enter a percentage"),
        ({"rung__1__amount": ""}, "rung 2, How much: Enter how long"),
        ({"rung__1__amount": "soon"}, "rung 2, How much: Enter a number"),
        ({"rung__1__who": []}, "rung 2, Who is told: Choose who is told"),
        ({"rung__1__who": ["boss"]}, "rung 2, Who is told: Select a valid choice"),
        ({"rung__1__when": "never"}, "rung 2, When: Select a valid choice"),
        ({"rung__1__level": "1"}, "rung 2: level 1 asks the department leader, who must be"),
        (
            {"rung__1__level": "1", "rung__1__who": ["owner", "leader"]},
            "rung 2: before the due date a rung can remind, not escalate.",
        ),
        ({"rung__4__amount": "2"}, "rung 5 comes before the one above it."),
        ({"rung__4__every": "0.5"}, "rung 5: days are whole numbers."),
        ({"rung__1__every": "1"}, "only the last rung may repeat"),
        ({"count": "0"}, "a ladder has one rung at least."),
        ({"count": "many"}, "a ladder has one rung at least."),
    ],
)
def test_ladders_that_cannot_be_climbed(client, draft, changes, words):
    answer = send(client, draft, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ladder_of(draft) == STANDARD["ladders"]["*"]["*"]
    typed = {name.replace("__", "-"): value for name, value in changes.items()}
    kept = {each.html_name: each.value() for rung in answer.context["form"].rungs for each in rung}
    assert all(kept[name] == value for name, value in typed.items() if name in kept)


def test_two_editors(org, client, draft):
    page = address(draft, EVERYTHING)
    mine = shown_ladder(client.get(page)) | {"rung-1-amount": "3"}
    other = copy.deepcopy(STANDARD)
    other["limits"]["returns"] = 5
    save_draft(version=draft, actor=org.admin, rules=other, note="", seen=1, now=at(4))
    answer = client.post(page, mine)
    assert answer.status_code == 409
    assert "returns of a ticket" in answer.content.decode()
    assert answer.context["form"].rungs[1]["amount"].value() == "3"
    assert client.post(page, mine | {"seen": answer.context["seen"]}).status_code == 302
    draft.refresh_from_db()
    assert draft.rules["limits"]["returns"] == 5
    assert ladder_of(draft)[1]["when"]["offset"] == -3


def test_sent_twice_it_is_saved_once(client, draft):
    page = address(draft, EVERYTHING)
    mine = shown_ladder(client.get(page)) | {"rung-1-amount": "3"}
    assert [client.post(page, mine).status_code for _ in range(2)] == [302, 302]
    draft.refresh_from_db()
    assert draft.revision == 2


@pytest.mark.parametrize("place", ["tea/any", "answer/any", "any/grim", "*/any"])
def test_places_that_are_none(client, draft, place):
    assert client.get(address(draft, f"ladders/{place}/")).status_code == 404


def test_a_used_version_is_not_edited(client, draft):
    used = PolicyVersion.objects.get(number=1)
    assert client.get(address(used, EVERYTHING))["Location"] == address(used)


# --- What it would say --------------------------------------------------------------------------


def test_the_preview_follows_what_is_typed(client, draft):
    with time_machine.travel(at(2, 10), tick=False):
        answer = send(client, draft, htmx=True, do="preview", rung__1__amount="2")
    shown = answer.context["preview"]
    assert [each.at for each in shown.spoken] == [
        at(3, 14), at(4, 16), at(4, 18), at(5, 17), at(6, 16), at(9, 16),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "Wed 4 Mar 16:00" in page
    assert "Ask the executive to decide, tell the owner" in page
    assert "<html" not in page, "only the preview"
    assert ladder_of(draft) == STANDARD["ladders"]["*"]["*"]


def test_a_kind_with_a_time_of_its_own_is_shown_with_it(client, draft):
    answer = client.get(address(draft, "ladders/decide/any/"))
    assert (answer.context["preview"].span.amount, answer.context["example"]) == (
        4,
        "decide, Major",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rung__4__amount": "2"}, "rung 5 comes before"),
        ({"rung__4__amount": ""}, "Fill in every rung"),
    ],
)
def test_the_preview_says_why_there_is_none(client, draft, changes, words):
    answer = send(client, draft, htmx=True, do="preview", **changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_saved_from_the_page_with_htmx_it_leads_back(client, draft):
    answer = send(client, draft, htmx=True, rung__1__amount="3")
    assert answer.headers["HX-Redirect"].startswith(address(draft))

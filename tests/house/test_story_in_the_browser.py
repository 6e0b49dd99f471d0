"""The main job in a real browser: a complaint goes through the house until it is closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.house.browsing import Office, at, open_office
from tests.house.chapters import (
    accepts_from_the_desk,
    answers,
    answers_for_the_customer,
    asks_further,
    closes,
    confirms,
    files_what_the_customer_says,
    finds_the_decision,
    is_late_and_the_leader_decides,
    is_reminded,
    the_history_tells_it_all,
)
from tests.house.scene import build_scene
from tests.personas import Org

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=["en", "zh-hans"])
def office(org: Org, browser: Browser, live_server, mailoutbox, request) -> Iterator[Office]:
    with open_office(org, browser, live_server.url, language=request.param) as opened:
        yield opened
        assert opened.complaints == []


def test_the_main_job(office: Office) -> None:
    service = office.person("cs1")
    case = files_what_the_customer_says(service)
    by_hand = answers_for_the_customer(service, case, office)
    business = accepts_from_the_desk(office, "biz1", by_hand, until=at(17))
    refused = asks_further(business, by_hand, office)
    technology = accepts_from_the_desk(office, "tech1", refused, until=at(11, 30))
    is_reminded(technology, refused, office)
    leader = is_late_and_the_leader_decides(office)
    finds_the_decision(technology, leader, refused, office)
    answers(technology, refused, "A rule was too strict; it is repaired.")
    confirms(business, refused)
    answers(business, by_hand, "The miles are booked.")
    confirms(service, by_hand, "Checked with the customer's account.")
    closes(service, case)
    the_history_tells_it_all(service, case)
    call_command("verify_journal")


@pytest.mark.parametrize("office", ["en"], indirect=True)
def test_the_moves_of_the_job_without_javascript(office: Office) -> None:
    plain = {"java_script_enabled": False}
    service = office.person("cs1", **plain)
    case = files_what_the_customer_says(service)
    by_hand = answers_for_the_customer(service, case, office)
    business = accepts_from_the_desk(office, "biz1", by_hand, until=at(17), **plain)
    answers(business, by_hand, "The miles are booked.")
    confirms(service, by_hand)
    service.open(f"/complaints/{case}/")
    service.sees("#timeline", "The miles are booked.")


def test_nothing_scrolls_sideways_on_a_phone(office: Office) -> None:
    scene = build_scene(office.org)
    own, question = scene.own.reference, scene.things["question"].reference
    asked = scene.things["asked"].reference
    leader = office.person("biz_lead", viewport=PHONE)
    for path in (
        "/",
        "/complaints/",
        f"/complaints/{own}/",
        f"/complaints/{own}/escalate/",
        f"/tickets/{asked}/accept/",
        "/escalations/",
        "/escalations/waiting/",
        f"/escalations/{question}/",
        "/notices/",
        "/me/",
    ):
        leader.open(path)
        assert leader.width <= PHONE["width"], path

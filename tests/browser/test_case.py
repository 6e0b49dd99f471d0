"""The page of a case by hand and eye: acts in place, news that disturb nobody, no JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Message, Ticket
from complaints.services import messages, tickets
from tests.browser.cookies import sign_in
from tests.complaints.factories import ask, file_case
from tests.personas import build_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def org(transactional_db):
    return build_org()


@pytest.fixture
def case(org):
    made = file_case(org.cs1, now=timezone.now() - timedelta(hours=3))
    ask(made, org.cs1, org.biz, now=timezone.now() - timedelta(hours=2))
    return made


@pytest.fixture
def ticket(case):
    return case.tickets.get()


@pytest.fixture
def at_case(page, live_server, org, case):
    """Business has the case open."""
    sign_in(page, live_server.url, org.biz1)
    page.goto(live_server.url + reverse("complaints:case", args=[case.reference]))
    return page


def note_of(page: Page):
    return page.get_by_label("Write a note, a call note or a message")


def hear_the_news(page: Page) -> None:
    """As the page does every twenty seconds."""
    with page.expect_response(lambda answer: "/live/" in answer.url):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('moved'))")


def write(case, actor, text: str) -> None:
    messages.write(complaint=case, actor=actor, kind="note", text=text, now=timezone.now())


def take_over(ticket, actor, owner) -> None:
    tickets.accept(
        ticket=ticket,
        actor=actor,
        owner=owner,
        promised_at=timezone.now() + timedelta(hours=5),
        now=timezone.now(),
    )


def test_an_act_in_the_dialog_changes_the_page_and_keeps_the_note(at_case, ticket):
    note_of(at_case).fill("Half a thought")
    at_case.locator("#tickets").get_by_role("link", name="Accept").click()
    dialog = at_case.get_by_role("dialog")
    promised = timezone.localtime(timezone.now() + timedelta(hours=5))
    dialog.get_by_label("You promise it for").fill(promised.strftime("%Y-%m-%dT%H:%M"))
    dialog.get_by_role("button", name="Accept and promise").click()
    expect(dialog).to_be_hidden()
    expect(at_case.locator("#tickets")).to_contain_text("In work")
    expect(at_case.locator("#timeline > li").first).to_contain_text("Accepted")
    expect(at_case.locator("#messages")).to_contain_text("Accept: saved for")
    expect(note_of(at_case)).to_have_value("Half a thought")
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.ACCEPTED


def test_a_note_is_written_in_its_place(at_case, case):
    note_of(at_case).fill("The card is normal.")
    at_case.get_by_label("Call note", exact=True).check()
    at_case.get_by_role("button", name="Write", exact=True).click()
    expect(at_case.locator("#timeline > li").first).to_contain_text("The card is normal.")
    expect(note_of(at_case)).to_have_value("")
    assert Message.objects.get(text="The card is normal.").kind == "call"


def test_news_disturb_nobody_who_types(at_case, case, org):
    note_of(at_case).fill("I am typ")
    write(case, org.cs1, "News from customer service")
    hear_the_news(at_case)
    expect(at_case.locator("#timeline > li").first).to_contain_text("News from customer service")
    expect(note_of(at_case)).to_be_focused()
    at_case.keyboard.type("ing")
    expect(note_of(at_case)).to_have_value("I am typing")


def test_nothing_new_changes_nothing(at_case):
    before = at_case.locator("#case").inner_html()
    hear_the_news(at_case)
    assert at_case.locator("#case").inner_html() == before


def test_what_is_unfolded_stays_so_and_the_focus_too(at_case, case, org, ticket):
    fold = at_case.locator(f"#words-{ticket.reference}")
    fold.locator("summary").click()
    at_case.get_by_role("link", name="Ask a department").focus()
    write(case, org.cs1, "News")
    hear_the_news(at_case)
    expect(at_case.locator("#timeline > li").first).to_contain_text("News")
    expect(fold).to_have_attribute("open", "")
    expect(at_case.get_by_role("link", name="Ask a department")).to_be_focused()


def test_an_open_menu_is_not_drawn_over(at_case, case, org):
    at_case.locator("#case-top .acts details.menu summary").click()
    write(case, org.cs1, "News")
    hear_the_news(at_case)
    expect(at_case.locator("#case-top .acts details.menu")).to_have_attribute("open", "")
    expect(at_case.locator("#timeline > li").first).not_to_contain_text("News")
    at_case.keyboard.press("Escape")
    hear_the_news(at_case)
    expect(at_case.locator("#timeline > li").first).to_contain_text("News")


def test_the_second_of_two_keeps_what_was_typed(at_case, ticket, org):
    at_case.locator("#tickets").get_by_role("link", name="Return").click()
    dialog = at_case.get_by_role("dialog")
    dialog.get_by_label("What is missing").fill("Which order?")
    dialog.get_by_label("From whom").fill("客服1")
    take_over(ticket, org.biz2, org.biz2)
    dialog.get_by_role("button", name="Return").click()
    expect(dialog.locator(".changed")).to_contain_text("Accepted")
    expect(dialog.locator(".changed")).to_contain_text(str(org.biz2))
    expect(dialog.get_by_label("What is missing")).to_have_value("Which order?")


def test_the_identity_is_shown_where_it_was_hidden(page, live_server, org, case):
    sign_in(page, live_server.url, org.cs1)
    page.goto(live_server.url + reverse("complaints:case", args=[case.reference]))
    expect(page.locator("#identity")).to_contain_text("••••4821")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#identity")).to_contain_text("X1234564821")
    expect(page.locator("#timeline > li").first).to_contain_text("looked at the identity number")
    expect(page.locator("#identity")).to_contain_text("X1234564821")


def test_without_javascript(browser, live_server, org, case, ticket):
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server.url, org.biz1)
    page.goto(live_server.url + reverse("complaints:case", args=[case.reference]))
    page.locator("#tickets").get_by_role("link", name="Return").click()
    page.get_by_label("What is missing").fill("Which order?")
    page.get_by_label("From whom").fill("客服1")
    page.get_by_role("button", name="Return").click()
    expect(page.locator("#messages")).to_contain_text("Return: saved for")
    expect(page.locator("#tickets")).to_contain_text("Returned")
    note_of(page).fill("By hand.")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.locator("#timeline > li").first).to_contain_text("By hand.")


def test_a_phone_needs_no_sideways_scrolling(at_case):
    at_case.set_viewport_size({"width": 390, "height": 800})
    at_case.locator(".line-words summary").click()
    at_case.locator("#write-mentions summary").click()
    assert at_case.evaluate("document.documentElement.scrollWidth") <= 390

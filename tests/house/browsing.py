"""People at the site, each in a browser window of their own, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from complaints.categories import install_categories
from complaints.models import Category
from departments.models import User
from escalations.services import install_default_policy
from escalations.tasks import sweep
from notifications.tasks import redrive
from tests.personas import PASSWORD, ZONE, Org

WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""
# A machine that runs the rest of the tests beside it answers late.
expect.set_options(timeout=20_000)
LANGUAGES = {"en": ("en-GB", "en"), "zh-hans": ("zh-CN", "zh-Hans")}


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the Monday on which it all happens, in Shanghai; the office is open 9 to 18."""
    return datetime(2026, 12, 7, hour, minute, tzinfo=ZoneInfo(ZONE))


def as_typed(moment: datetime) -> str:
    """An instant as the browser's picker takes it."""
    return f"{moment:%Y-%m-%dT%H:%M}"


@dataclass(kw_only=True, slots=True)
class Person:
    """Somebody in front of a screen. What they want is found by address and name, not by words."""

    page: Page
    site: str

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def sign_in(self, username: str) -> None:
        self.open("/")
        self.page.locator("[name=login]").fill(username)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.site}/")

    def press(self, address: str) -> None:
        """The link that leads there, from its menu if it stands in one."""
        link = self.page.locator(f'main a[href^="{address}"]').first
        link.wait_for(state="attached")
        if not link.is_visible():
            link.locator("xpath=ancestor::details[1]/summary").click()
        link.click()

    def move(self, address: str, **given: str) -> None:
        """A move such as /tickets/T-1001/accept/: its dialog opened, filled in, sent."""
        self.press(address)
        # Without JavaScript it is a page.
        form = self.page.locator("dialog[open] form.stack, main form.stack:not(.decide)")
        self.fill(form, **given)
        self.send(form, about=address.split("/")[2])

    def fill(self, form: Locator, **given: str) -> None:
        for name, value in given.items():
            box = form.locator(f'[name="{name}"]:not([type=hidden])').first
            if box.get_attribute("type") == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check(force=True)
            elif box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)

    def send(self, form: Locator, *, about: str) -> None:
        """Send it, and read that it was saved."""
        form.locator("button.btn-primary, button.btn-danger").last.click()
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        expect(self.page.locator("#messages .note.success")).to_contain_text(about)

    def sees(self, selector: str, *words: str) -> None:
        """Visible there, with all these words."""
        place = self.page.locator(selector).first
        expect(place).to_be_visible()
        for word in words:
            expect(place).to_contain_text(word)

    @property
    def width(self) -> int:
        """How wide the page is, seen or not."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


@dataclass(kw_only=True)
class Office:
    """The organisation at work: who sits where, what time it is, what the browsers said."""

    org: Org
    site: str
    browser: Browser
    clock: time_machine.Traveller
    language: str
    complaints: list[str] = field(default_factory=list)
    windows: list[BrowserContext] = field(default_factory=list)

    def person(self, username: str, **window: Any) -> Person:
        """Signed in, in a window of their own."""
        locale, lang = LANGUAGES[self.language]
        context = self.browser.new_context(locale=locale, timezone_id=ZONE, **window)
        self.windows.append(context)
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        person = Person(page=page, site=self.site)
        person.sign_in(username)
        expect(page.locator("html")).to_have_attribute("lang", lang)
        return person

    def time_is(self, moment: datetime) -> None:
        """It is as late as that now, and the clockwork has ticked."""
        self.clock.move_to(moment)
        sweep()
        redrive()

    def mails_to(self, username: str) -> list[Any]:
        redrive()
        return [sent for sent in mail.outbox if f"{username}@example.com" in sent.to[0]]

    def _hear(self, line: ConsoleMessage) -> None:
        # A form that comes back with a message at the field is an answer, not an accident.
        if line.type in ("error", "warning") and "status of 422" not in line.text:
            self.complaints.append(line.text)


@contextmanager
def open_office(org: Org, browser: Browser, site: str, *, language: str) -> Iterator[Office]:
    """Monday, five past nine; at the end every window is closed."""
    with time_machine.travel(at(9, 5), tick=True) as clock:
        install_categories()
        install_default_policy(now=at(9))
        User.objects.update(language=language)
        office = Office(org=org, site=site, browser=browser, clock=clock, language=language)
        try:
            yield office
        finally:
            for window in office.windows:
                window.close()


def a_category() -> str:
    """The key of a business type that may be chosen."""
    return str(Category.objects.get(code="B.01.01.01").pk)

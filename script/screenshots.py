"""Renders every main page of a running demo, and says what is wrong with it.

Each page in both languages, both themes and two widths. Told as problems: sideways scrolling,
errors of the console, violations of the content security policy, answers that failed, and pages
that were not found. Exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: its name, its address or how to find it, and who looks at it."""

    name: str
    path: str
    account: str = ""
    find: str = ""
    """A pattern: the first link on `path` whose address matches is the page."""
    status: int = 200
    click: str = ""
    """Opened on the page before it is taken."""


CASE = r"/complaints/C-\d{4}-\d+/$"
PAGES = [
    Shot("sign-in", "/accounts/login/"),
    Shot("desk", "/", "yewu1"),
    Shot("desk-leader", "/", "zongjing"),
    Shot("complaints", "/complaints/", "kefu1"),
    Shot("case", "/complaints/?q={word}", "kefu1", find=CASE),
    Shot("case-dialog", "/", "yewu1", click="[hx-get][hx-target='#dialog-body']"),
    Shot("file", "/complaints/new/", "kefu1"),
    Shot("accept", "/", "yewu1", find=r"/tickets/[^/]+/accept/"),
    Shot("escalations", "/escalations/", "zongjing"),
    Shot("escalation", "/escalations/", "zongjing", find=r"/escalations/E-[^/]+/$"),
    Shot("calendars", "/calendars/", "hegui_lead"),
    Shot("calendar", "/calendars/", "hegui_lead", find=r"/calendars/\d+/$"),
    Shot("policies", "/policies/", "hegui_lead"),
    Shot("policy", "/policies/", "hegui_lead", find=r"/policies/\d+/$"),
    Shot("presets", "/policies/presets/", "hegui_lead"),
    Shot("preset-use", "/policies/presets/", "hegui_lead", find=r"/presets/[^/]+/use/$"),
    Shot("deadline", "/", "yewu1", find=r"/deadlines/\d+/$"),
    Shot("departments", "/departments/", "kefu1"),
    Shot("department", "/departments/", "kefu1", find=r"/departments/\d+/$"),
    Shot("replay", "/policies/versions/1/replay/", "hegui_lead"),
    Shot("notices", "/notices/", "yewu1"),
    Shot("profile", "/me/", "yewu1"),
    Shot("not-found", "/nothing/here/", "yewu1", status=404),
]
WIDTHS = {1360: 900, 390: 844}
LANGUAGES = {"en": ("en-GB", "en"), "zh": ("zh-CN", "zh-Hans")}
# The founding case is told in both languages; each finds its own.
WORDS = {"en": "miles", "zh": "里程"}
THEMES = ("light", "dark")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


@dataclass(slots=True)
class Studio:
    """One browser, one site, one folder; keeps who is signed in, and what went wrong."""

    browser: Browser
    site: str
    folder: Path
    password: str
    sessions: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, shot: Shot, language: str, width: int, theme: str) -> None:
        """One picture, checked."""
        label = f"{shot.name}-{language}-{width}-{theme}"
        context = self.open(language, width, theme, account=shot.account)
        try:
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda one: said.append(one.text) if is_bad(one.type) else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            if self.go(page, shot, shot.path.format(word=WORDS[language]), label):
                page.wait_for_load_state("networkidle")
                page.screenshot(path=self.folder / f"{label}.png", full_page=not shot.click)
                self.check(page, shot, label=label, said=said, width=width)
        finally:
            context.close()

    def open(self, language: str, width: int, theme: str, *, account: str) -> BrowserContext:
        """A window of this size, signed in where the page needs it."""
        context = self.browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            locale=LANGUAGES[language][0],
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            storage_state=self.session(account, language) if account else None,  # type: ignore[arg-type]
        )
        context.add_init_script(WATCH_POLICY)
        return context

    def session(self, account: str, language: str) -> dict[str, object]:
        """The cookies of an account, signed in once per language."""
        key = (account, language)
        if key not in self.sessions:
            context = self.browser.new_context(locale=LANGUAGES[language][0])
            page = context.new_page()
            page.goto(urljoin(self.site, "/accounts/login/"))
            page.fill("#id_login", account)
            page.fill("#id_password", self.password)
            page.press("#id_password", "Enter")
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
            # An account that has chosen a language keeps it whatever the browser asks for.
            if page.locator("html").get_attribute("lang") != LANGUAGES[language][1]:
                page.locator(".top-tools .language button").click()
                page.wait_for_load_state()
            self.sessions[key] = context.storage_state()  # type: ignore[assignment]
            context.close()
        return self.sessions[key]

    def go(self, page: Page, shot: Shot, path: str, label: str) -> bool:
        """Open the page at or from `path`; False if there is no way to it."""
        answer = page.goto(urljoin(self.site, path))
        if shot.find:
            found = next(matching_links(page, shot.find), None)
            if found is None:
                self.problems.append(f"{label}: no link on {path} matches {shot.find}")
                return False
            answer = page.goto(urljoin(self.site, found))
        if answer is None or answer.status != shot.status:
            self.problems.append(f"{label}: answered {answer.status if answer else 'nothing'}")
            return False
        if shot.click:
            opener = page.locator(shot.click).first
            if not opener.count():
                self.problems.append(f"{label}: nothing on {path} matches {shot.click}")
                return False
            opener.click()
            page.locator("dialog[open]").wait_for()
        return True

    def check(self, page: Page, shot: Shot, *, label: str, said: list[str], width: int) -> None:
        """Note what is wrong with an open page."""
        scroll = page.evaluate("document.documentElement.scrollWidth")
        if scroll > width:
            self.problems.append(f"{label}: scrolls sideways, {scroll} px wide")
        for violation in page.evaluate("window.violations"):
            self.problems.append(f"{label}: policy violated: {violation}")
        for line in said:
            # The browser itself reports the status of a page that is meant not to be found.
            if not (shot.status >= 400 and "Failed to load resource" in line):
                self.problems.append(f"{label}: console: {line}")


def is_bad(kind: str) -> bool:
    """Whether a line of the console is a complaint."""
    return kind in {"error", "warning"}


def matching_links(page: Page, pattern: str) -> Iterator[str]:
    """The addresses on a page that match, in order."""
    for link in page.locator("main a[href]").all():
        path = link.get_attribute("href") or ""
        if re.search(pattern, path.partition("?")[0]):
            yield path


def browser_of(playwright: Playwright) -> Browser:
    """The system's Chromium, where there is one."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


def main() -> int:
    """Take the pictures; the number of problems decides how it ends."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("site", help="address of a running demo, as http://localhost:8000")
    arguments.add_argument("folder", type=Path, help="where the pictures go")
    arguments.add_argument("--only", default="", help="names of pages, separated by commas")
    arguments.add_argument("--password", default="duban-demo", help="of the demo accounts")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = set(filter(None, given.only.split(",")))
    with sync_playwright() as playwright:
        studio = Studio(browser_of(playwright), given.site, given.folder, given.password)
        for shot in PAGES:
            if wanted and shot.name not in wanted:
                continue
            for language in LANGUAGES:
                for width in WIDTHS:
                    for theme in THEMES:
                        studio.take(shot, language, width, theme)
        studio.browser.close()
    print(*(studio.problems or ["No problems."]), sep="\n")
    return 1 if studio.problems else 0


if __name__ == "__main__":
    sys.exit(main())

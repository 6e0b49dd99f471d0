"""Being signed in, without the page for it."""

from __future__ import annotations

from django.test import Client
from playwright.sync_api import Page

from departments.models import User


def sign_in(page: Page, site: str, person: User) -> None:
    """The browser holds this person's session from now on."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
    )

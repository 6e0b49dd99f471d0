"""The reader's language and time zone, for everything below."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from departments.models import User


class PreferencesMiddleware:
    """Activates what the signed-in person chose; others keep the browser's language.

    Must come after LocaleMiddleware, whose choice it overrules, and after authentication.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.deactivate()
        # Without the cookie nobody is signed in: health checks and visitors cost no query.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._activate(request, request.user)
        return self.get_response(request)

    def _activate(self, request: HttpRequest, person: User) -> None:
        if person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = translation.get_language()
        try:
            timezone.activate(ZoneInfo(person.time_zone))
        except (ZoneInfoNotFoundError, ValueError):
            # A zone that this machine does not know any more: the site's own is shown.
            timezone.deactivate()

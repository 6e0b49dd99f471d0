"""So many requests in a minute, for each token and for each person.

They are counted in Redis. While it does not answer nobody is counted and everybody goes on:
the limit spares the machine, it guards no secret, and people at work come first.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from complaints.api.models import AccessToken

_WINDOW = 60


class _PerMinute(BaseThrottle):
    """Counted in whole minutes of the clock: two operations, and no list that grows."""

    counts = ""

    def allow_request(self, request: Request, view: Any) -> bool:
        who = self.whom(request)
        if who is None:
            return True
        key = f"api-{self.counts}-{who}-{int(time.time()) // _WINDOW}"
        cache.add(key, 0, _WINDOW)
        try:
            number = cache.incr(key)
        except ValueError:
            # Run out between the two.
            return True
        return number <= settings.API_RATES[self.counts]

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return _WINDOW - time.time() % _WINDOW

    def whom(self, request: Request) -> int | None:
        raise NotImplementedError


class PerToken(_PerMinute):
    """One program that runs wild does not stop the others of its person."""

    counts = "token"

    def whom(self, request: Request) -> int | None:
        return request.auth.pk if isinstance(request.auth, AccessToken) else None


class PerPerson(_PerMinute):
    """All that comes in a person's name, sessions included."""

    counts = "person"

    def whom(self, request: Request) -> int | None:
        return request.user.pk

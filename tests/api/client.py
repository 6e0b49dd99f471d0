"""A program at the API: a client with a token."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from complaints.api.tokens import make_token
from departments.models import User
from departments.standing import forget_standing

BASE = "/api/v1/"
ALL = ("read", "write", "changes")


class Program:
    """Asks in somebody's name; `get` and `post` give the answer as the client has it."""

    def __init__(self, person: User, scopes: tuple[str, ...] = ALL) -> None:
        now = timezone.now()
        self.token, self.key = make_token(
            person=person, name="test", scopes=scopes, expires_at=now + timedelta(days=1), now=now
        )
        self.client = Client(raise_request_exception=False)
        self.person = person

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(self._at(path), headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body or {})
        return self.client.post(
            self._at(path), text, content_type="application/json", headers=self._headers(headers)
        )

    def send(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """As multipart, with files."""
        return self.client.post(self._at(path), fields, headers=self._headers(headers))

    def _at(self, path: str) -> str:
        forget_standing(self.person)
        return path if path.startswith("/") else BASE + path

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.key}", **named}

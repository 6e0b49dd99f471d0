"""Short ways to the pages of policies: forms are sent as they were shown, but for what is said."""

from __future__ import annotations

from typing import Any

from django.test import Client

from departments.models import User
from escalations.models import PolicyVersion


def signed_in(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def address(version: PolicyVersion, page: str = "") -> str:
    return f"/policies/{version.policy_id}/versions/{version.number}/{page}"


def shown(form: Any) -> dict[str, Any]:
    """What a browser would send of an untouched form."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is False or value is None:
            continue
        sent[bound.html_name] = "on" if value is True else value
    return sent


def shown_ladder(answer: Any) -> dict[str, Any]:
    """The same of the ladder's page."""
    form = answer.context["form"]
    sent: dict[str, Any] = {"seen": answer.context["seen"], "count": len(form.rungs)}
    for rung in form.rungs:
        sent |= shown(rung)
    return sent


def edit(client: Client, version: PolicyVersion, section: str, **changes: Any) -> Any:
    """Open a section, change what is said, send it; None takes a field out."""
    page = address(version, f"edit/{section}/")
    sent = shown(client.get(page).context["form"]) | changes
    return client.post(page, {name: value for name, value in sent.items() if value is not None})

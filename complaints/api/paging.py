"""Pages by key: an opaque cursor says where the next one begins. Nothing is counted."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from complaints.api.problems import Problem, invalid

PAGE = 50


def cursor_in(request: Request) -> str:
    """Where the page begins; "" for the first."""
    given = request.query_params.get("cursor", "")
    if not given:
        return ""
    try:
        padded = given.encode("ascii") + b"=" * (-len(given) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        return raw.decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise bad_cursor() from error


def bad_cursor() -> Problem:
    """What is sent for a cursor that we never gave out."""
    return invalid({"cursor": [_("Give a cursor as it was answered, or none.")]}, status=400)


def paged(request: Request, results: list[Any], place: object | None) -> dict[str, Any]:
    """The body of a page; `next` is the same address from there on."""
    query = {name: many for name, many in request.query_params.lists() if name != "cursor"}
    cursor = base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=") if place else ""
    following = f"{request.path}?{urlencode({**query, 'cursor': cursor}, doseq=True)}"
    return {"results": results, "next": following if cursor else None}


def newest(rows: QuerySet[Any], request: Request) -> tuple[list[Any], int | None]:
    """A page of rows by id, the latest first; and the id that the next one begins after."""
    place = cursor_in(request)
    if place:
        if not place.isascii() or not place.isdigit() or len(place) > 18:
            raise bad_cursor()
        rows = rows.filter(pk__lt=int(place))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None

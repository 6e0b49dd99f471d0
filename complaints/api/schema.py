"""The OpenAPI description: what every operation answers besides what it is asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from complaints.api.problems import PROBLEM_JSON, ProblemSerializer

_ALWAYS = {
    "400": "The request cannot be read, or a parameter is unknown or does not fit.",
    "401": "No token, or one that opens nothing.",
    "403": "The token lacks the scope, or only others may do this.",
    "404": "There is nothing here, or nothing for you.",
    "406": "Nothing of what is accepted can be sent.",
    "429": "Too many requests in this minute.",
    "503": "The database does not answer.",
}
_WRITING = {
    "409": "The state does not allow it, or somebody was faster.",
    "412": "Changed since the version of `If-Match`: `changes` says what happened.",
    "413": "More than may be sent at once.",
    "415": "Neither JSON nor, where files may come along, multipart.",
    "422": "Something given does not fit: `errors` says which field.",
}
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER,
    description="The ETag that was read. Without it the move is made on whatever is there now.",
)  # fmt: skip
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,255}$"}, OpenApiParameter.HEADER,
    description="The same request with the same key within 24 hours gets the same answer.",
)  # fmt: skip
_PROBLEM = {
    "type": "urn:duban:problem:invalid",
    "title": "Unprocessable Content",
    "status": 422,
    "detail": "Give a date that is still to come.",
    "errors": [{"field": "promised_at", "message": "Give a date that is still to come."}],
}


class Schema(AutoSchema):  # type: ignore[no-untyped-call]
    """Problems, versions and keys are the same everywhere: they are said here."""

    def get_override_parameters(self) -> list[Any]:
        """Headers of everything that writes."""
        if self.method in SAFE_METHODS:
            return []
        moves = getattr(self.view, "is_versioned", False)
        return [IDEMPOTENCY_KEY, *([IF_MATCH] if moves else [])]

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", "") or super().get_tags()[0]]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        told = _ALWAYS if self.method in SAFE_METHODS else _ALWAYS | _WRITING
        for status, says in told.items():
            media: dict[str, Any] = {"schema": problem}
            if status == "422":
                media["examples"] = {"Invalid": {"value": _PROBLEM}}
            bodies.setdefault(status, {"description": says, "content": {PROBLEM_JSON: media}})
        return bodies


class Generator(SchemaGenerator):  # type: ignore[no-untyped-call]
    """Only what is under /api/v1/."""

    def _get_paths_and_endpoints(self) -> Any:
        found = super()._get_paths_and_endpoints()
        return [one for one in found if one[0].startswith("/api/v1/")]


@cache
def description() -> dict[str, Any]:
    """In English, whoever asks; built once in each process."""
    with translation.override("en"):
        made: dict[str, Any] = Generator().get_schema(request=None, public=True)
    return made


def example(name: str, value: dict[str, Any]) -> OpenApiExample:
    """An answer as it looks."""
    return OpenApiExample(name, value=value, response_only=True)

"""Errors as RFC 9457 has them: one shape for everything that goes wrong under /api/."""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from journal.errors import MoveError

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
_URN = "urn:duban:problem:"


class Problem(Exception):
    """An answer other than what was asked for."""

    def __init__(self, status: int, kind: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.more = more


def invalid(errors: Mapping[str, Sequence[str]], *, status: int = 422) -> Problem:
    """What was given does not fit, field by field; "" is the whole."""
    told = [{"field": name, "message": str(one)} for name, many in errors.items() for one in many]
    detail = " ".join(one["message"] for one in told[:1]) or _("Something given does not fit.")
    return Problem(status, "invalid", detail, errors=told)


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(help_text="Its name; empty where it is about the whole.")
    message = serializers.CharField()


class SinceSerializer(serializers.Serializer[Any]):
    """Something that happened since the version that was sent."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    tag = serializers.CharField()
    actor = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField(help_text="What kind of problem: `urn:duban:problem:…`.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people, in their language.")
    errors = FieldErrorSerializer(many=True, required=False)
    changes = SinceSerializer(
        many=True, required=False, help_text="What happened since the version that was sent."
    )
    version = serializers.IntegerField(required=False, help_text="The present one.")
    state = serializers.CharField(required=False, help_text="The present one.")
    allowed_moves = serializers.ListField(child=serializers.CharField(), required=False)


def answer_for(error: Exception, context: dict[str, Any]) -> Response:
    """The problem behind any exception; what nobody foresaw is logged, and tells nothing."""
    set_rollback()
    problem = _problem_of(error)
    if problem.status >= 500:
        log.error("api_failed", status=problem.status, exc_info=error)
        # Who listens may ask a database that is gone who this was: that is not to spoil the answer.
        plain = getattr(context.get("request"), "_request", None)
        got_request_exception.send_robust(sender=answer_for, request=plain)
    _answer_in_json(context.get("request"))
    title = http.HTTPStatus(problem.status).phrase
    body = {"type": _URN + problem.kind, "title": title, "status": problem.status}
    return Response(
        body | {"detail": problem.detail} | problem.more,
        status=problem.status,
        headers=_headers(error),
        content_type=PROBLEM_JSON,
    )


def _problem_of(error: Exception) -> Problem:  # noqa: C901, PLR0911 - a table
    match error:
        case Problem():
            return error
        case exceptions.APIException():
            return Problem(error.status_code, _kind_of(error), _sentence(error.detail))
        case Http404():
            return Problem(404, "not-found", _("There is nothing here, or nothing for you."))
        case PermissionDenied():
            return Problem(403, "forbidden", str(error) or _("This is not yours to do."))
        case MoveError():
            return Problem(409, "conflict", error.message)
        case RequestDataTooBig():
            return Problem(413, "too-large", _("This is more than may be sent at once."))
        case SuspiciousOperation():
            return Problem(400, "bad-request", _("This request cannot be read."))
        case OperationalError() | InterfaceError():
            return Problem(503, "unavailable", _("The database does not answer. Try again soon."))
    return Problem(500, "failed", _("Something went wrong on our side. It has been recorded."))


def _kind_of(error: exceptions.APIException) -> str:
    return str(error.default_code).replace("_", "-")


def _sentence(detail: Any) -> str:
    while isinstance(detail, dict | list) and detail:
        detail = next(iter(detail.values())) if isinstance(detail, dict) else detail[0]
    return str(detail)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if asked := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = asked
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _answer_in_json(request: Any) -> None:
    """Whatever was asked for: a problem is JSON."""
    if request is not None:
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = "application/json"

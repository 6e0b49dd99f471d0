"""Who asks: by a token, or by the session of somebody who reads the API's own page."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from complaints.api.models import AccessToken, Scope
from complaints.api.tokens import token_behind
from departments.models import User

_REALM = 'Bearer realm="duban"'


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer duban_…`."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The person and the token; None where the request carries no such header."""
        scheme, _blank, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_behind(key.strip(), now=timezone.now())
        if token is None:
            raise AuthenticationFailed(
                _("This token is not known, has expired or was revoked; or its person has left.")
            )
        _speak_as(request, token.person)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        tried = request.headers.get("Authorization", "").lower().startswith("bearer")
        return f'{_REALM}, error="invalid_token"' if tried else _REALM


def _speak_as(request: Request, person: User) -> None:
    """Sentences come in the person's language, unless the request names one, and in their zone."""
    if person.language and "Accept-Language" not in request.headers:
        translation.activate(person.language)
    try:
        timezone.activate(ZoneInfo(person.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()


class HasScope(BasePermission):
    """What the token was made for; a session has no scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises PermissionDenied with what is lacking."""
        if not isinstance(request.auth, AccessToken):
            return True
        needed = Scope.READ if request.method in SAFE_METHODS else view.scope
        if needed in request.auth.scopes:
            return True
        raise PermissionDenied(
            _("This token may not be used for this: it lacks the scope “%(scope)s”.")
            % {"scope": needed.value}
        )


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is shown in the description."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of your own, made under “API tokens” in your profile.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of a browser; what writes carries the CSRF token as well."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "For the page of the API itself; writing needs `X-CSRFToken` too.",
        }

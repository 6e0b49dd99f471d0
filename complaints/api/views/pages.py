"""Pages about the API: its description to read, and one's own tokens."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.forms import TokenForm
from complaints.api.models import AccessToken
from complaints.api.schema import description
from complaints.api.tokens import make_token, revoke_token
from complaints.api.views.base import Endpoint
from journal.errors import Invalid, MoveError


class OpenApi(Endpoint):
    """The description of all of this."""

    schema = None
    renderer_classes = (OpenApiYamlRenderer2, OpenApiJsonRenderer2, JSONRenderer)

    def get(self, request: Request) -> Response:
        return Response(description())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The description, to read and to try."""
    return render(request, "api/reference.html")


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens, and a form for a new one; its key is shown in the answer, and never again."""
    now = timezone.now()
    form = TokenForm(request.POST or None, now=now)
    made: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        made = _make(request, form, now)
    context = {
        "now": now,
        "form": TokenForm(now=now) if made else form,
        "rows": list(AccessToken.objects.of(request.user)[:50]),
        **made,
    }
    return render(request, "api/tokens.html", context, status=422 if form.errors else 200)


def _make(request: HttpRequest, form: TokenForm, now: datetime) -> dict[str, Any]:
    day = form.cleaned_data["expires_on"]
    until = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    try:
        token, key = make_token(
            person=request.user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=until,
            now=now,
        )
    except MoveError as error:
        field = error.field if isinstance(error, Invalid) else None
        form.add_error(field if field in form.fields else None, error.message)
        return {}
    return {"made": token, "key": key}


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Mine opens nothing any more."""
    token = get_object_or_404(AccessToken, pk=pk, person=request.user)
    try:
        revoke_token(token=token, actor=request.user, now=timezone.now())
    except MoveError as error:
        raise Http404 from error
    messages.success(request, _("Revoked: %(name)s.") % {"name": token.name})
    return redirect("api:tokens")

"""The administrators' page of health: what is well, what is not, and what to do then."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.vitals import read_vitals
from departments.permissions import is_administrator


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Whole, or its signs alone for the page that asks again."""
    if not is_administrator(request.user):
        raise Http404
    now = timezone.now()
    template = "health/signs.html" if request.htmx else "health/page.html"  # type: ignore[attr-defined]
    return render(request, template, {"vitals": read_vitals(now), "now": now})

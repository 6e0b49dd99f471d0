"""The identity number in full: on demand, once, with a trace."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from complaints.services.customers import reveal_identity
from complaints.views.case import read_case
from journal.errors import NotAllowed


@require_POST
@never_cache
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show it in its place on the page, or on a page of its own without JavaScript."""
    now = timezone.now()
    case = read_case(request.user, reference, now)
    try:
        number = reveal_identity(complaint=case, actor=request.user, now=now)
    except NotAllowed as error:
        raise Http404 from error
    context = {"case": case, "number": number, "now": now}
    if request.htmx:
        response = render(request, "complaints/parts/identity.html", context)
        response["HX-Trigger"] = "moved"
        return response
    return render(request, "complaints/identity.html", context)

"""Finds the page of any reference, so that mails and people can cite them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from complaints.kinds import kind_behind


@require_safe
def go(request: HttpRequest, reference: str) -> HttpResponseRedirect:
    """To its own page, or to its place on the page of the case."""
    wanted = reference.upper()
    kind = kind_behind(wanted)
    address = kind.address_of(wanted, request.user) if kind else None
    if address is None:
        raise Http404
    return redirect(address)

"""Finds the page of any reference, so that mails and people can cite them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from complaints.models import Commitment, Complaint, Extension, Ticket
from departments.models import User
from escalations.models import Escalation


@require_safe
def go(request: HttpRequest, reference: str) -> HttpResponseRedirect:
    """To the case; for what belongs to it to its place there; for an escalation to its page."""
    address = address_of(reference.upper(), request.user)
    if address is None:
        raise Http404
    return redirect(address)


def address_of(reference: str, user: User) -> str | None:
    """Where the thing is shown; None where there is none that the person may see."""
    seen = Complaint.objects.visible_to(user)
    if reference.startswith("C-"):
        case = seen.filter(reference=reference).values_list("reference", flat=True).first()
        return _case(case)
    if reference.startswith("E-"):
        return _escalation(reference, user)
    for model in (Ticket, Commitment, Extension):
        case = (
            model._default_manager.filter(reference=reference, complaint__in=seen)
            .values_list("complaint__reference", flat=True)
            .first()
        )
        if case is not None:
            return f"{_case(case)}#{reference}"
    return None


def _case(reference: str | None) -> str | None:
    return reverse("complaints:case", args=[reference]) if reference else None


def _escalation(reference: str, user: User) -> str | None:
    """Its own page for those who are concerned; its place on the case for other readers of it."""
    found = Escalation.objects.filter(reference=reference)
    if found.visible_to(user).exists():
        return reverse("complaints:escalation", args=[reference])
    streams = found.values("stream")
    case = Complaint.objects.visible_to(user).filter(reference__in=streams).first()
    return f"{_case(case.reference)}#{reference}" if case else None

"""A nudge from the desk: in place, or back to where it was pressed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.kinds import kind_named
from complaints.services.nudging import NUDGE_PAUSE, Nudge, nudge
from journal.errors import MoveError, NotAllowed


@require_POST
def nudge_view(request: HttpRequest, noun: str, reference: str) -> HttpResponse:
    """Remind whoever owes the ticket or the promise. Out of sight, or not awaited: 404."""
    thing = get_object_or_404(kind_named(noun).visible_to(request.user), reference=reference)
    now = timezone.now()
    try:
        done = nudge(thing=thing, actor=request.user, now=now)
    except NotAllowed as error:
        raise Http404 from error
    except MoveError as error:
        messages.error(request, error.message)
        return _back(request)
    if request.htmx:
        context = {
            "noun": noun,
            "reference": reference,
            "nudged_at": done.at,
            "may_nudge": True,
            "now": now,
            "said": _said(done),
        }
        return render(request, "complaints/desk/nudged.html", context)
    messages.success(request, _said(done))
    return _back(request)


def _said(done: Nudge) -> str:
    if done.is_new:
        return _("The reminder is on its way.")
    again = timezone.localtime(done.at + NUDGE_PAUSE)
    return _("You reminded them already. You can again at %(time)s.") % {
        "time": time_format(again, "H:i")
    }


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    address = wanted if safe else reverse("complaints:desk")
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)

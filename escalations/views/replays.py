"""A version tried on the last days: asked for, watched, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalations.forms_replays import USUAL, ReplayForm
from escalations.models import PolicyVersion
from escalations.permissions import CHANGE_POLICIES, VIEW_POLICIES
from escalations.replay.standing import standing_of
from escalations.services.replays import ask_replay
from journal.errors import IllegalMove


@require_http_methods(["GET", "HEAD", "POST"])
def replay_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest result in full, and what is being tried; or ask for one."""
    version = _version(request, pk)
    if request.method != "POST":
        return _page(request, version, ReplayForm())
    if not request.user.has_perm(CHANGE_POLICIES):
        raise Http404
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, version, form, status=422)
    asked: dict[str, Any] = {"actor": request.user, "days": form.cleaned_data["days"]}
    try:
        replay = ask_replay(version=version, now=timezone.now(), **asked)
    except IllegalMove as error:
        messages.error(request, error.message)
        return redirect("escalations:policy", version.policy_id)
    if replay.days != asked["days"]:
        messages.info(request, _("It is being tried already. Ask again when that is over."))
    return redirect("escalations:replay", version.pk)


@require_safe
def replay_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes; with `slot` that of the version's page."""
    version = _version(request, pk)
    name = "slot_body" if "slot" in request.GET else "body"
    return render(request, f"escalations/replay/{name}.html", _context(request, version))


def _version(request: HttpRequest, pk: int) -> PolicyVersion:
    if not request.user.has_perm(VIEW_POLICIES):
        raise Http404
    return get_object_or_404(PolicyVersion.objects.select_related("policy"), pk=pk)


def _page(
    request: HttpRequest, version: PolicyVersion, form: ReplayForm, status: int = 200
) -> HttpResponse:
    context = {**_context(request, version), "form": form, "usual": USUAL}
    return render(request, "escalations/replay/page.html", context, status=status)


def _context(request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
    return {
        "version": version,
        "standing": standing_of(version, in_full="slot" not in request.GET),
        "may_change": request.user.has_perm(CHANGE_POLICIES),
        "now": timezone.now(),
    }

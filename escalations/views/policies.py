"""Policies to read: the list, a version with its ladders, what is different, its history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.models import Policy
from escalations.permissions import CHANGE_POLICIES, VIEW_POLICIES
from escalations.policy import SEVERITIES
from escalations.policy.names import kind_name, severity_name
from escalations.policyfile import (
    GRAVEST_FIRST,
    KINDS,
    calendars,
    ladder_view,
    list_policies,
    open_version,
    read_presets,
)
from escalations.policyhistory import lines_of
from escalations.services.drafts import stream_of
from escalations.services.policies import STANDARD_CODE
from journal.queries import entries_of

HISTORY = 20
# The mock's: what was promised, in a grave case.
FIRST_KIND, FIRST_SEVERITY = "deliver", "major"
LONGEST_NUMBER = 6


def require_reader(request: HttpRequest) -> None:
    """Raises Http404 for everybody who is not to read policies."""
    if not request.user.has_perm(VIEW_POLICIES):
        raise Http404


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """All of them in the order in which a case asks, and the presets."""
    require_reader(request)
    presets = read_presets()
    context = {
        "rows": list_policies(presets),
        "presets": presets.by_code.values(),
        "may_change": request.user.has_perm(CHANGE_POLICIES),
        "now": timezone.now(),
    }
    return render(request, "escalations/policies/list.html", context)


@require_safe
def policy_page(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """A version: the one with this number, else the live one, else the newest."""
    require_reader(request)
    policy = get_object_or_404(Policy, pk=pk)
    presets, now = read_presets(), timezone.now()
    file = open_version(policy, number, presets, number_in(request, "against"))
    if file is None:
        raise Http404
    kind = chosen(request, "kind", KINDS, FIRST_KIND)
    severity = chosen(request, "severity", SEVERITIES, FIRST_SEVERITY)
    may_change = request.user.has_perm(CHANGE_POLICIES)
    context = {
        "policy": policy,
        "file": file,
        "version": file.version,
        "ladder": ladder_view(file.rules, kind, severity),
        "kinds": [(each, kind_name(each)) for each in KINDS],
        "severities": [(each, severity_name(each)) for each in GRAVEST_FIRST],
        "calendars": calendars(now),
        "history": lines_of(entries_of(stream_of(policy), limit=HISTORY), presets.names),
        "may_change": may_change,
        "may_edit": may_change and file.version.is_draft,
        "is_standard": policy.code == STANDARD_CODE,
        "now": now,
    }
    return render(request, "escalations/policies/version.html", context)


def chosen(request: HttpRequest, name: str, known: Any, otherwise: str) -> str:
    """A choice from the address; what is none is the usual one."""
    given = request.GET.get(name, "")
    return given if given in known else otherwise


def number_in(request: HttpRequest, name: str) -> int | None:
    """A number of a version from the address."""
    given = request.GET.get(name, "")
    if given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER:
        return int(given)
    return None

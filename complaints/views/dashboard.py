"""The leaders' dashboard, the escalations behind its first number, and its figures as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.dashboard import open_escalations, tiles, where_cases_wait, within
from complaints.exports import EXPORTS, as_csv
from complaints.flow import flow
from complaints.laterdates import waiting_for_approval
from complaints.places import Place
from complaints.questions import Question, questions_of
from complaints.scope import Scope, scope_of
from departments.models import User
from escalations.models import Escalation
from escalations.queries import open_escalations_for, promises_kept

PAGE = 50
MINE_SHOWN, OTHERS_SHOWN = 8, 5
"""On the dashboard, so that its figures stay in sight; all of them have a page of their own."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Figures and lists of what the person oversees."""
    now = timezone.now()
    scope = scope_of(request.user, request.GET, now)
    promises = promises_kept(scope.ids, scope.since, scope.today)
    mine, others = _questions(request.user, scope, back=request.get_full_path())
    context = {
        "now": now,
        "scope": scope,
        "query": scope.query(),
        "tiles": tiles(scope, promises.values()),
        "leads": bool(scope.standing.leads),
        "mine": mine[:MINE_SHOWN],
        "more_mine": len(mine) > MINE_SHOWN,
        "others": others[:OTHERS_SHOWN],
        "more_others": len(others) > OTHERS_SHOWN,
        "approvals": waiting_for_approval(scope, back=request.get_full_path()),
        "waits": where_cases_wait(scope, promises),
        "flow": flow(scope),
        "exports": EXPORTS,
    }
    return render(request, "complaints/dashboard.html", context)


def _questions(user: User, scope: Scope, *, back: str) -> tuple[list[Question], list[Question]]:
    """What the person is asked to decide, and what others are; within what is looked at."""
    mine = list(
        within(scope, open_escalations_for(scope.standing)).select_related("raised_by")[
            : MINE_SHOWN + 1
        ]
    )
    asked = Escalation.objects.open().addressed_to(scope.standing)
    others = (
        open_escalations(scope)
        .exclude(pk__in=asked.values("pk"))
        .select_related("leader", "department", "seat", "raised_by")
    )
    rows = questions_of(
        [*mine, *others.order_by("-level", "raised_at", "pk")[: OTHERS_SHOWN + 1]],
        user,
        scope.now,
        back=back,
    )
    return rows[: len(mine)], rows[len(mine) :]


@require_safe
def escalation_list(request: HttpRequest) -> HttpResponse:
    """All that wait for a leader, or `mine` for this one; the longest wait first, page by page."""
    now = timezone.now()
    scope = scope_of(request.user, request.GET, now)
    rows = open_escalations(scope).select_related("leader", "department", "seat", "raised_by")
    is_mine = request.GET.get("mine") == "1"
    if is_mine:
        asked = Escalation.objects.open().addressed_to(scope.standing)
        rows = rows.filter(pk__in=asked.values("pk"))
    after = Place.parse(request.GET.get("after", ""))
    if after is not None and after.number is not None:
        rows = rows.filter(raised_at__gte=after.at).exclude(
            raised_at=after.at, pk__lte=after.number
        )
    found = list(rows.order_by("raised_at", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "now": now,
        "scope": scope,
        "rows": questions_of(found[:PAGE], request.user, now, back=request.get_full_path()),
        "is_mine": is_mine,
        "older_url": _further(scope, Place(last.raised_at, str(last.pk)), is_mine) if last else "",
    }
    return render(request, "complaints/escalations.html", context)


def _further(scope: Scope, place: Place, is_mine: bool) -> str:
    query = scope.query(after=str(place), mine="1" if is_mine else "")
    return f"{reverse('complaints:escalations')}?{query}"


@require_safe
def export(request: HttpRequest, what: str) -> HttpResponse:
    """The figures of the dashboard as they are looked at, as a file for a spreadsheet."""
    if what not in EXPORTS:
        raise Http404
    scope = scope_of(request.user, request.GET, timezone.now())
    return as_csv(f"duban-{what}-{scope.today:%Y-%m-%d}.csv", EXPORTS[what].rows(scope))

"""My desk: the first screen. What waits for me, soonest first; what I wait for."""

from __future__ import annotations

from urllib.parse import urlencode

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.awaited import awaited_by
from complaints.desk import desk_of
from complaints.greeting import greeting, summary
from complaints.places import Place
from complaints.questions import questions_of
from departments.formatting import Level
from departments.standing import standing_of
from escalations.queries import WAITING_SHOWN, open_escalations_for


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The whole desk; with `waiting` or `awaited` a further page of one of its lists."""
    now = timezone.now()
    user, here = request.user, request.get_full_path()
    standing = standing_of(user)
    after = Place.parse(request.GET.get("waiting", ""))
    awaited_after = Place.parse(request.GET.get("awaited", ""))
    asked = [] if after else open_escalations_for(standing).select_related("raised_by")
    questions = questions_of(asked[: WAITING_SHOWN + 1], user, now, back=here)
    waiting = desk_of(user, standing, now, after=after, back=here)
    total = len(questions) + len(waiting.rows)
    late = waiting.late + sum(
        row.decide_by is not None and row.decide_by.level is Level.LATE for row in questions
    )
    context = {
        "now": now,
        "greeting": greeting(str(user), now),
        "summary": summary(total, late, more=waiting.more is not None),
        "is_first": after is None and awaited_after is None,
        "questions": questions[:WAITING_SHOWN],
        "more_questions": len(questions) > WAITING_SHOWN,
        "waiting": waiting,
        "waiting_url": _further("waiting", waiting.more),
        "awaited": (awaited := awaited_by(user, standing, now, after=awaited_after)),
        "awaited_url": _further("awaited", awaited.more),
        "may_file": rules.has_perm("complaints.file_complaint", user),
    }
    return render(request, "complaints/desk.html", context)


def _further(name: str, place: Place | None) -> str:
    return f"{reverse('complaints:desk')}?{urlencode({name: str(place)})}" if place else ""

"""My desk: the first screen. What waits for me, soonest first; what I wait for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
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
from complaints.questions import Question, questions_of
from departments.formatting import Level
from departments.standing import standing_of
from escalations.queries import WAITING_SHOWN, open_escalations_for
from notifications.queries import newest_notice

STALE = 5 * 60
"""Seconds. After this time the clocks on an open desk are told anew, even if nothing was told."""


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The whole desk; with `waiting` or `awaited` a further page of one of its lists.

    An open desk asks with `seen` what changed: 204, after one query, if nobody told it anything.
    """
    now = timezone.now()
    newest = newest_notice(request.user)
    asks = request.htmx and "seen" in request.GET
    if asks and _is_fresh(request, newest, now):
        return HttpResponse(status=204)
    context = _lists(request, now, back=reverse("complaints:desk") if asks else "")
    context |= {
        "now": now,
        "newest": newest,
        "drawn_at": int(now.timestamp()),
        "greeting": greeting(str(request.user), now),
        "may_file": rules.has_perm("complaints.file_complaint", request.user),
    }
    template = "complaints/desk/body.html" if asks else "complaints/desk.html"
    return render(request, template, context)


def _is_fresh(request: HttpRequest, newest: int, now: datetime) -> bool:
    seen, at = request.GET.get("seen", ""), request.GET.get("at", "")
    age = now.timestamp() - int(at) if at.isascii() and at.isdigit() and len(at) < 12 else STALE
    return seen == str(newest) and age < STALE


def _lists(request: HttpRequest, now: datetime, *, back: str) -> dict[str, Any]:
    """What is to be decided, what is to be done, what is waited for."""
    user, here = request.user, back or request.get_full_path()
    standing = standing_of(user)
    after = Place.parse(request.GET.get("waiting", ""))
    awaited_after = Place.parse(request.GET.get("awaited", ""))
    asked = [] if after else open_escalations_for(standing).select_related("raised_by")
    questions = questions_of(asked[: WAITING_SHOWN + 1], user, now, back=here)
    waiting = desk_of(user, standing, now, after=after, back=here)
    awaited = awaited_by(user, standing, now, after=awaited_after)
    return {
        "is_first": after is None and awaited_after is None,
        "questions": questions[:WAITING_SHOWN],
        "more_questions": len(questions) > WAITING_SHOWN,
        "waiting": waiting,
        "waiting_url": _further("waiting", waiting.more),
        "awaited": awaited,
        "awaited_url": _further("awaited", awaited.more),
        "summary": summary(
            len(questions) + len(waiting.rows),
            waiting.late + sum(map(_is_late, questions)),
            more=waiting.more is not None,
        ),
    }


def _is_late(question: Question) -> bool:
    return question.decide_by is not None and question.decide_by.level is Level.LATE


def _further(name: str, place: Place | None) -> str:
    return f"{reverse('complaints:desk')}?{urlencode({name: str(place)})}" if place else ""

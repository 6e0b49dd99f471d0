"""The page of a case: as a whole, its history part by part, and kept fresh while it is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import rules
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.casefile import case_for, open_file, other_complaints
from complaints.forms.cases import Note
from complaints.models import Complaint
from complaints.permissions import may
from complaints.services.reading import note_reading
from complaints.timeline import PAGE, page_of
from departments.formatting import capped
from departments.models import User
from journal.models import Stream

STALE = 5 * 60
"""Seconds, after which the clocks on an open page are told anew even if nothing has happened."""


def read_case(user: User, reference: str, now: datetime) -> Complaint:
    """The case, with the trace that an auditor's reading leaves; 404 out of sight."""
    case = case_for(user, reference)
    if case is None:
        raise Http404
    note_reading(complaint=case, reader=user, now=now)
    return case


@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole page; with `before` an older part of the history."""
    now = timezone.now()
    case = read_case(request.user, reference, now)
    before = _number(request, "before")
    context = _regions(request, case, now)
    context |= {
        "page": page_of(case.reference, before=before, known=context["file"].names),
        "before": before,
        "note": note_form(request, case, now),
        "may_reveal": rules.has_perm("complaints.reveal_identity", request.user, case),
        "others": capped(other_complaints(case, request.user)),
    }
    return render(request, "complaints/case.html", context)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The next older part of the history, for a page that is open."""
    now = timezone.now()
    case = read_case(request.user, reference, now)
    page = page_of(case.reference, before=_number(request, "before"))
    context = {"case": case, "page": page, "now": now}
    return render(request, "complaints/timeline/page.html", context)


@require_safe
def live(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed since the page was drawn; 204, after one query, if nothing did."""
    now = timezone.now()
    seq, newest = _number(request, "seq") or 0, _newest(request.user, reference)
    if newest is None:
        raise Http404
    if newest == seq and now.timestamp() - (_number(request, "at") or 0) < STALE:
        return HttpResponse(status=204)
    case = read_case(request.user, reference, now)
    context = _regions(request, case, now)
    known = context["file"].names
    page = page_of(case.reference, since=seq, known=known)
    whole = len(page.items) and page.newest - seq > PAGE
    if whole:
        # Asleep for long: the history begins anew rather than with a gap.
        page = page_of(case.reference, known=known)
    context |= {"page": page, "whole": whole, "oob": True}
    return render(request, "complaints/parts/live.html", context)


def note_form(request: HttpRequest, case: Complaint, now: datetime) -> Note | None:
    """The box to write in; None for those who only read."""
    if not may(request.user, "note", case):
        return None
    return Note(thing=case, actor=request.user, now=now, auto_id=Note.box_ids)


def _regions(request: HttpRequest, case: Complaint, now: datetime) -> dict[str, Any]:
    """What the parts of the page that change by themselves are drawn from."""
    file = open_file(case, request.user, now)
    return {"case": case, "file": file, "now": now, "drawn_at": int(now.timestamp())}


def _newest(user: User, reference: str) -> int | None:
    """The number of the case's last entry; None where there is no such case to be seen."""
    last = Stream.objects.filter(pk=OuterRef("reference")).values("last_seq")
    seen = Complaint.objects.visible_to(user).filter(reference=reference)
    return seen.values_list(Subquery(last), flat=True).first()


def _number(request: HttpRequest, name: str) -> int | None:
    """A number of the address; what is none, or longer than any of ours, is not there."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 11 else None

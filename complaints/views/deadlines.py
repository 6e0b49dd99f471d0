"""The page of a clock. It is seen by those who see its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.models import Complaint, Message
from complaints.services.reading import note_reading
from escalations.deadlinefile import Change, deadline_for, open_deadline


@require_safe
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is due then, what has fired, what fires next."""
    now = timezone.now()
    found = deadline_for(pk)
    seen = Complaint.objects.visible_to(request.user)
    case = seen.filter(reference=found.stream).first() if found else None
    if found is None or case is None:
        raise Http404
    note_reading(complaint=case, reader=request.user, now=now)
    file = open_deadline(found, now)
    context = {
        "now": now,
        "one": found,
        "file": file,
        "case": case,
        "changes": [(change, words) for change, words in _said(case, file.changes)],
    }
    return render(request, "complaints/deadline.html", context)


def _said(case: Complaint, changes: Iterable[Change]) -> Iterable[tuple[Change, str]]:
    """Each change with the words of the move that brought it, unless they were redacted."""
    changes = list(changes)
    words = _words(case, changes)
    return [(change, words.get(change.digest, "")) for change in changes]


def _words(case: Complaint, changes: Iterable[Change]) -> Mapping[str, str]:
    """The journal keeps the digest of what was said; the words stand with the move."""
    digests = {change.digest for change in changes if change.digest}
    if not digests:
        return {}
    rows = Message.objects.filter(complaint=case, redacted_at__isnull=True)
    rows = rows.filter(entry__data__text_sha256__in=digests)
    return dict(rows.values_list("entry__data__text_sha256", "text"))

"""The list of complaints: narrowed, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.due import NextClock, next_clocks
from complaints.filters import ComplaintFilter
from complaints.models import Complaint, Holding
from complaints.paging import Cursor, Page, capped_count, page_of
from complaints.references import address_of

# What a row shows; never the story or the search words, which are long.
_SHOWN = (
    "reference", "title", "severity", "statutory_major", "state", "channel", "received_at",
    "customer__name", "holder__name", "holder__username", "holder_department__name_en",
    "holder_department__name_zh", "holder_department__kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    case: Complaint
    held_since: datetime | None
    next: NextClock | None


@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """What the person may see of what they ask for; a reference leads to its page."""
    address = address_of(request.GET.get("q", ""), user=request.user)
    if address:
        return redirect(address)
    now = timezone.now()
    chosen = ComplaintFilter(request.GET, user=request.user, now=now)
    page = _page(request, chosen)
    context = {
        "now": now,
        "filter": chosen,
        "chips": list(chosen.chips()),
        "rows": rows_of(page.rows, now=now),
        "count": capped_count(chosen.qs, any_of=chosen.any_of),
        "newer_url": _address(chosen, newer=page.newer),
        "older_url": _address(chosen, older=page.older),
        "may_file": rules.has_perm("complaints.file_complaint", request.user),
    }
    response = render(request, "complaints/list.html", context)
    if request.htmx:
        said = chosen.query()
        response["HX-Replace-Url"] = f"{request.path}?{said}" if said else request.path
    return response


def rows_of(cases: list[Complaint], *, now: datetime) -> list[Row]:
    """The lines of these cases: three queries for all of them."""
    spans = Holding.objects.filter(complaint__in=cases, until__isnull=True)
    since = dict(spans.values_list("complaint_id", "since"))
    clocks = next_clocks([case.reference for case in cases], now=now)
    return [Row(case, since.get(case.pk), clocks.get(case.reference)) for case in cases]


def _page(request: HttpRequest, chosen: ComplaintFilter) -> Page:
    shown = chosen.qs.select_related("customer", "holder", "holder_department").only(*_SHOWN)
    return page_of(
        shown,
        any_of=chosen.any_of,
        older=Cursor.parse(request.GET.get("older", "")),
        newer=Cursor.parse(request.GET.get("newer", "")),
    )


def _address(chosen: ComplaintFilter, **cursor: Any) -> str:
    """The same list from there on; '' where there is no such place."""
    (name, place), = cursor.items()  # fmt: skip
    return f"?{chosen.query(**{name: str(place)})}" if place else ""

"""A reader's notices and how they are told, and the administrators' mail log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from departments.models import User
from notifications import queries, services
from notifications.effect import effect_of
from notifications.forms import PreferenceForm
from notifications.mail import plain_text
from notifications.models import Delivery, Notice, Preference
from notifications.texts import path_of, text_of


class Request(HttpRequest):
    """Every page here is behind the sign-in."""

    user: User


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """Everything the reader was told, newest first, what is unread marked."""
    notices = queries.notices_of(request.user, before=_before(request), limit=queries.PAGE + 1)
    return render(
        request,
        "notifications/list.html",
        {
            "now": timezone.now(),
            "rows": [(notice, text_of(notice)) for notice in notices[: queries.PAGE]],
            "has_unread": any(notice.read_at is None for notice in notices),
            **_pages("notifications:list", request, notices),
        },
    )


@require_GET
def read(request: Request, pk: int) -> HttpResponse:
    """Go to what the notice is about; it counts as read from here on."""
    notice = get_object_or_404(Notice, pk=pk, reader=request.user)
    services.mark_read(notice=notice, now=timezone.now())
    return redirect(path_of(notice))


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark as read what was on the page; what came in since stays unread."""
    up_to = request.POST.get("up_to", "")
    if _is_id(up_to):
        services.mark_all_read(reader=request.user, up_to=int(up_to), now=timezone.now())
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request) -> HttpResponse:
    """Quiet hours and digests: one's own, and what they mean at this moment."""
    now = timezone.now()
    kept = Preference.objects.filter(user=request.user).first()
    form = PreferenceForm(request.POST or None, instance=kept or Preference(user=request.user))
    if request.method == "POST" and form.is_valid():
        released = services.prefer(preference=form.instance, now=now)
        messages.success(request, _saved(len(released)))
        return redirect("notifications:preferences")
    # As it is kept: what was typed and refused has no effect.
    reader = User.objects.select_related("notice_preference").get(pk=request.user.pk)
    return render(
        request,
        "notifications/preferences.html",
        {"form": form, "effect": effect_of(reader, now=now), "now": now},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
def mail_log(request: Request) -> HttpResponse:
    """What became of each mail: failed for good, delayed, and all of them, newest first."""
    _only_staff(request)
    before = _before(request)
    recent = queries.recent_deliveries(before=before, limit=queries.PAGE + 1)
    return render(
        request,
        "notifications/mail_log.html",
        {
            "now": timezone.now(),
            "failed": queries.failed_deliveries() if before is None else [],
            "delayed": queries.delayed_deliveries() if before is None else [],
            "rows": [(row, _shown_text(row)) for row in recent[: queries.PAGE]],
            "folder": "" if settings.EMAIL_HOST else settings.EMAIL_FILE_PATH,
            **_pages("notifications:mail_log", request, recent),
        },
    )


@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """Attempt a failed delivery again."""
    _only_staff(request)
    delivery = get_object_or_404(Delivery, pk=pk)
    if services.retry(delivery=delivery, now=timezone.now()):
        messages.success(request, _("The mail is on its way again."))
    else:
        messages.info(request, _("This mail has not failed, or somebody sent it again already."))
    return redirect("notifications:mail_log")


def _saved(released: int) -> str:
    if not released:
        return _("Saved.")
    said = ngettext(
        "Saved. One mail that waited is on its way.",
        "Saved. %(n)d mails that waited are on their way.",
        released,
    )
    return said % {"n": released}


def _only_staff(request: Request) -> None:
    if not request.user.is_staff:
        raise Http404


def _shown_text(delivery: Delivery) -> Any:
    # Where mail leaves the house, what it says is between its reader and the case.
    if settings.EMAIL_HOST or delivery.last_error == "no_text":
        return None
    return plain_text(delivery)


def _before(request: Request) -> int | None:
    before = request.GET.get("before", "")
    return int(before) if _is_id(before) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _pages(name: str, request: Request, rows: list[Any]) -> dict[str, str]:
    url = reverse(name)
    older = f"{url}?before={rows[queries.PAGE - 1].pk}" if len(rows) > queries.PAGE else ""
    return {"older_url": older, "newer_url": url if "before" in request.GET else ""}

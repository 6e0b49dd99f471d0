"""A person's own settings, and the choice of language, which also visitors have."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from departments import services
from departments.forms import ProfileForm
from departments.models import Department, User


def _remember_language(response: HttpResponse, language: str) -> None:
    """Also for the sign-in page, which does not know who comes."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _next_url(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language, and come back to the page."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest(_("Choose one of the offered languages."))
    if isinstance(request.user, User):
        services.choose_language(person=request.user, language=chosen)
    response = redirect(_next_url(request))
    _remember_language(response, chosen)
    return response


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here; my language and time zone."""
    person = request.user
    # LoginRequiredMiddleware let nobody else in.
    assert isinstance(person, User)
    kept = {"language": person.language, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        return _save_profile(request, person, form)
    homes = Department.objects.filter(memberships__person=person).select_related("leader")
    return render(
        request,
        "departments/profile.html",
        {"form": form, "homes": homes, "leads": person.leads.filter(is_active=True)},
        status=422 if form.errors else 200,
    )


def _save_profile(request: HttpRequest, person: User, form: ProfileForm) -> HttpResponse:
    language = form.cleaned_data["language"]
    with transaction.atomic():
        services.choose_language(person=person, language=language)
        services.choose_time_zone(person=person, time_zone=form.cleaned_data["time_zone"])
    response = redirect("departments:profile")
    if language:
        _remember_language(response, language)
        translation.activate(language)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    messages.success(request, _("Saved."))
    return response

"""Addresses of the whole site; each floor brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz

# The administration asks for the password the same, rate-limited way.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
urlpatterns += [
    path("", include(f"{floor}.urls"))
    for floor in ("departments", "journal", "notifications", "escalations", "complaints")
    if find_spec(f"{floor}.urls")
]

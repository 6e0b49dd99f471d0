"""Addresses of the whole site; each floor brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account import urls as accounts
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz
from config.healthpage import health
from config.metrics.views import metrics

# The administration asks for the password the same, rate-limited way.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Where mail goes is for administrators to say: whoever could give another address for
# themselves would send what stands in cases out of the house. Nor does anybody sign in by a code.
CLOSED = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
    path("accounts/", include([one for one in accounts.urlpatterns if one.name not in CLOSED])),
]
urlpatterns += [
    path("", include(f"{floor}.urls"))
    for floor in (
        "complaints.api", "departments", "journal", "notifications", "escalations", "complaints",
        "changes",
    )
    if find_spec(f"{floor}.urls")
]  # fmt: skip

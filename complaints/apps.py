"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from escalations.scope_choices import offer


class ComplaintsConfig(AppConfig):
    """Complaints."""

    name = "complaints"
    verbose_name = _("Complaints")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells the engine what policies can be written for."""
        for part in ("channels", "customer_groups", "categories"):
            offer(part, f"complaints.policychoices.{part}")

"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationsConfig(AppConfig):
    """Policies, deadlines, the sweep, escalations."""

    name = "escalations"
    verbose_name = _("Deadlines and escalations")
    default_auto_field = "django.db.models.BigAutoField"

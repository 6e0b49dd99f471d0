"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    """Production data changes."""

    name = "changes"
    verbose_name = _("Production data changes")
    default_auto_field = "django.db.models.BigAutoField"

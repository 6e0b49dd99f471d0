"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    """People, departments, and when they work."""

    name = "departments"
    verbose_name = _("Departments and people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the checks, which need the models."""
        from departments import checks  # noqa: F401, PLC0415 - models load before this only

"""The house itself as an app: its commands, and the Celery app that shared tasks belong to."""

from __future__ import annotations

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The whole, once every floor is there."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Importing it makes it the current app, which Django allows from here on."""
        from config import celery  # noqa: F401, PLC0415 - importing is the point

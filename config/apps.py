"""The house itself as an app: its system checks, and the Celery app that shared tasks belong to."""

from __future__ import annotations

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The whole, once every floor is there."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Both register themselves on import, which Django allows from here on."""
        from config import celery, checks  # noqa: F401, PLC0415

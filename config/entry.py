"""The way in for manage.py, the web and the workers."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def load_settings() -> None:
    """Reads the settings; ends the process with a sentence when they are wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        # The first name asked for loads the module.
        _ = settings.DEBUG
    except ImproperlyConfigured as error:
        raise SystemExit(f"duban: {error}") from None

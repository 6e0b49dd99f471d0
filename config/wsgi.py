"""The web application, as gunicorn loads it."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from config.entry import load_settings

load_settings()
application = get_wsgi_application()

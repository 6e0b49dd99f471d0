"""Runs a few lines in a real process of the product, on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connection

PREAMBLE = """
import os, signal, sys, time
import django
django.setup()
from datetime import datetime, timedelta
now = datetime.fromisoformat(os.environ["NOW"])
"""


def run(code: str, *, now, **env) -> subprocess.CompletedProcess[str]:
    """Runs `code` with `now` at hand; `env` sets settings, such as EMAIL_PORT."""
    at = connection.settings_dict
    address = f"postgresql://{at['USER']}@{quote(at['HOST'], safe='')}/{at['NAME']}"
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "NOW": now.isoformat(),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    return subprocess.run(
        [sys.executable, "-c", PREAMBLE + code],
        env=os.environ | own | {name: str(value) for name, value in env.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

"""Brings the database and the static files of an installation up to date; for script/server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from departments.models import User
from escalations.services.presets import install_presets


class Command(BaseCommand):
    """Migrates, and fills a database in which nobody works yet with demo data, once."""

    help = "Migrates the database, and loads the demo data once into one that nobody uses."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints only the demo accounts with their roles; run twice, it does nothing else."""
        people = User.objects
        call_command("migrate", interactive=False, verbosity=0)
        # What a new version of the product ships has to be verified anew, so it comes at once.
        install_presets(now=timezone.now())
        if settings.STATIC_ROOT and static_files_changed(Path(settings.STATIC_ROOT)):
            call_command("collectstatic", interactive=False, verbosity=0)
        loaded = settings.VAR_DIR / "run" / "demo-loaded"
        wanted = settings.DUBAN_DEMO and not settings.PRODUCTION and not loaded.exists()
        # The password of demo accounts is printed: never where a real person has an account.
        if wanted and not people.filter(is_demo=False).exists():
            self.stderr.write("Loading demo data, once; this takes half a minute …")
            call_command("load_demo", stdout=self.stderr)
            loaded.touch()
        call_command("demo_accounts", stdout=self.stdout)


def static_files_changed(collected: Path) -> bool:
    """Whether a file is newer than what was collected: hashing and compressing takes seconds."""
    manifest = collected / "staticfiles.json"
    if not manifest.exists():
        return True
    sources = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return max(Path(source).stat().st_mtime for source in sources) >= manifest.stat().st_mtime

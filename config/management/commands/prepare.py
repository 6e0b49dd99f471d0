"""Brings the database of an installation up to date; part of script/server."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command, get_commands


class Command(BaseCommand):
    """Migrates, and fills a database in which nobody works yet with demo data, once."""

    help = "Migrates the database, and loads the demo data once into one that nobody uses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument(
            "--accounts", action="store_true", help="only print the demo accounts and their roles"
        )

    def handle(self, *_args: Any, accounts: bool, **_options: Any) -> None:
        """Run twice, it does nothing the second time."""
        people = get_user_model().objects
        if accounts:
            if people.filter(is_demo=True, is_active=True).exists():
                call_command("demo_accounts", stdout=self.stdout)
            return
        call_command("migrate", interactive=False, verbosity=0)
        loaded = settings.VAR_DIR / "run" / "demo-loaded"
        wanted = not settings.PRODUCTION and not loaded.exists() and "load_demo" in get_commands()
        # The password of demo accounts is printed: never where a real person has an account.
        if wanted and not people.filter(is_demo=False).exists():
            call_command("load_demo", stdout=self.stdout)
            loaded.touch()

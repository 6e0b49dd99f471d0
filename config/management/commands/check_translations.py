"""Fails while a string that people see is not translated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from config.translations import problems

SHOWN = 30


class Command(BaseCommand):
    """Collects the strings in a copy of the tree and compares."""

    help = "Fails if makemessages would find strings that are not translated, or fuzzy ones."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Lists the first ones."""
        found = problems(settings.BASE_DIR)
        for line in found[:SHOWN]:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} strings need a translator.")

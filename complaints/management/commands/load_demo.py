"""Loads the demo data, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.demo.load import load_demo


class Command(BaseCommand):
    """Does nothing where there are cases already."""

    help = "Loads departments, people and cases to try Duban with. Never on a production database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Loads all of it, or nothing."""
        loaded = load_demo(now=timezone.now())
        self.stdout.write(
            f"Loaded {loaded} cases." if loaded else "There are cases already; nothing was loaded."
        )

"""Adds the categories that every installation starts with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from complaints.categories import install_categories


class Command(BaseCommand):
    """Twice is the same as once."""

    help = "Adds the categories of complaints that are missing; changes none that are there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Says how many were added."""
        self.stdout.write(f"Categories added: {install_categories()}")

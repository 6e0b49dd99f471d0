"""Bring in the shipped deadlines of regulators and standards."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from escalations.services.presets import install_presets


class Command(BaseCommand):
    """Idempotent; what changed since the last time has to be verified again."""

    help = "Installs the shipped deadlines of regulators and standards, none of them verified."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints how many are new or different."""
        self.stdout.write(f"Presets installed or changed: {install_presets(now=timezone.now())}")

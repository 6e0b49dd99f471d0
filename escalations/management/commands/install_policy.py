"""Writes the built-in rules into the database, where they can be read and followed by others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalations.services import install_default_policy


class Command(BaseCommand):
    """Harmless when repeated: a policy that is there stays as it is."""

    help = "Installs the standard policy, unless it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        version = install_default_policy(now=timezone.now())
        self.stdout.write(f"{version.policy.code} v{version.number}")

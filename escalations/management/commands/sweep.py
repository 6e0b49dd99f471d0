"""Fires what is due, now: for a machine without beat, and to see what a sweep does."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalations.services import sweep


class Command(BaseCommand):
    """Any number may run at once, also beside the workers."""

    help = "Fires every rung that is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=60.0, help="stop after so long")

    def handle(self, *args: Any, **options: Any) -> None:
        result = sweep(now=timezone.now(), seconds=options["seconds"])
        self.stdout.write(f"fired {result.fired}, failed {result.failed}, busy {result.busy}")

"""Writes many made-up cases, for measuring."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.generate import generate_cases


class Command(BaseCommand):
    """Cases with history by bulk insert; some hundreds a second."""

    help = "Writes COUNT made-up cases with their history. Never on a production database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, and the seed of the draw."""
        parser.add_argument("count", type=int)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--days", type=int, default=730)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Writes chunk by chunk; what was written before an interruption stays."""
        made = generate_cases(
            count=options["count"], now=timezone.now(), seed=options["seed"], days=options["days"]
        )
        for written in made:
            self.stdout.write(f"{written} of {options['count']} cases")

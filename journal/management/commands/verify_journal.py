"""manage.py verify_journal: is history as it was written?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journal.verify import Verification


class Command(BaseCommand):
    """Exits with 1 if any entry was changed, taken out or inserted."""

    help = "Checks every entry of the journal against its digest; names those not as written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: a single stream instead of all."""
        parser.add_argument("--stream", metavar="REF", help="only this case, such as C-2026-00412")

    def handle(self, *args: Any, stream: str | None = None, **options: Any) -> None:
        """Print each finding as it is found."""
        verification = Verification(stream)
        faults = 0
        for finding in verification.findings():
            faults += 1
            self.stdout.write(str(finding))
        read = f"{verification.entries:,} entries in {verification.streams:,} streams"
        if stream and not faults and not verification.entries:
            raise CommandError(f"There is no stream {stream}.")
        if faults:
            raise CommandError(f"{faults:,} faults; {read} were read.")
        self.stdout.write(f"{read}: all as they were written.")

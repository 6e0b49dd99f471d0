"""Writes docs/api/openapi.yaml anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from complaints.api.written import PATH, written


class Command(BaseCommand):
    """After a move, a form or a representation has changed."""

    help = "Writes docs/api/openapi.yaml anew; the tests say when it is wanted."

    def handle(self, *args: Any, **options: Any) -> None:
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(written(), encoding="utf-8")
        self.stdout.write(str(PATH))

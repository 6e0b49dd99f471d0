"""Prints who can sign in to the demo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand

from departments.demo import demo_accounts

COLUMNS = ("account", "name", "department", "role")


class Command(BaseCommand):
    """Says nothing where no demo data was loaded."""

    help = "Prints the demo accounts with their departments, roles and password."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints the table, then the password."""
        rows = [
            (person.username, person.name, group.name, person.role)
            for group in demo_accounts()
            for person in group.people
        ]
        if rows:
            for line in table([COLUMNS, *rows]):
                self.stdout.write(line)
            self.stdout.write(f"Password of all of them: {settings.DEMO_PASSWORD}")


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns aligned as a terminal shows them."""
    rows = list(rows)
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(padded, row, widths)).rstrip() for row in rows]


def width_of(text: str) -> int:
    """How many cells a terminal gives the text: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int) -> str:
    """The text followed by blanks up to a width in cells."""
    return text + " " * (width - width_of(text))

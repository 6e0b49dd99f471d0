"""What people set about themselves. Not journalled: it moves no case."""

from __future__ import annotations

from django.conf import settings

from departments.models import User
from departments.validation import validate_zone


class UnknownLanguage(ValueError):
    """The product does not speak this language."""

    def __init__(self, language: str) -> None:
        super().__init__(f"Unknown language {language!r}.")


def choose_language(*, person: User, language: str) -> None:
    """From now on pages and mails are in `language`; empty: as the browser asks.

    Raises UnknownLanguage.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(language)
    person.language = language
    person.save(update_fields=["language"])


def choose_time_zone(*, person: User, time_zone: str) -> None:
    """From now on dates are shown in `time_zone`. Raises ValidationError for an unknown one."""
    validate_zone(time_zone)
    person.time_zone = time_zone
    person.save(update_fields=["time_zone"])

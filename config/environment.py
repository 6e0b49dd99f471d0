"""Reads the environment so that every missing or malformed value is told at once, in a sentence."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import EnvValidationError, FileAwareEnv, ValidationError


class Environment(FileAwareEnv):
    """The environment; a secret may also come from the file that NAME_FILE names."""

    def __init__(self) -> None:
        super().__init__(eager=False, strip_whitespace=True)

    def _get_value(self, env_key: str, default: Any) -> Any:
        try:
            return super()._get_value(env_key, default)
        except ValueError as error:
            self._errors[env_key].append(str(error))
            return ""

    def seal(self) -> None:
        """Ends the reading; raises ImproperlyConfigured with one sentence per wrong value."""
        try:
            super().seal()
        except EnvValidationError as error:
            raise ImproperlyConfigured(sentences(error.error_messages)) from None


def sentences(messages: Any) -> str:
    """One sentence for each wrong variable."""
    parts = []
    for name, reasons in sorted(messages.items()):
        reason = " ".join(str(reason) for reason in reasons)
        if "not set" in reason:
            reason = "is needed and not set."
        parts.append(f"{name}: {reason}")
    return "The settings are not complete. " + " ".join(parts)


def filled(value: str) -> None:
    """A value of nothing but blanks is a mistake, not a choice."""
    if not value.strip():
        raise ValidationError("must not be empty.")


def long_enough(value: str) -> None:
    """Keys that sign or index must not be guessable."""
    if len(value) < 32:
        raise ValidationError("must have at least 32 characters; draw them at random.")


def fernet_keys(value: list[str]) -> None:
    """The first key encrypts; all of them decrypt."""
    if not value:
        raise ValidationError("must hold at least one key.")
    for key in value:
        try:
            Fernet(key)
        except ValueError:
            raise ValidationError(
                "must be Fernet keys (32 random bytes in URL-safe base64), separated by commas."
            ) from None


def time_zone(value: str) -> None:
    """A name such as Asia/Shanghai."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValidationError("must be the name of a time zone, such as Asia/Shanghai.") from None


class Address:
    """Accepts addresses of the given schemes; those with a network part need a host."""

    def __init__(self, *schemes: str, example: str) -> None:
        self.schemes = schemes
        self.example = example

    def __call__(self, value: str) -> None:
        parts = urlsplit(value)
        if parts.scheme not in self.schemes or not (parts.netloc or parts.path.strip("/")):
            raise ValidationError(f"must be an address such as {self.example}.")


site_address = Address("http", "https", example="https://duban.example.org")
secure_site_address = Address("https", example="https://duban.example.org")
database_address = Address(
    "postgres", "postgresql", example="postgresql://duban:password@db.example.org:5432/duban"
)
redis_address = Address(
    "redis", "rediss", "unix", example="redis://:password@redis.example.org:6379/0"
)


def optional(check: Any) -> Any:
    """The same check, for a value that may be left out."""
    return lambda value: check(value) if value else None


def mail_sender(value: str) -> None:
    """An address, with or without a name before it."""
    local, _at, domain = parseaddr(value)[1].rpartition("@")
    if not local or not domain:
        raise ValidationError("must be a sender such as Duban <duban@example.org>.")


def mail_addresses(value: list[str]) -> None:
    """Addresses alone, without names."""
    for address in value:
        local, _at, domain = address.rpartition("@")
        if not local or not domain or parseaddr(address)[1] != address:
            raise ValidationError(
                "must be addresses such as duty@example.org, with commas between."
            )

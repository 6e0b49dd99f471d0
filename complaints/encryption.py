"""Text sealed at rest, and a keyed index to find it by equality."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


def seal(text: str) -> str:
    """The text sealed with the newest key; empty stays empty."""
    return _keys().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text again, by whichever key sealed it."""
    return _keys().decrypt(sealed.encode()).decode() if sealed else ""


def blind_index(text: str) -> str:
    """A keyed digest: equal numbers have equal indexes, and nothing else can be read off it."""
    plain = "".join(text.split()).upper()
    if not plain:
        return ""
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()

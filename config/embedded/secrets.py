"""Secrets drawn once and kept in a folder that only their owner reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def random_text() -> str:
    """64 characters that nobody guesses."""
    return secrets.token_urlsafe(48)


def fernet_key() -> str:
    """A key for encrypted columns."""
    return Fernet.generate_key().decode()


def kept_secret(folder: Path, name: str, draw: Callable[[], str] = random_text) -> str:
    """The secret of this name, drawn on first use."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(draw(), encoding="ascii")
        try:
            # Web, worker and beat may start at once: the first link wins, whole.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")

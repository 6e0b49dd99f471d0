"""What the tests of the house share: whole environments, and commands run in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
Result = subprocess.CompletedProcess[str]


def bare(**variables: str) -> dict[str, str]:
    """An environment in which nothing of ours is set but these."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    return bare(DUBAN_VAR=str(tmp_path / "var"))


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """Everything that production needs, and nothing more."""
    return bare(
        DUBAN_ENV="production",
        DUBAN_VAR=str(tmp_path / "var"),
        DUBAN_STATIC_ROOT=str(tmp_path / "static"),
        SECRET_KEY="Ky3-wZ8q" * 8,
        FIELD_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        BLIND_INDEX_KEY="b" * 40,
        JOURNAL_KEY="j" * 40,
        SITE_URL="https://duban.example.org",
        DATABASE_URL="postgresql://duban@127.0.0.1:1/duban",
        REDIS_URL="redis://127.0.0.1:1/0",
        EMAIL_HOST="smtp.example.org",
        DEFAULT_FROM_EMAIL="Duban <duban@example.org>",
    )


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs Python in the tree: run(environment, "manage.py", "check")."""

    def run_python(environment: dict[str, str], *arguments: str) -> Result:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_python


@pytest.fixture
def load(run: Callable[..., Result]) -> Callable[..., Result]:
    """Loads the settings and prints an expression of them."""

    def load_settings(environment: dict[str, str], shown: str = "''") -> Result:
        code = (
            "from config.entry import load_settings; load_settings();"
            f"from django.conf import settings; print({shown})"
        )
        return run(environment, "-c", code)

    return load_settings


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """This test's database, for a process of its own."""
    there = connection.settings_dict
    return f"postgresql://duban@{there['HOST'].replace('/', '%2F')}/{there['NAME']}"

"""Real servers for every run: a private PostgreSQL and a private Redis, started once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from config.embedded.postgres import Postgres
from config.embedded.redis import Redis

pytest_plugins = ["tests.personas"]

# Nothing here outlives the run: durability would only cost time.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
}
SERVERS: pytest.StashKey[tuple[Postgres, Redis]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the servers; workers of xdist find them in the environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    root = Path(os.environ["DUBAN_TEST_ROOT"])
    run = root / "run"
    run.mkdir(mode=0o700)
    # PostgreSQL's own user passes through; mkdtemp made the folder ours alone.
    root.chmod(0o711)
    postgres = Postgres(
        data=root / "postgres", socket_dir=run, log=root / "postgres.log", settings=CARELESS
    )
    redis = Redis(data=root / "redis", socket_dir=run, log=root / "redis.log")
    config.stash[SERVERS] = (postgres, redis)
    postgres.start()
    redis.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what was started, also after a failed start."""
    servers = config.stash.get(SERVERS, None)
    if servers is None:
        return
    for server in reversed(servers):
        server.stop()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files go by their length: workers must agree on names, whatever the clock says."""
    return f"{argname} of {len(val)}" if isinstance(val, bytes) else None


def _forget_references() -> None:
    """Numbers that were drawn for good: the next test counts from the first again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'S' AND relname LIKE 'journal_reference_%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP SEQUENCE {name}")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and cached counts of one test are no business of the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _emptied_journal() -> Iterator[None]:
    """A test that commits is followed by TRUNCATE, which the journal refuses to everybody else."""
    flush = TransactionTestCase._fixture_teardown

    def flush_all(case: TransactionTestCase) -> None:
        with pgtrigger.ignore("journal.Entry:no_truncate"):
            flush(case)
        _forget_references()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_all)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which keeps to itself; as root it runs without its sandbox."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(
            "Browser tests need Chromium: script/test installs it, or says what to install."
        )
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": [*quiet, *alone]}


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: pages are named in full, and the fixture of the plugin warns on newer pytests."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk of ordinary size, in the product's own zone and language."""
    window = {"width": 1360, "height": 900}
    return {
        **browser_context_args,
        "viewport": window,
        "locale": "en-GB",
        "timezone_id": "Asia/Shanghai",
    }

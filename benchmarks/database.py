"""A PostgreSQL of a benchmark's own, as durable as in production, thrown away afterwards.

Imported first: it sets up Django, which must know the server before it reads its settings.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
FOLDER = Path(tempfile.mkdtemp(prefix="duban-bench-", dir="/tmp"))
(FOLDER / "run").mkdir(mode=0o700)
# PostgreSQL's own user passes through.
FOLDER.chmod(0o711)

from config.embedded.postgres import Postgres  # noqa: E402 - after the path is set

SERVER = Postgres(data=FOLDER / "postgres", socket_dir=FOLDER / "run", log=FOLDER / "postgres.log")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DATABASE_URL": SERVER.url,
    "DUBAN_VAR": str(FOLDER / "var"),
    # Nothing listens there: delivery is not what is measured, and mail waits in its table.
    "REDIS_URL": f"unix://{FOLDER}/run/redis.sock?db=0",
    "LOG_LEVEL": "ERROR",
}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

# What is proved by counting afterwards needs no disk.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def database(*, durable: bool = True) -> Iterator[None]:
    """The server runs, its tables are there and empty; afterwards nothing is left of it."""
    SERVER.settings = {} if durable else CARELESS
    try:
        SERVER.start()
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        SERVER.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


def analyze() -> None:
    """The planner knows what is there, and pages are marked as all visible."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def machine() -> str:
    """Where a number was measured."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


class QueryCount:
    """Counts without keeping: many thousands of queries must not fill the memory."""

    queries = 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        """What `connection.execute_wrapper` calls around each query."""
        self.queries += 1
        return execute(*query)

"""The settings of the tests: servers, secrets and files of their own, gone afterwards."""

import atexit
import os
import shutil
import tempfile

# Before the real settings are read, and before xdist starts its workers, who inherit the root.
# A short path: sockets live in it.
if "DUBAN_TEST_ROOT" not in os.environ:
    os.environ["DUBAN_TEST_ROOT"] = tempfile.mkdtemp(prefix="duban-test-", dir="/tmp")
    atexit.register(shutil.rmtree, os.environ["DUBAN_TEST_ROOT"], ignore_errors=True)
_root = os.environ["DUBAN_TEST_ROOT"]
# Workers share the servers, and no data: each has a database, two in Redis, and files of its own.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1")[2:]) + 1
os.environ["DUBAN_ENV"] = "embedded"
os.environ["DUBAN_VAR"] = f"{_root}/var{_worker}"
os.environ["DATABASE_URL"] = f"postgresql://duban@{_root.replace('/', '%2F')}%2Frun/duban"
os.environ["REDIS_URL"] = f"unix://{_root}/run/redis.sock?db={2 * _worker}"
for _name in ("SITE_URL", "ALLOWED_HOSTS", "EMAIL_HOST", "DUBAN_DEBUG", "CACHE_URL"):
    os.environ.pop(_name, None)

# Playwright's loop runs in the test's own thread, which may use the database all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *  # noqa: E402, F403

# Sign-in a thousand times a run: the slow hash is not what is tested.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOG_LEVEL = "WARNING"
LOGGING["root"]["level"] = LOG_LEVEL  # noqa: F405
LOGGING["loggers"]["django"]["level"] = LOG_LEVEL  # noqa: F405
LOGGING["loggers"]["django_structlog"]["level"] = LOG_LEVEL  # noqa: F405

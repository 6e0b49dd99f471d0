"""Settings: complete or a sentence, secrets from files, nothing guessed in production."""

import os
import runpy
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

import config.settings

NEEDED = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "BLIND_INDEX_KEY",
    "JOURNAL_KEY",
    "SITE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_HOST",
    "DEFAULT_FROM_EMAIL",
    "DUBAN_STATIC_ROOT",
)


def assert_stops_with(result, *words):
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1, "one sentence on one line"
    assert result.stderr.startswith("duban: ")
    for word in words:
        assert word in result.stderr


@pytest.fixture
def read(monkeypatch):
    """Reads the settings here: faster than a process, and the same module."""

    def read_settings(environment):
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(config.settings.__file__)

    return read_settings


def test_embedded_needs_nothing(load, embedded):
    assert load(embedded, "settings.SITE_URL").stdout == "http://localhost:8000\n"


def test_production_starts_with_everything_given(load, production):
    result = load(production, "(settings.DEBUG, settings.SESSION_COOKIE_SECURE)")
    assert (result.stdout, result.stderr) == ("(False, True)\n", "")


def test_production_names_everything_missing_at_once(load, tmp_path):
    environment = {"DUBAN_ENV": "production", "DUBAN_VAR": str(tmp_path)}
    assert_stops_with(load(environment), *(f"{name}: is needed and not set." for name in NEEDED))
    assert not list(tmp_path.iterdir()), "production draws no secret"


@pytest.mark.parametrize("name", NEEDED)
def test_production_misses_each(read, production, name):
    del production[name]
    with pytest.raises(ImproperlyConfigured, match=f"{name}: is needed and not set."):
        read(production)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DUBAN_ENV", "prod", "Must be one of"),
        ("DUBAN_DEBUG", "perhaps", "Not a valid boolean"),
        ("PORT", "eighty", "Not a valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("JOURNAL_KEY", "short", "at least 32 characters"),
        ("BLIND_INDEX_KEY", "", "at least 32 characters"),
        ("FIELD_ENCRYPTION_KEYS", "no key", "must be Fernet keys"),
        ("FIELD_ENCRYPTION_KEYS", "", "must"),
        ("SITE_URL", "duban.example.org", "must be an address such as"),
        ("DATABASE_URL", "mysql://db/duban", "postgresql://"),
        ("REDIS_URL", "http://redis", "redis://"),
        ("EMAIL_PORT", "0", "greater than or equal to 1"),
        ("DEFAULT_FROM_EMAIL", "nobody", "must be a sender"),
        ("DUBAN_TIME_ZONE", "Mars/Olympus", "name of a time zone"),
        ("DUBAN_LANGUAGE", "fr", "Must be one of"),
        ("LOG_LEVEL", "LOUD", "Must be one of"),
        ("ATTACHMENT_MAX_BYTES", "20MB", "Not a valid integer"),
    ],
)
def test_a_malformed_value_stops_the_start(read, embedded, name, value, words):
    with pytest.raises(ImproperlyConfigured, match=f"{name}: .*{words}"):
        read({**embedded, name: value})


def test_production_speaks_tls_only(read, production):
    production["SITE_URL"] = "http://duban.example.org"
    with pytest.raises(ImproperlyConfigured, match="SITE_URL: must be an address such as https://"):
        read(production)


def test_a_secret_may_come_from_a_file(load, production, tmp_path):
    key = Fernet.generate_key().decode()
    (tmp_path / "keys").write_text(f"{key},{production.pop('FIELD_ENCRYPTION_KEYS')}\n")
    production["FIELD_ENCRYPTION_KEYS_FILE"] = str(tmp_path / "keys")
    result = load(
        production, "(settings.FIELD_ENCRYPTION_KEYS[0], len(settings.FIELD_ENCRYPTION_KEYS))"
    )
    assert result.stdout == f"('{key}', 2)\n"


def test_a_file_that_is_not_there_stops_the_start(load, production):
    del production["SECRET_KEY"]
    production["SECRET_KEY_FILE"] = "/nowhere/secret"
    assert_stops_with(load(production), "SECRET_KEY_FILE must be a readable file path")


@pytest.mark.parametrize(
    "command", [["manage.py", "check"], ["-m", "celery", "-A", "config", "report"]]
)
def test_every_way_in_says_the_sentence(run, embedded, command):
    assert_stops_with(run({**embedded, "PORT": "x"}, *command), "PORT: Not a valid integer")


def test_secrets_are_drawn_once_and_kept_private(load, embedded):
    first = load(embedded, "settings.SECRET_KEY, settings.JOURNAL_KEY").stdout
    assert load(embedded, "settings.SECRET_KEY, settings.JOURNAL_KEY").stdout == first
    folder = Path(embedded["DUBAN_VAR"]) / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert {file.name for file in folder.iterdir()} == {
        "secret_key",
        "field_encryption_keys",
        "blind_index_key",
        "journal_key",
    }


def test_a_given_secret_is_not_drawn(load, embedded):
    load({**embedded, "SECRET_KEY": "s" * 40})
    assert not (Path(embedded["DUBAN_VAR"]) / "secrets" / "secret_key").exists()

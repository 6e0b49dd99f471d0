"""The container files: complete, and what they hand to the site is what it needs."""

import re
import shutil
import stat
import subprocess

import pytest

from tests.config.conftest import ROOT, bare

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CHOSEN = {
    "SITE_URL": "https://duban.example.org",
    "EMAIL_HOST": "smtp.example.org",
    "DEFAULT_FROM_EMAIL": "Duban <duban@example.org>",
}


@pytest.fixture
def secrets(tmp_path):
    """What script/make-secrets draws."""
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "script" / "make-secrets", tmp_path / "script")
    command = [tmp_path / "script" / "make-secrets"]
    subprocess.run(command, env=bare(), check=True, capture_output=True)
    drawn = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    subprocess.run(command, env=bare(), check=True, capture_output=True)
    assert drawn == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    return tmp_path / "secrets"


def test_the_drawn_secrets_are_those_of_the_compose_file(secrets):
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    named = set(re.findall(r"file: \./secrets/(\w+)", COMPOSE))
    assert {path.name for path in secrets.iterdir()} == named


def test_the_site_starts_with_what_the_compose_file_hands_it(load, secrets, tmp_path):
    files = re.findall(r"^    (\w+_FILE): /run/secrets/(\w+)$", COMPOSE, re.MULTILINE)
    image = dict(re.findall(r"^    (?:ENV )?(DUBAN_\w+)=(\S+)", DOCKERFILE, re.MULTILINE))
    environment = bare(**CHOSEN, **image, **{name: str(secrets / file) for name, file in files})
    environment["DUBAN_VAR"] = str(tmp_path / "var")
    result = load(environment, "settings.DUBAN_ENV, settings.DATABASES['default']['HOST']")
    assert (result.stdout, result.stderr) == ("production postgres\n", "")


def test_the_image_runs_without_rights():
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER duban$", last_stage, re.MULTILINE)
    assert "requirements-dev" not in DOCKERFILE


def test_compose_accepts_its_file():
    docker = shutil.which("docker")
    version = [docker or "false", "compose", "version"]
    if subprocess.run(version, check=False, capture_output=True).returncode:
        pytest.skip("docker compose is not installed")
    command = [docker, "compose", "config", "--quiet"]
    subprocess.run(command, cwd=ROOT, env=bare(**CHOSEN), check=True)

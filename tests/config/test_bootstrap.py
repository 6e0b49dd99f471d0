"""script/bootstrap: what prevents it is said in a sentence."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.config.conftest import ROOT, bare

SENTENCE = "duban: "


@pytest.fixture
def clone(tmp_path):
    """As much of a clone as the script looks at, in a path with a space."""
    folder = tmp_path / "a clone"
    (folder / "script").mkdir(parents=True)
    shutil.copy(ROOT / "script" / "bootstrap", folder / "script")
    (folder / "requirements.txt").write_text("# nothing\n")
    return folder


def bootstrap(clone, user=None, **variables):
    return subprocess.run(
        [clone / "script" / "bootstrap"],
        env=bare(**variables),
        user=user,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def assert_refused(result, *words):
    assert result.returncode == 1
    assert result.stderr.startswith(SENTENCE)
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.slow
def test_it_installs_once_and_anew_when_something_changed(clone):
    first = bootstrap(clone)
    assert (first.returncode, first.stderr) == (0, "Installing requirements.txt …\n")
    again = bootstrap(clone)
    assert (again.returncode, again.stderr) == (0, "")
    (clone / ".venv" / ".installed-requirements.txt").unlink()
    assert "Installing" in bootstrap(clone).stderr, "interrupted before it was complete"
    (clone / "requirements.txt").write_text("./nowhere.whl\n")
    assert "duban: pip could not install requirements.txt" in bootstrap(clone).stderr
    (clone / "requirements.txt").write_text("# nothing\n")
    moved = clone.rename(clone.with_name("moved"))
    assert "Installing" in bootstrap(moved).stderr, "programs of a moved .venv do not run"


def test_an_old_python(clone, tmp_path):
    old = program(tmp_path / "python3", '[ "$1" = -V ] && echo "Python 3.9.2"; exit 1')
    assert_refused(bootstrap(clone, PYTHON=old), "Python 3.11 or newer is needed", "Python 3.9.2")


def test_no_python(clone):
    assert_refused(bootstrap(clone, PYTHON="/nowhere/python"), "Python 3.11 or newer is needed")


def test_a_python_without_venv(clone, tmp_path):
    bare_python = program(tmp_path / "python3", '[ "$1" = -c ]')
    assert_refused(bootstrap(clone, PYTHON=bare_python), "install its venv module")


def test_an_unwritable_clone(clone, tmp_path):
    python = program(tmp_path / "python3", "exit 0")
    # pytest's folders are for their owner alone; as root, somebody else tries.
    for folder in [clone, *clone.parents]:
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o011)
    clone.chmod(0o555)
    result = bootstrap(clone, user="nobody" if os.getuid() == 0 else None, PYTHON=python)
    assert_refused(result, "is not writable for")


def test_the_environment_of_another_place_is_left_alone(clone, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").touch()
    (clone / ".venv").symlink_to(elsewhere)
    assert_refused(bootstrap(clone), ".venv is a link")
    assert (elsewhere / "theirs").exists()

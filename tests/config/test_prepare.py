"""What script/server prepares: static files are collected again only when one changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from config.management.commands.prepare import static_files_changed


def test_nothing_was_collected_yet(tmp_path: Path):
    assert static_files_changed(tmp_path)


def test_collected_after_the_last_change(tmp_path: Path):
    manifest = tmp_path / "staticfiles.json"
    manifest.write_text("{}")
    later = time.time() + 60
    os.utime(manifest, (later, later))
    assert not static_files_changed(tmp_path)


def test_collected_before_the_last_change(tmp_path: Path):
    manifest = tmp_path / "staticfiles.json"
    manifest.write_text("{}")
    os.utime(manifest, (0, 0))
    assert static_files_changed(tmp_path)

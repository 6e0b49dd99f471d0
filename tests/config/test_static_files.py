"""Static files under their hashed names, as production serves them."""

import json
from pathlib import Path


def test_every_reference_is_found_when_names_are_hashed(run, embedded, tmp_path):
    environment = {**embedded, "DUBAN_STATIC_ROOT": str(tmp_path / "static")}
    result = run(environment, "manage.py", "collectstatic", "--no-input")
    assert result.returncode == 0, result.stderr
    manifest = json.loads(Path(tmp_path, "static", "staticfiles.json").read_text())
    assert "duban.css" in manifest["paths"]


def test_the_browser_keeps_to_our_own_files(client, db):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy

"""What must hold for every template: it compiles, obeys the policy, and names icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "templates"
TEMPLATES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
ICONS = set((ROOT / "static/vendor/tabler-icons/names.txt").read_text().split())
SPRITE = (ROOT / "static/vendor/tabler-icons/sprite.svg").read_text()

INLINE_STYLE = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(
    r"\son[a-z]+\s*=\s*[\"']|hx-on|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE
)
ELSEWHERE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
NAMED_ICON = re.compile(r"{%\s*icon\s+[\"']([^\"']+)[\"']|\bicon=[\"']([^\"']+)[\"']")


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_compiles(path):
    get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_obeys_the_content_security_policy(path):
    if name_of(path) in {"notifications/mail.html", "notifications/digest.html"}:
        pytest.skip("mail programs know no style sheets")
    text = path.read_text()
    for forbidden in (INLINE_STYLE, INLINE_SCRIPT, ELSEWHERE):
        assert not forbidden.search(text), f"{forbidden.search(text).group()} in {name_of(path)}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_its_icons_are_in_the_sprite(path):
    named = {first or second for first, second in NAMED_ICON.findall(path.read_text())}
    assert named <= ICONS


def test_the_sprite_holds_what_the_list_names():
    assert set(re.findall(r'<symbol id="([^"]+)"', SPRITE)) == ICONS


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static").glob("*.css")), ids=lambda path: path.name
)
def test_style_sheets_name_files_that_exist(path):
    for url in re.findall(r"url\(\"?([^\")]+)", path.read_text()):
        assert (path.parent / url).exists(), url

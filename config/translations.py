"""Are the translations complete: asked by script/test, answered without touching the tree."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCALE = "zh_Hans"
CATALOG = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
SOURCES = ("*.py", "*.html", "*.txt")
NOT_OURS = shutil.ignore_patterns(".*", "var", "tests", "benchmarks", "node_modules", "static")
ENTRY = re.compile(r'^msgid (?P<text>"(?:.*)"(?:\n".*")*)', re.MULTILINE)


def problems(root: Path) -> list[str]:
    """A line for each string that is not translated, is doubtful, or is not compiled."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(root, copy, ignore=NOT_OURS)
        (copy / CATALOG).parent.mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-m", "django", "makemessages", "--locale", LOCALE, cwd=copy)
        collected = copy / CATALOG
        if not collected.exists():
            return []
        found = [
            *(f"not translated: {text}" for text in entries(collected, "--untranslated")),
            *(f"doubtful (fuzzy): {text}" for text in entries(collected, "--only-fuzzy")),
        ]
        return found or not_compiled(root, Path(folder))


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What the program printed; raises CalledProcessError with its complaint."""
    # Without settings makemessages knows no folder but the one it stands in.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(  # noqa: S603 - our own programs on our own files
        [str(part) for part in command],
        cwd=cwd,
        env={**environment, "PYTHONUTF8": "1"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def entries(catalog: Path, kind: str) -> list[str]:
    """The source strings of one kind, on a line each."""
    chosen = run("msgattrib", kind, "--no-obsolete", "--no-wrap", catalog)
    texts = ("".join(re.findall(r'"(.*)"', found["text"])) for found in ENTRY.finditer(chosen))
    return [text for text in texts if text]


def not_compiled(root: Path, scratch: Path) -> list[str]:
    """The .mo lies in the tree, so that nobody needs gettext to run the site: it must be fresh."""
    fresh = scratch / "fresh.mo"
    run("msgfmt", "--check", "--output-file", fresh, root / CATALOG)
    compiled = (root / CATALOG).with_suffix(".mo")
    if compiled.exists() and meaning(compiled) == meaning(fresh):
        return []
    return [f"{compiled.relative_to(root)} is older than its .po: run manage.py compilemessages"]


def meaning(compiled: Path) -> dict[str, str]:
    """What a catalog says, whoever compiled it."""
    with compiled.open("rb") as file:
        catalog: dict[str, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    # The header tells when and with what.
    return {source: text for source, text in catalog.items() if source}

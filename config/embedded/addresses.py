"""Where the running embedded servers answer, so that manage.py finds them too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "addresses.json"
# No server answers there, and the error that follows names the folder to look at.
NOWHERE = "start-script-server-first"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Connection addresses of the servers of one installation."""

    database: str
    redis: str


def write_addresses(run_dir: Path, addresses: Addresses) -> None:
    """Replaces the file in one step: a reader sees the old or the new one."""
    draft = run_dir / f"{FILE_NAME}.draft"
    draft.write_text(json.dumps(asdict(addresses)), encoding="utf-8")
    draft.replace(run_dir / FILE_NAME)


def read_addresses(run_dir: Path) -> Addresses:
    """The servers that were started last, or addresses where nobody answers."""
    try:
        return Addresses(**json.loads((run_dir / FILE_NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        socket_dir = f"%2F{NOWHERE}"
        return Addresses(
            database=f"postgresql://duban@{socket_dir}/duban", redis=f"unix:///{NOWHERE}"
        )

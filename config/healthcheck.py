"""Asks /healthz from inside a container: `python -m config.healthcheck [--sweep] [address]`."""

from __future__ import annotations

import json
import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

ADDRESS = "http://127.0.0.1:8000/healthz"


def complaint(address: str, *, sweep: bool) -> str:
    """What is wrong, in a few words; empty if all is well."""
    target = urlsplit(address)
    # The site answers only to its own name.
    site = urlsplit(os.environ.get("SITE_URL", "")).netloc or target.netloc
    connection = HTTPConnection(target.hostname or "", target.port or 80, timeout=4)
    try:
        connection.request("GET", target.path, headers={"Host": site})
        answer = connection.getresponse()
        state = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    if answer.status != 200:
        return f"status {answer.status}"
    return "the sweep is late" if sweep and state["sweep"]["late"] else ""


def main(arguments: list[str]) -> int:
    """0 if well; with --sweep the sweep must be in time too."""
    addresses = [word for word in arguments if not word.startswith("--")]
    wrong = complaint(addresses[0] if addresses else ADDRESS, sweep="--sweep" in arguments)
    if wrong:
        sys.stderr.write(f"{wrong}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

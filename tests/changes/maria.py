"""A MariaDB of the tests' own, from Debian's package; without it, these tests say so."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

MARIADB = [
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not (shutil.which("mariadbd") and shutil.which("mariadb-install-db")),
        reason="MariaDB is not installed: on Debian, as root, apt-get install mariadb-server",
    ),
    pytest.mark.skipif(
        shutil.which("mariadbd") is not None and os.geteuid() != 0,
        reason="Only root can start MariaDB as its own user",
    ),
]


def server():
    """A server of our own on a socket, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="duban-maria-", dir="/tmp"))
    shutil.chown(folder, "mysql")
    common = ["--no-defaults", "--user=mysql", f"--datadir={folder}/data"]
    subprocess.run(
        ["mariadb-install-db", *common, "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        check=True, capture_output=True,
    )  # fmt: skip
    process = subprocess.Popen(
        ["mariadbd", *common, f"--socket={folder}/s", "--skip-networking", f"--pid-file={folder}/p",
         "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _time in range(300):
        if (folder / "s").exists():
            break
        time.sleep(0.1)
    yield f"{folder}/s"
    process.terminate()
    process.wait(30)
    shutil.rmtree(folder)

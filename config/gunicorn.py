"""The web server: a few processes with a few threads each."""

import os
from pathlib import Path

bind = os.environ.get("GUNICORN_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Seconds. No page takes that long: what does is stuck.
timeout = 60
graceful_timeout = 20
# Slow leaks end with the process, and not all at once.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Nobody steers it from outside, and its default place is shared by every gunicorn of the user.
control_socket_disable = True
loglevel = "warning"

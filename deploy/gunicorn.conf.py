"""gunicorn's settings: `gunicorn --config deploy/gunicorn.conf.py wsgi:app`; `make run` takes them too."""

import os
import signal
from pathlib import Path
from typing import Any

from gunicorn import systemd

# Our own (docs/decisions/038-a-worker-of-our-own.md); gunicorn's `gthread` serves the portal as well.
worker_class = "portal.serving.worker.Worker"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "4"))
# The portal is read once, before the port is open, and workers are copies
# (docs/decisions/044-read-once-before-the-port-is-open.md).
preload_app = True
# A worker that was asked to end finishes what it is answering.
graceful_timeout = 30
timeout = 60
# Each worker starts afresh now and then, at different times, so that a leak of a library cannot grow. Its
# readers wait for a sixth of a second and its shelf is empty, so not after every minute of a busy day.
max_requests = 1_000_000
max_requests_jitter = 100_000
accesslog = None
loglevel = "warning"
# Of two servers on one machine one would take the other's.
control_socket_disable = True
# gunicorn's heartbeat belongs in memory: on a busy disk it can stall a worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(server: Any) -> None:
    from portal.warming import warm

    warm(server.app.wsgi())


def when_ready(server: Any) -> None:
    """A server that another one started in its place (SIGUSR2: a new version) asks it to end."""
    if server.master_pid:
        systemd.sd_notify(f"MAINPID={server.pid}", server.log)
        os.kill(server.master_pid, signal.SIGTERM)

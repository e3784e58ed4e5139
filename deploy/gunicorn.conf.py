"""gunicorn's settings for production: `gunicorn --config deploy/gunicorn.conf.py wsgi:app`."""

import os
from pathlib import Path

# Our own (docs/decisions/038-a-worker-of-our-own.md); gunicorn's `gthread` serves the portal as well.
worker_class = "portal.serving.worker.Worker"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "4"))
# A worker that was asked to end finishes what it is answering.
graceful_timeout = 30
timeout = 60
# Each worker starts afresh now and then, at different times, so that a leak of a library cannot grow.
max_requests = 50_000
max_requests_jitter = 5_000
accesslog = None
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

"""A Redis of our own that lasts as long as a `with` block, on a Unix socket in a temporary folder."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from tests.services.needed import NotHere

START_SECONDS = 20


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Start a Redis that keeps nothing on disk; yield its URL."""
    program = shutil.which("redis-server")
    if not program:
        raise NotHere("Redis is not installed")
    folder = Path(tempfile.mkdtemp(prefix="portal-redis-"))
    socket = folder / "redis.sock"
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, *options], stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_it_answers(socket, server, folder / "log")
        yield f"unix://{socket}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(socket: Path, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    with redis.Redis(unix_socket_path=str(socket)) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError as problem:
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"Redis did not start:\n{log.read_text()}") from problem
                time.sleep(0.02)

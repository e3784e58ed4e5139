"""An nginx of our own with the shipped configuration, that lasts as long as a `with` block."""

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.services.needed import NotHere

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20


@contextlib.contextmanager
def nginx_server(folder: Path, portal: str, posted: Path) -> Iterator[str]:
    """nginx before the portal at `portal` (host:port), reading what is posted at `posted`."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not program:
        raise NotHere("nginx is not installed")
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(_around(folder, _shipped(folder, portal, posted, port)), encoding="utf-8")
    command = [program, "-c", str(config), "-e", str(folder / "nginx-error.log")]
    server = subprocess.Popen(command, cwd=folder)
    try:
        _wait_until_it_answers(port, server, folder / "nginx-error.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _shipped(folder: Path, portal: str, posted: Path, port: int) -> str:
    shipped = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    changed = re.sub(r"server 127\.0\.0\.1:8000[^;]*;", f"server {portal};", shipped)
    changed = changed.replace("listen 80;", f"listen 127.0.0.1:{port};")
    changed = changed.replace("/var/cache/nginx/portal", str(folder / "nginx-cache"))
    changed = changed.replace("/var/log/nginx", str(folder))
    return changed.replace("/run/portal", str(posted.parent))


def _around(folder: Path, shipped: str) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in kinds)
    return (
        f"user root; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;\n"
        f"worker_processes 1; events {{ worker_connections 64; }}\n"
        f"http {{\naccess_log off;\n{temporary}\n{shipped}\n}}\n"
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_until_it_answers(port: int, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError as problem:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"nginx did not start:\n{log.read_text()}") from problem
            time.sleep(0.02)

"""Serve the demonstration portal: fill the data folder, then hand over to gunicorn."""

import os
import socket
from pathlib import Path

from commands import ROOT, run, say, stop
from packages import BIN

EVERY_ADDRESS = ("0.0.0.0", "::")


def main() -> None:
    os.chdir(ROOT)
    os.environ.setdefault("PORTAL_ENV", "demo")
    host, port = os.environ.get("HOST") or "127.0.0.1", _port(os.environ.get("PORT") or "8000")
    in_url = f"[{host}]" if ":" in host else host
    address = f"http://{'localhost' if host in EVERY_ADDRESS else in_url}:{port}"
    os.environ.setdefault("BASE_URL", address)
    _refuse_a_taken_port(host, port)
    run([str(BIN / "flask"), "--app", "wsgi", "setup"], what="Filling the data folder")
    say(f"\nServing {address} until Ctrl-C")
    _serve(f"{in_url}:{port}")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        stop(f"PORT: a number from 1 to 65535 is needed, not {text!r}")
    return int(text)


def _refuse_a_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            stop(f"{host}:{port} cannot be used ({problem.strerror}). Another port: make run PORT={port + 1}")


def _serve(bind: str) -> None:
    """Two workers with a few threads each: one slow page never holds up the next."""
    size = ("--worker-class", "portal.serving.worker.Worker", "--workers", "2", "--threads", "4")
    quiet = ("--log-level", "warning", "--no-control-socket", "--worker-tmp-dir", _memory_folder())
    gunicorn = str(BIN / "gunicorn")
    os.execv(gunicorn, [gunicorn, "wsgi:app", "--bind", bind, *size, *quiet])


def _memory_folder() -> str:
    """gunicorn's heartbeat file belongs in memory: on a busy disk it can stall a worker."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"


if __name__ == "__main__":
    main()

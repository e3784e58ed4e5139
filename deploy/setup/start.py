"""Serve the demonstration portal: fill the data folder, then hand over to gunicorn."""

import os
import socket

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
    os.environ["BIND"] = bind
    gunicorn = str(BIN / "gunicorn")
    os.execv(gunicorn, [gunicorn, "--config", "deploy/gunicorn.conf.py", "wsgi:app"])


if __name__ == "__main__":
    main()

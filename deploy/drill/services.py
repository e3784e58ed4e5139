"""The programs of the drill: a PostgreSQL with its replica, Redis, groups of web workers, nginx."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWNER, APPLICATION = "portal_owner", "portal_app"
PATIENCE = 60
LOOKED_AT_AGAIN = 2
"""Seconds after which nginx asks a group again that it found away."""
BIN = ROOT / ".venv" / "bin"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what: str, happened: object, seconds: float = PATIENCE) -> float:
    """How long it took; an error where it did not happen."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > seconds:
            raise SystemExit(f"drill: {what}: not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - began


class Program:
    """One program that can be started, taken away at once, and started again."""

    def __init__(self, name: str, folder: Path, command: list[str], environ: dict[str, str] | None = None):
        self.name, self.folder, self.command = name, folder, command
        self.environ = {**os.environ, **(environ or {})}
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, cwd=ROOT, env=self.environ, start_new_session=True
            )

    def take_away(self) -> None:
        """As if the machine had lost its power: nothing is finished."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


# ---- PostgreSQL


def postgres_programs() -> Path:
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    return Path(shutil.which("initdb")).resolve().parent


def as_ordinary_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", *command]


def run_as_postgres(*command: object, **more: object) -> None:
    done = subprocess.run(as_ordinary_user([str(part) for part in command]), capture_output=True, **more)
    if done.returncode:
        raise SystemExit(f"drill: {command[0]}: {done.stderr.decode()[-800:]}")


class Postgres(Program):
    def __init__(self, name: str, folder: Path, port: int):
        self.port, self.data = port, folder / name
        command = [
            str(postgres_programs() / "postgres"), "-D", str(self.data), "-p", str(port),
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
            "-c", "wal_level=replica", "-c", "max_wal_senders=5", "-c", "wal_keep_size=256MB",
            "-c", "hot_standby=on", "-c", "max_connections=100", "-c", "shared_buffers=64MB",
        ]  # fmt: skip
        super().__init__(name, folder, as_ordinary_user(command))

    def url(self, role: str) -> str:
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/portal"

    def ready(self) -> bool:
        command = [postgres_programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command).returncode == 0

    def sql(self, statement: str, database: str = "postgres") -> str:
        command = [
            str(postgres_programs() / "psql"), "-XAtq", "-h", "127.0.0.1", "-p", str(self.port),
            "-U", OWNER, "-d", database, "-c", statement,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"drill: {statement}: {done.stderr}")
        return done.stdout.strip()

    def make(self) -> None:
        options = ("--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
        run_as_postgres(postgres_programs() / "initdb", "-D", self.data, *options)

    def follow(self, primary: "Postgres") -> None:
        """Become a copy that goes on following."""
        run_as_postgres(
            postgres_programs() / "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast",
            "-h", "127.0.0.1", "-p", primary.port, "-U", OWNER,
        )  # fmt: skip


# ---- the others


def redis(folder: Path, port: int) -> Program:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return Program("redis", folder, command)


def web_group(name: str, folder: Path, port: int, environ: dict[str, str]) -> Program:
    command = [
        str(BIN / "gunicorn"),
        "--config",
        "deploy/gunicorn.conf.py",
        "wsgi:app",
    ]
    return Program(name, folder, command, {**environ, "BIND": f"127.0.0.1:{port}"})


def nginx(folder: Path, port: int, groups: list[int]) -> Program:
    """The shipped configuration with the drill's ports and folders, not another one."""
    shipped = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    again = f"max_fails=1 fail_timeout={LOOKED_AT_AGAIN}s"
    servers = "\n".join(f"    server 127.0.0.1:{one} {again};" for one in groups)
    changed = re.sub(r"    server 127\.0\.0\.1:8000[^;]*;", servers, shipped)
    changed = changed.replace("listen 80;", f"listen 127.0.0.1:{port};")
    changed = changed.replace("/var/cache/nginx/portal", str(folder / "nginx-cache"))
    changed = changed.replace("/var/log/nginx", str(folder))
    changed = changed.replace("/run/portal", str(folder))
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/nginx-{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;\n"
        f"worker_processes 1; events {{ worker_connections 512; }}\n"
        f"http {{\naccess_log off;\n{temporary}\n{changed}\n}}\n",
        encoding="utf-8",
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return Program("nginx", folder, [program, "-c", str(config), "-e", str(folder / "nginx-error.log")])

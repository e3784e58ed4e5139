"""A PostgreSQL cluster of our own that lasts as long as a `with` block, in a temporary folder.

It listens on a Unix socket only, so any number of them run side by side: one for each test worker.
`OWNER` is the superuser that migrates; `APPLICATION` is the role the portal runs as, which owns nothing.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.services.memory import quick_folder
from tests.services.needed import NotHere

OWNER = "portal_owner"
APPLICATION = "portal_app"
# Nothing here outlives the tests, so nothing has to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
START_SECONDS = 60
# The database that the tests of one worker use one after the other.
SHARED = "shared"
# Making a database anew for each test takes ten times as long as putting one back as it was. Only the
# superuser, with triggers off, can do that to the register. Divisions are the same in every test.
# A state is a schema of its own; `nothing_yet` is how each test finds the database.
KEEPING = (Path(__file__).parent / "kept_states.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Database:
    name: str
    socket_folder: Path

    @property
    def owner_url(self) -> str:
        return self._url(OWNER)

    @property
    def app_url(self) -> str:
        return self._url(APPLICATION)

    def _url(self, role: str) -> str:
        return f"postgresql+psycopg://{role}@/{self.name}?host={self.socket_folder}"


@dataclass(frozen=True)
class Cluster:
    socket_folder: Path
    program_folder: Path

    def new_database(self, name: str, template: str | None = None, postgis: bool = True) -> Database:
        """Make a database; as a copy of `template` it takes a few hundredths of a second."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
        if not template:
            with self.connect(name) as connection:
                _grant_to_application(connection)
                if postgis:
                    connection.execute("CREATE EXTENSION postgis")
        return Database(name, self.socket_folder)

    def drop_database(self, name: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def connect(self, name: str) -> psycopg.Connection:
        """A superuser's connection, outside any transaction."""
        return psycopg.connect(host=str(self.socket_folder), dbname=name, user=OWNER, autocommit=True)


@contextlib.contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """Start a cluster; raise NotHere if this machine has no PostgreSQL."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir=quick_folder()))
    server = None
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            folder.chmod(0o755)
        _make_cluster(programs, folder)
        server = _start(programs, folder)
        cluster = Cluster(folder, programs)
        _wait_until_it_answers(cluster, server, folder / "log")
        with cluster.connect("postgres") as connection:
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        yield cluster
    finally:
        if server:
            _end(server)
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """The folder with initdb and postgres: the newest version of Debian's, else the one on PATH."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    found = shutil.which("initdb")
    if not found:
        raise NotHere("PostgreSQL is not installed")
    return Path(found).resolve().parent


def _make_cluster(programs: Path, folder: Path) -> None:
    options = ("--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
    command = [str(programs / "initdb"), "-D", str(folder / "data"), *options, "--no-sync"]
    subprocess.run(_as_ordinary_user(command), check=True, capture_output=True, cwd=folder)


def _start(programs: Path, folder: Path) -> subprocess.Popen:
    settings = (*FAST, "listen_addresses=", f"unix_socket_directories={folder}", "max_connections=100")
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    command += [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(_as_ordinary_user(command), stdout=log, stderr=log, cwd=folder)


def _as_ordinary_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; and it shall end when the test run that started it is killed."""
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return command
    who = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return [setpriv, *who, "--pdeathsig=INT", "--", *command]


def _wait_until_it_answers(cluster: Cluster, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.connect("postgres").close()
            return
        except psycopg.OperationalError as problem:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from problem
            time.sleep(0.05)


def _grant_to_application(connection: psycopg.Connection) -> None:
    """What an operator grants once: tables that the owner makes later are the application's to use."""
    connection.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}")
    rights = {"TABLES": "SELECT, INSERT, UPDATE, DELETE", "SEQUENCES": "USAGE, SELECT"}
    for things, verbs in rights.items():
        connection.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {verbs} ON {things} TO {APPLICATION}"
        )


def _end(server: subprocess.Popen) -> None:
    """SIGQUIT: end at once, whoever is connected; there is nothing to save."""
    server.send_signal(3)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()

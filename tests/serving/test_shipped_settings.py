"""The settings that ship: the port opens when all is ready, and a new version takes over unnoticed."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from portal.app import create_app
from portal.warming import warm
from tests.architecture.house import ROOT
from tests.browser.conftest import free_port
from tests.conftest import settings_for
from tests.services.waiting import until

SECONDS = 60
pytestmark = pytest.mark.own_database


class Shipped:
    """A portal under `deploy/gunicorn.conf.py`, watched as systemd would."""

    def __init__(self, folder: Path, key: Path, database_url: str):
        self.port, self.told, self.folder = free_port(), [], folder
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listening.bind(str(folder / "notify"))
        self._listening.settimeout(SECONDS)
        environment = {
            "PORTAL_ENV": "demo", "DATA_DIR": str(folder), "DATABASE_URL": database_url,
            "SIGNING_KEY_FILE": str(key), "BIND": f"127.0.0.1:{self.port}", "WORKERS": "2",
            "NOTIFY_SOCKET": str(folder / "notify"),
        }  # fmt: skip
        command = [
            Path(sys.executable).with_name("gunicorn"),
            "--config",
            "deploy/gunicorn.conf.py",
            "wsgi:app",
        ]
        with (folder / "server.log").open("w") as log:
            self.first = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log
            )
        self.main = self.first.pid

    def until_told(self, word: str) -> str:
        while True:
            line = self._listening.recv(4096).decode()
            self.told.append(line)
            if line.startswith(f"{word}="):
                return line.removeprefix(f"{word}=")

    def is_open(self) -> bool:
        with closing(socket.socket()) as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=SECONDS) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def close(self) -> None:
        for process in {self.main, self.first.pid}:
            if process != self.first.pid or self.first.poll() is None:
                os.kill(process, signal.SIGTERM)
        self.first.wait(SECONDS)
        until(lambda: not self.is_open(), SECONDS)
        self._listening.close()


@contextmanager
def shipped(folder: Path, key: Path, database_url: str) -> Iterator[Shipped]:
    portal = Shipped(folder, key, database_url)
    try:
        yield portal
    finally:
        portal.close()


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _open_files(process: int) -> set[str]:
    """What is closed while we look is no longer open."""
    found = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(one.readlink()))
    return found


def test_the_port_opens_when_pages_are_made_and_workers_share_no_connection(
    app, database_url, signing_key, tmp_path
):
    with shipped(tmp_path, signing_key, database_url) as portal:
        while not portal.is_open():
            assert portal.first.poll() is None, portal.log()
        # Made by the process that workers are copies of; nobody asked, so none is told as a request.
        assert "first_pages_made" in portal.log() and '"path"' not in portal.log()
        until(lambda: len(_children(portal.main)) == 2, SECONDS)
        together = set.intersection(*map(_open_files, [portal.main, *_children(portal.main)]))
        assert len([one for one in together if one.startswith("socket:")]) == 1, together
        assert not [one for one in together if ".db" in one]
        assert {portal.ask("/gi/") for _ in range(20)} == {200}
        with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/metrics", timeout=SECONDS) as figures:
            counted = re.findall(r'portal_answers_total{endpoint="([^"]+)"', figures.read().decode())
        assert counted == ["catalogue.show_list"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_version_takes_over_and_nobody_is_refused(app, database_url, signing_key, tmp_path):
    with shipped(tmp_path, signing_key, database_url) as portal:
        portal.until_told("READY")
        answers, over = [], threading.Event()

        def read_on() -> None:
            while not over.is_set():
                answers.append(portal.ask("/gi/"))

        reader = threading.Thread(target=read_on)
        reader.start()
        try:
            os.kill(portal.main, signal.SIGUSR2)
            portal.main = int(portal.until_told("MAINPID"))
            portal.first.wait(SECONDS)
            before = len(answers)
            until(lambda: len(answers) > before + 20, SECONDS)
        finally:
            over.set()
            reader.join()
        assert portal.main != portal.first.pid
        assert set(answers) == {200}


def test_a_database_that_is_away_does_not_keep_the_door_closed(tmp_path, signing_key):
    nowhere = f"postgresql+psycopg://portal@127.0.0.1:{free_port()}/portal"
    app = create_app(settings_for(tmp_path, nowhere, signing_key_file=signing_key))
    warm(app)
    assert app.test_client().get("/gi/").status_code == 503

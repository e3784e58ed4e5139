"""A portal that really runs, with the demonstration in it, and a browser that cannot leave this machine."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.accounts.demo import DEMO_PASSWORD
from portal.catalogue.made_map import FOLDER as MAP_FOLDER
from tests.architecture.house import ROOT
from tests.map_setting import built_map
from tests.services.once_a_run import once_a_run
from tests.services.started import Started, gunicorn

START_SECONDS = 60
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture(scope="session")
def portal_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served portal, set up just as `make run` does it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(once_a_run("demonstration", _set_up), folder, dirs_exist_ok=True)
    with served_portal(folder, setup="no") as address:
        yield address


def _set_up(folder: Path) -> None:
    """With the map that other tests need too: the command then finds it as it would have made it."""
    shutil.copytree(built_map(), folder / MAP_FOLDER)
    served_portal(folder).set_up()


class served_portal:
    """`with served_portal(folder) as address:` sets up, serves, and ends with the block; `often=True` for one
    that is started again and again (tests/services/started.py)."""

    def __init__(self, folder: Path, setup: str = "yes", often: bool = False, **settings: str):
        self.folder, self.setup, self.often = folder, setup == "yes", often
        self.address = f"http://127.0.0.1:{free_port()}"
        self.environment = os.environ | {
            "PORTAL_ENV": "demo",
            "DATA_DIR": str(folder),
            "BASE_URL": self.address,
            **settings,
        }

    def __enter__(self) -> str:
        if self.setup:
            self.set_up()
        self.start()
        return self.address

    def set_up(self) -> None:
        setup = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
        done = subprocess.run(setup, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Serve in a process group of its own, so that all of it can be ended at once."""
        bind = self.address.removeprefix("http://")
        worker = ("--worker-class", "portal.serving.worker.Worker")
        command = (*worker, "wsgi:app", "--bind", bind, "--threads", "6", "--workers", "1")
        log = self.folder / "server.log"
        if self.often:
            self.server = Started(gunicorn, *command, output=log, environment=self.environment)
        else:
            self.server = self._from_nothing(command, log)
        self._wait()

    def _from_nothing(self, command: tuple[str, ...], log: Path) -> subprocess.Popen:
        with log.open("w") as written:
            return subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/readyz").close()
                return
            except (urllib.error.URLError, ConnectionError):
                if self.server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "server.log").read_text()) from None
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait(20)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, portal_address: str) -> Callable[[str, str], dict]:
    """`signed_in(account, lang)`: the cookies of a visitor who signed in by the form, once for all tests."""

    @cache
    def cookies(account: str, lang: str) -> dict:
        context = browser.new_context(base_url=portal_address, locale=LOCALES[lang])
        sign_in(context.new_page(), account)
        state = {"cookies": context.storage_state()["cookies"], "origins": []}
        context.close()
        return state

    return cookies


@pytest.fixture
def open_page(
    browser: Browser, portal_address: str, signed_in: Callable[[str, str], dict]
) -> Iterator[Callable[..., Page]]:
    """`open_page(width=375, lang="en", account="county@demo")`: a fresh visitor, signed in if asked."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, lang: str = "zh", account: str | None = None, **more: object) -> Page:
        viewport = {"width": width, "height": 900}
        if account:
            more["storage_state"] = signed_in(account, lang)
        context = browser.new_context(
            base_url=portal_address, viewport=viewport, locale=LOCALES[lang], **more
        )
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def sign_in(page: Page, account: str) -> None:
    page.goto("/account/sign-in")
    page.fill("input[name=email]", account)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))

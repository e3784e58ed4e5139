"""The system's Chromium, driven by Playwright, with no way out of this machine."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.services.needed import NotHere

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that asks any other host gets no answer, and the test that watches requests sees the asking.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise NotHere("Chromium is not installed")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless browser; every `new_context()` of it is a stranger without cookies."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def accessibility_problems(page: Page) -> list[str]:
    """Run axe on the page as it stands; one line for each violation and place.

    The script is handed to the browser directly, so the page's own Content-Security-Policy stays on.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['impact']}): {place['target']} {place['html'][:120]}"
        for rule in found["violations"]
        for place in rule["nodes"]
    ]
